"""The people and places that come up in every story.

Gan Lai (甘来村, Suixi county, Zhanjiang) is the station everything happens at: Lin leads it, Dai
is its deputy, Chen its clerk, Mo a member, Ou an organizer, He a helper, Guan an observer. Quan
Shui (泉水村) lies in the same county and township-neighbour; Weng Shui (翁水村) is in Diqing, where
Wang is clerk and Zhao leads. Su supervises Suixi county, Tu the township of Gan Lai, Pu all of
Zhanjiang, Di all of Diqing. Shen audits everything, Ada runs the system and sees no person.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from sqlalchemy import select

from admin_app.services import accounts
from admin_app.services.places import divisions, stations
from models import Account, Role, Station, db

PASSWORD = "correct horse battery"
SINCE = date(2024, 1, 1)

STATIONS = {
    "gan_lai": ("440823106223", "甘来村志愿服务站"),
    "quan_shui": ("440823113215", "泉水村志愿服务站"),
    "weng_shui": ("533401205203", "翁水村志愿服务站"),
}
AT_STATION = {
    "lin": ("林书记", Role.LEADER, "gan_lai"),
    "dai": ("戴副主任", Role.DEPUTY, "gan_lai"),
    "chen": ("陈专员", Role.CLERK, "gan_lai"),
    "mo": ("莫委员", Role.MEMBER, "gan_lai"),
    "ou": ("欧队长", Role.ORGANIZER, "gan_lai"),
    "he": ("何志愿", Role.HELPER, "gan_lai"),
    "guan": ("关经理", Role.OBSERVER, "gan_lai"),
    "quan": ("全专员", Role.CLERK, "quan_shui"),
    "wang": ("王专员", Role.CLERK, "weng_shui"),
    "zhao": ("赵书记", Role.LEADER, "weng_shui"),
}
AT_DIVISION = {
    "su": ("苏科长", Role.SUPERVISOR, "440823000000"),
    "tu": ("涂干事", Role.SUPERVISOR, "440823106000"),
    "pu": ("蒲处长", Role.SUPERVISOR, "440800000000"),
    "di": ("狄处长", Role.SUPERVISOR, "533400000000"),
}
EVERYWHERE = {
    "shen": ("沈审计", Role.AUDITOR),
    "ada": ("管理员", Role.ADMINISTRATOR),
}


def hire() -> None:
    """Open the three stations and appoint everybody; the caller commits."""
    places = {
        key: stations.open_station(divisions.by_code(code), name)
        for key, (code, name) in STATIONS.items()
    }
    for login, (name, role, key) in AT_STATION.items():
        _appoint(login, name, role, places[key])
    for login, (name, role, code) in AT_DIVISION.items():
        _appoint(login, name, role, divisions.by_code(code))
    for login, (name, role) in EVERYWHERE.items():
        _appoint(login, name, role, None)


def call() -> SimpleNamespace:
    """Return everybody by their login and the stations by their key, fresh from the database."""
    people = {account.login: account for account in db.session.scalars(select(Account))}
    found = {
        key: db.session.scalars(select(Station).where(Station.name == name)).one()
        for key, (_code, name) in STATIONS.items()
    }
    return SimpleNamespace(**people, **found)


_hash = ""


def _appoint(login, name, role, place):
    global _hash  # noqa: PLW0603  # hashing sixteen times the same word takes a second
    account = Account(login=login, name=name, password_hash=_hash)
    if not _hash:
        accounts.set_password(account, PASSWORD)
        _hash = account.password_hash
    db.session.add(account)
    db.session.flush()
    accounts.appoint(account, role, place, by=None, since=SINCE)
