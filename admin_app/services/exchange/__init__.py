"""Sheets in and out: reading an office's workbooks, judging their rows, handing the rest back."""
