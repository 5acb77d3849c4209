"""Evidence: pictures and papers that show how a station is."""

from .evidence_file import EvidenceFile, EvidenceSubject, MediaType

__all__ = ["EvidenceFile", "EvidenceSubject", "MediaType"]
