"""Certificates of service, from the request to the stored paper."""

from .certificate import Certificate, CertificateRequest, CertificateState, RequestState

__all__ = ["Certificate", "CertificateRequest", "CertificateState", "RequestState"]
