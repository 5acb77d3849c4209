"""Certificates: requested, approved by another, issued as a frozen paper that anyone may verify."""

from .doubts import uphold
from .issuing import PaperPending, finish, issue, reserve
from .papers import reprint, void
from .requests import approve, decline, of_number, request
from .verification import Answer, State, verify

__all__ = [
    "Answer",
    "PaperPending",
    "State",
    "approve",
    "decline",
    "finish",
    "issue",
    "of_number",
    "reprint",
    "request",
    "reserve",
    "uphold",
    "verify",
    "void",
]
