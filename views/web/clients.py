"""Whence a request comes: its address, its browser, and whether the browser is known."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import flask
from flask import request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from admin_app.services.accounts import Client
from models.sealing import keyring

COOKIE = "known"
KEPT_SECONDS = 180 * 24 * 60 * 60
# As many people as share a PC of a station.
MOST = 8
BROWSERS = (
    ("Edg/", "Edge"), ("QQBrowser", "QQ"), ("MicroMessenger", "WeChat"), ("UCBrowser", "UC"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def client(login: str) -> Client:
    """Return whence a try under a sign-in name comes."""
    known = _known().get(_mark(login), "")
    return Client(address=request.remote_addr or "", known_as=known, browser=browser())


def browser() -> str:
    """Return what the browser calls itself, in a few words."""
    told = request.user_agent.string
    found = [
        next((words for sign, words in names if sign in told), "") for names in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(word for word in found if word) or told[:40]


def remember(answer: Response, login: str) -> None:
    """Let this browser be known as one that the owner of a sign-in name signed in with."""
    known = _known()
    mark = _mark(login)
    kept = dict([*((k, v) for k, v in known.items() if k != mark)][-(MOST - 1) :])
    kept[mark] = known.get(mark) or secrets.token_urlsafe(12)
    answer.set_cookie(
        COOKIE, _signer().dumps(kept), max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=bool(flask.current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip


def _known() -> Mapping[str, str]:
    try:
        told = _signer().loads(request.cookies.get(COOKIE, ""), max_age=KEPT_SECONDS)
    except BadData:
        return {}
    return told if isinstance(told, dict) else {}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(flask.current_app.secret_key), salt="known browser")


def _mark(login: str) -> str:
    # The cookie lies on a shared PC: it names nobody.
    return keyring().blind(login.replace("\x00", "").strip(), "known browser")[:16]
