"""Which language a page speaks, and its words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Flask, current_app, g, has_request_context, session
from flask_babel import Babel, Domain, get_domain, get_locale
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}
COOKIE = "language"
SPOKEN = ("gettext", "ngettext", "pgettext", "npgettext")


def locale() -> str:
    """Return the language of the person, of this browser, or of the office."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    chosen = session.get(COOKIE) or getattr(current_user, "language", None)
    return chosen if chosen in LANGUAGES else str(current_app.config["BABEL_DEFAULT_LOCALE"])


class Interpreter(Babel):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel with catalogues that a page finds at once."""

    @cached_property
    def domain_instance(self) -> Domain:
        """Return the catalogues of the office."""
        return Catalogues(domain=self.domain)

    def init_app(self, app: Flask, *args: Any, **kwargs: Any) -> None:
        """Set the office up, and let its templates ask the catalogues without a detour."""
        super().init_app(app, *args, **kwargs)
        asking = {name: self._asking(f"u{name}") for name in SPOKEN}
        app.jinja_env.install_gettext_callables(newstyle=True, **asking)  # type: ignore[attr-defined]
        app.jinja_env.globals["_"] = self._said

    @staticmethod
    @pass_eval_context
    def _said(context: EvalContext, words: str, **gaps: Any) -> str:
        """Say a sentence in a template; Jinja's own way asks three times as often for it."""
        found: str = get_domain().get_translations().ugettext(words)
        if context.autoescape:
            found = Markup(found)  # noqa: S704  # a sentence of ours; its gaps are escaped
        return found % gaps if "%" in found else found

    def _asking(self, name: str) -> Callable[..., str]:
        def ask(*words: Any) -> str:
            found: str = getattr(self.domain_instance.get_translations(), name)(*words)
            return found

        return ask


class Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """The catalogues, looked up once a request and language: a page asks two hundred times."""

    def get_translations(self) -> Any:
        """Return the catalogue of the language spoken now."""
        if not g:
            return super().get_translations()
        spoken, kept = get_locale(), vars(g._get_current_object())
        if kept.get("spoken") is not spoken:
            kept["spoken"], kept["catalogue"] = spoken, super().get_translations()
        return kept["catalogue"]
