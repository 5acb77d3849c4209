"""Sheets on their way in."""

from .import_batch import ImportBatch, ImportKind

__all__ = ["ImportBatch", "ImportKind"]
