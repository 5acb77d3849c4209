"""Registers of the committee."""
