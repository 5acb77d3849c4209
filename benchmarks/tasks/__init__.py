"""What everyday tasks cost in clicks and keystrokes, beside stock Flask-Admin on the same models.

A task begins signed in, on the first page, and ends when what was asked for stands in the database
or on the page. A click is one, a key is one, a choice in a native select is two clicks; looking,
scrolling and waiting are nothing. Both sides go the shortest way that a practised person knows.
"""
