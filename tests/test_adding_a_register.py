"""The worked example of a new register, carried out in a copy of the office as the page says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from admin_app.config import ROOT

PAGE = (ROOT / "docs/adding-a-register.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [match.groups() for match in FENCE.finditer(PAGE)]
COPIED = (
    "admin_app",
    "models",
    "templates",
    "tests",
    "views",
    "script",
    "wsgi.py",
    "pyproject.toml",
)
LEFT = shutil.ignore_patterns("__pycache__", ".*_cache", "fonts")
CHINESE = "admin_app/translations/zh_Hans_CN/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A copy of the office in which everything on the page was done."""
    copy = tmp_path_factory.mktemp("example") / "office"
    copy.mkdir()
    for name in COPIED:
        whole = ROOT / name
        if whole.is_dir():
            shutil.copytree(whole, copy / name, ignore=LEFT)
        else:
            shutil.copy(whole, copy / name)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    for kind, name, text in BLOCKS:
        if kind == "python":
            assert not (copy / name).exists(), name
            (copy / name).write_text(text, encoding="utf-8")
        elif kind == "diff":
            insert(copy / name, text)
    run(copy, "-m", "ruff", "check", "--no-cache", "--fix", "--select", "I", ".")
    speak(copy, "".join(text for kind, _name, text in BLOCKS if kind == "po"))
    migrate(copy)
    return copy


def test_the_new_screen_keeps_every_rule_of_a_screen(office):
    told = run(
        office, "-m", "pytest", "tests/test_screens.py", "-k", "meetings", "-p", "no:cacheprovider"
    )
    passed = int(re.search(r"(\d+) passed", told)[1])
    assert passed > 30, told  # each rule on both engines
    assert "skipped" not in told or int(re.search(r"(\d+) skipped", told)[1]) < passed / 4, told


def test_the_example_is_written_as_the_office_is(office):
    new = [name for kind, name, _text in BLOCKS if kind in ("python", "diff")]
    run(office, "-m", "ruff", "check", "--no-cache", *new)
    run(office, "-m", "ruff", "format", "--no-cache", "--check", *new)


def insert(path: Path, text: str) -> None:
    """Change a file as a block with + and - says; its other lines must stand there just once."""
    lines = text.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
    new = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("-"))
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1, f"{path.name} does not hold just once:\n{old}"
    path.write_text(before.replace(old, new), encoding="utf-8")


def speak(copy: Path, words: str) -> None:
    """Bring the catalogues up to the new words and translate them."""
    told = run(copy, "script/catalogues", fails=True)  # it says what nobody translated yet
    given = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', words, re.MULTILINE))
    assert given
    assert [message for message in given if f"untranslated: {message!r}" not in told] == []
    path = copy / CHINESE
    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans_CN")
    for message, translated in given.items():
        catalogue[message].string = translated
    with path.open("wb") as file:
        write_po(file, catalogue, width=100)
    run(copy, "-m", "babel.messages.frontend", "--quiet", "compile",
        "--input-file", CHINESE, "--output-file", CHINESE.replace(".po", ".mo"))  # fmt: skip


def migrate(copy: Path) -> None:
    """Let the office write its migration into an office of its own."""
    [command] = [text for kind, _name, text in BLOCKS if kind == "bash"]
    flask, *arguments = shlex.split(command.replace("NNNN", "9999"))
    assert flask == ".venv/bin/flask"
    own = {"STATION_INSTANCE": str(copy / "instance")}
    run(copy, "-m", "flask", "--app", "wsgi", "db", "upgrade", **own)
    run(copy, "-m", "flask", *arguments, **own)
    assert len(list((copy / "admin_app/migrations/versions").glob("9999_*.py"))) == 1


def run(copy: Path, *command: str, fails: bool = False, **environment: str) -> str:
    """Run the copy's Python and return what it told."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    done = subprocess.run(
        [ROOT / ".venv/bin/python", *command],
        cwd=copy, capture_output=True, text=True, check=False, env=clean | environment,
    )  # fmt: skip
    told = done.stdout + done.stderr
    assert fails or done.returncode == 0, told[-8000:]
    return told


# What the running tests tell their own processes.
FOREIGN = ("PYTEST_", "STATION_", "COV_", "PYTHONPATH")
