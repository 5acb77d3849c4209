"""The scope, enforced where every ORM query and every flush passes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, RelationshipDirection, Session, with_loader_criteria

from models import AtStation, Model, NotAllowed, db

from .access import Access
from .context import Unscoped, declared, unscoped
from .one_option import Together
from .scopes import SCOPES, condition, covers, is_placed

FOREIGN = _("This belongs to another place, or does not exist.")


def visible(model: type[Model]) -> ColumnElement[bool]:
    """Return the condition that Core and text SQL must carry, as the ORM carries it by itself."""
    scope = declared()
    if isinstance(scope, Unscoped):
        from sqlalchemy import true  # noqa: PLC0415

        return true()
    return _condition(model, scope)


# As many people, acts and registers as ask in a while; a condition follows from nothing else.
@lru_cache(4096)
def _condition(model: type[Model], scope: Access) -> ColumnElement[bool]:
    return condition(model, scope)


@lru_cache(512)
def _criteria(scope: Access) -> Together:
    # Plain expressions: SQLAlchemy caches lambda criteria by their code, not by their values.
    return Together(
        [
            with_loader_criteria(model, _condition(model, scope), include_aliases=True)
            for model in SCOPES
        ]
    )


@event.listens_for(db.session, "do_orm_execute")
def _scope_reads(state: ORMExecuteState) -> None:
    scope = declared()
    if isinstance(scope, Unscoped) or not state.is_orm_statement:
        return
    state.statement = state.statement.options(_criteria(scope))


@event.listens_for(db.session, "before_flush")
def _guard_writes(session: Session, _context: Any, _instances: Any) -> None:
    scope = declared()
    if isinstance(scope, Unscoped):
        return
    with session.no_autoflush:
        for row in [*session.new, *session.deleted]:
            _require(scope, row)
        for row in session.dirty:
            if session.is_modified(row):
                _require(scope, row)


def _require(scope: Access, row: Any) -> None:
    places = scope.acting_places(type(row).resource)
    if not places:
        raise NotAllowed(_("Your appointment does not carry this act."))
    if is_placed(type(row)) and not any(
        covers(place, row) and _was_covered(place, row) for place in places
    ):
        raise NotAllowed(FOREIGN)
    if isinstance(row, AtStation):
        _require_kept_station(row)
        _require_same_station(row)


def _require_kept_station(row: AtStation) -> None:
    """Refuse a row that names another station than before, by number or by relation."""
    state = inspect(row)
    linked = state.dict.get("station")
    moved = linked is not None and linked.id != row.station_id
    if moved or (state.persistent and any(state.attrs.station_id.history.deleted or ())):
        raise NotAllowed(FOREIGN)


def _was_covered(place: Any, row: Any) -> bool:
    # A row may not be carried off from a place by writing another place into it.
    if place.column is None:
        return True
    attribute = inspect(row).attrs.get(f"{place.column}_id")
    old = attribute.history.deleted if attribute is not None else ()
    return not old or old[0] in (place.value, None)


def _require_same_station(row: Any) -> None:
    for relation in inspect(type(row)).relationships:
        target = relation.mapper.class_
        if relation.direction is not RelationshipDirection.MANYTOONE:
            continue
        if issubclass(target, AtStation):
            _require_target_at(row, relation, target)


def _require_target_at(row: Any, relation: Any, target: Any) -> None:
    [column] = relation.local_columns
    linked = inspect(row).dict.get(relation.key)
    if linked is not None:
        station_id = linked.station_id
    else:
        key = getattr(row, inspect(type(row)).get_property_by_column(column).key)
        if key is None:
            return
        with unscoped("the station of a row that is being linked"):
            query = select(target.station_id).where(target.id == key)
            station_id = db.session.scalar(query)
    if station_id is not None and station_id != row.station_id:
        raise NotAllowed(FOREIGN)
