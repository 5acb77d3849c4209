"""Registers of people."""
