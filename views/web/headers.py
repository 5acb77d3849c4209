"""The security headers, and the nonce that lets our own scripts through."""

from __future__ import annotations

import secrets

import flask
from flask import g, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'nonce-{nonce}'",
        "style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)


def nonce() -> str:
    """Return the nonce of this response."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def register(app: flask.Flask) -> None:
    """Send the headers with every response and hand the nonce to every template."""
    app.after_request(_send)
    app.context_processor(lambda: {"csp_nonce": nonce})


def _send(response: flask.Response) -> flask.Response:
    # A view may close its answer further, as for bytes that somebody handed in.
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        # An office PC is shared: what one person saw must not come back from the cache.
        response.headers["Cache-Control"] = "no-store"
    return response
