"""Registers of places."""
