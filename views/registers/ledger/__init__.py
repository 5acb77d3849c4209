"""Registers of activities and the hours served."""
