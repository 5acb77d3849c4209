"""Registers of the office itself."""
