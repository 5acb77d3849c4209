"""What the handbook and the reference promise is what the office has."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from admin_app.config import Settings
from admin_app.services.exchange import ledger, stations, verdicts, volunteers
from models import Role

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.fixture(scope="module")
def handbook():
    return (ROOT / "docs" / "handbook.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    broken = [
        target
        for target in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_handbook_explains_every_reason(handbook):
    assert [r.value for r in verdicts.Reason if f"（`{r.value}`）" not in handbook] == []


@pytest.mark.parametrize("layout", [stations.LAYOUT, volunteers.LAYOUT, ledger.LAYOUT])
def test_the_handbook_names_every_title_a_sheet_may_use(handbook, layout):
    titles = [title for titles in layout.columns.values() for title in titles]
    assert [t for t in titles if not t.isascii() and t not in handbook] == []


def test_the_reference_names_every_command(app):
    reference = (ROOT / "docs" / "operations.md").read_text("utf-8")
    own = [c for c in _commands(app) if f"`{c}" not in reference]
    assert own == []


def test_the_settings_are_all_named():
    readme = (ROOT / "README.md").read_text("utf-8")
    names = [f"STATION_{name.upper()}" for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_the_handbook_says_what_every_role_may(handbook):
    with_label = {role: f"| {label} |" for role, label in LABELS.items()}
    assert [role for role in Role if with_label[role] not in handbook] == []


LABELS = {
    Role.LEADER: "组长", Role.DEPUTY: "副组长", Role.ORGANIZER: "骨干", Role.MEMBER: "组员",
    Role.CLERK: "专职人员", Role.HELPER: "活动志愿者", Role.OBSERVER: "观察员",
    Role.SUPERVISOR: "督导", Role.AUDITOR: "审计员", Role.ADMINISTRATOR: "系统管理员",
}  # fmt: skip


def _commands(app):
    for name, command in app.cli.commands.items():
        verbs = command.commands if isinstance(command, click.Group) else {"": command}
        for verb, own in verbs.items():
            if own.callback.__module__.startswith("admin_app."):
                yield f"{name} {verb}".strip()
