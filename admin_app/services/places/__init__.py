"""Divisions and the stations in them, with what is told of both."""
