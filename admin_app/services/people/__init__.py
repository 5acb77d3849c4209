"""Volunteers, from registration to farewell."""
