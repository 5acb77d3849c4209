"""An office before its first morning: the divisions are there, and nobody and nothing else."""

from __future__ import annotations

from sqlalchemy import delete

from models import Account, Appointment, Station, db


def send_everybody_home():
    """Take the cast and its stations out again."""
    for model in (Appointment, Account, Station):
        db.session.execute(delete(model.__table__))
    db.session.commit()
    db.session.expunge_all()
