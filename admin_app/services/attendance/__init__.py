"""Attendance of an activity: taken at the door, handed in, and turned into drafts by the clerk."""
