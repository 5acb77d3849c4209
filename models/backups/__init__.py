"""Copies of the whole office, and what became of them."""

from .backup import Backup, BackupOutcome

__all__ = ["Backup", "BackupOutcome"]
