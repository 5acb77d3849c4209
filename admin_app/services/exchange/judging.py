"""Judging a sheet of any kind against what is stored now."""

from __future__ import annotations

from datetime import date
from typing import Any

from admin_app.policy import Access
from admin_app.services.ledger import caps
from admin_app.services.ledger.counting import CountingOverTime
from admin_app.services.people import guardians
from admin_app.services.people import volunteers as roll_keeping
from models import ImportKind, Station

from . import accounts, ledger, ledger_rules, population, stations, stored, volunteers
from .sheets import Layout, Table, read_table
from .verdicts import Judged

LAYOUTS: dict[ImportKind, Layout] = {
    ImportKind.STATIONS: stations.LAYOUT,
    ImportKind.POPULATION: population.LAYOUT,
    ImportKind.VOLUNTEERS: volunteers.LAYOUT,
    ImportKind.LEDGER: ledger.LAYOUT,
    ImportKind.ACCOUNTS: accounts.LAYOUT,
}


def read(kind: ImportKind, content: bytes) -> Table:
    """Return the table of an uploaded file; raises ``DomainError`` in words a clerk can act on."""
    table = read_table(content, LAYOUTS[kind])
    if kind is ImportKind.ACCOUNTS:
        accounts.require_few(table)
    return table


def judge(
    kind: ImportKind,
    table: Table,
    *,
    station: Station | None,
    on: date,
    access: Access | None,
    lands: bool,
) -> Judged[Any]:
    """Judge a sheet as handed in on a day; without an access it is judged for the system.

    If it ``lands``, what it is judged by stays so until the end of the transaction.
    """
    if kind is ImportKind.STATIONS:
        return judge_stations(table, on=on, access=access)
    if kind is ImportKind.POPULATION:
        return judge_population(table, on=on, access=access)
    if kind is ImportKind.ACCOUNTS:
        return judge_accounts(table, access=access)
    assert station is not None  # noqa: S101  # every other kind belongs to a station
    if kind is ImportKind.VOLUNTEERS:
        return judge_volunteers(table, station=station, on=on)
    return judge_ledger(table, station=station, on=on, lands=lands)


def judge_stations(table: Table, *, on: date, access: Access | None) -> Judged[stations.NewStation]:
    """Judge a list of stations; what lies out of reach is as unknown as what does not exist."""
    codes = stations.codes(table)
    return stations.judge(
        table,
        on=on,
        communities=stored.communities(access, codes),
        stored=stored.station_names(codes),
    )


def judge_population(
    table: Table, *, on: date, access: Access | None
) -> population.JudgedPopulation:
    """Judge a list of resident populations against the divisions and what is kept of them."""
    known = stored.divisions(access, population.codes(table))
    kept = stored.populations(population.division_ids(known))
    return population.judge(table, on=on, known=known, stored=kept)


def judge_accounts(table: Table, *, access: Access | None) -> accounts.JudgedAccounts:
    """Judge a list of accounts; what lies out of reach is as unknown as what does not exist."""
    return accounts.judge(
        table,
        access=access,
        taken=stored.taken_logins(accounts.logins(table)),
        places=stored.places(accounts.codes(table)),
    )


def judge_volunteers(table: Table, *, station: Station, on: date) -> Judged[volunteers.Newcomer]:
    """Judge a sheet of volunteers against the station's roll."""
    numbers = volunteers.numbers(table)
    return volunteers.judge(
        table,
        on=on,
        adult_age=roll_keeping.adult_age(station.division, on) or 0,
        on_roll=stored.roll(station, numbers).keys(),
        known=stored.names(numbers),
    )


def judge_ledger(
    table: Table, *, station: Station, on: date, lands: bool = False
) -> ledger.JudgedLedger:
    """Judge a sheet of service entries against the roll and every live entry of its people."""
    roll = stored.roll(station, ledger.numbers(table), to_record=True)
    persons = {who.person_id for who in roll.values()}
    counting, days = CountingOverTime(station.code), ledger.days(table)
    if lands and counting.has_cap:
        caps.hold(persons)
    world = ledger.World(
        roll=roll,
        recorded=stored.recorded(station, persons, days),
        windows=stored.windows(station, days) if counting.has_grace else {},
        hazardous=stored.hazardous(station, days),
        ages=guardians.gates(station.code, on=on),
        counting=counting.on,
    )
    return ledger_rules.judge(table, on=on, world=world)
