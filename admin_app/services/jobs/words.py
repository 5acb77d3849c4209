"""What came of a job, kept in each language of the office: its asker may read it in another."""

from __future__ import annotations

import json

from flask_babel import LazyString, force_locale, get_babel, get_locale

from models import DomainError


def kept(words: LazyString | DomainError) -> str:
    """Return words as a job keeps them: as each language of the office says them now."""
    said = {}
    for language in map(str, get_babel().instance.list_translations()):
        with force_locale(language):
            said[language] = str(words)
    return json.dumps(said, ensure_ascii=False)


def told(kept_words: str | None) -> str:
    """Return what a job keeps in the language of who looks, or nothing for nothing kept."""
    if not kept_words:
        return ""
    try:
        said = json.loads(kept_words)
    except ValueError:
        return kept_words  # kept in one language, before there was a choice
    found: str = said[str(get_locale())]
    return found
