"""The database handle and what every register shares."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar, Self

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Integer, MetaData, String, event
from sqlalchemy import Enum as EnumColumn
from sqlalchemy.orm import (
    ColumnProperty,
    DeclarativeBase,
    Mapped,
    declared_attr,
    mapped_column,
    registry,
)

from .clock import utc_now

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

# Ten million entries want eight bytes; SQLite counts its rows in a plain INTEGER only.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Choice(StrEnum):
    """A closed list of words: stored by value, shown by its translated label."""

    label: Any

    def __new__(cls, value: str, label: Any = "") -> Self:
        """Keep the label beside the stored value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Model(DeclarativeBase):
    """The root of all registers; choices are stored by value."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            Choice: EnumColumn(
                Enum,
                native_enum=False,
                length=40,
                validate_strings=True,
                values_callable=lambda e: [member.value for member in e],
            ),
            str: String(200),
        },
    )

    # The first half of every permission on this register; see admin_app.policy.
    resource: ClassVar[str]


db = SQLAlchemy(model_class=Model)


class Audited:
    """Marks a register whose every change is written to the audit trail."""

    __tablename__: str
    id: Mapped[int]
    # Personal values: the trail says that they changed, never from what to what.
    audit_hides: ClassVar[frozenset[str]] = frozenset()


@event.listens_for(Model, "attribute_instrument")
def _keep_old_values(model: type[Model], _key: str, attribute: Any) -> None:
    # A row read before a commit is expired: set unread, a column would not tell what it was.
    if issubclass(model, Audited) and isinstance(attribute.property, ColumnProperty):
        event.listen(attribute, "set", lambda *_arguments: None, active_history=True)


class Stamped:
    """Adds the two moments a clerk asks about, in UTC."""

    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


class Versioned:
    """Counts the saves of a row, so that two people do not overwrite each other unseen."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        """Let the unit of work compare and raise the version."""
        return {"version_id_col": cls.version}
