"""Screens beside the registers."""
