"""What a person may set, run or be allowed to do is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from portal.people.models import Role
from portal.people.permits import HELD_BY, Permit
from tests.support.source import PORTAL, ROOT

DOCS = ROOT / "docs"
PERMITS = DOCS / "permits.md"
SETTING = re.compile(r"""environ(?:\.get\(|\[)["']([A-Z_]+)["']""")


def permit_table() -> str:
    """The matrix of permits and roles, as it stands in docs/permits.md."""
    roles = sorted(Role)
    lines = [f"| permit | {' | '.join(roles)} |", f"|---|{'---|' * len(roles)}"]
    for permit in Permit:
        held = ["yes" if role in HELD_BY[permit] else "" for role in roles]
        lines.append(f"| `{permit}` | {' | '.join(held)} |")
    return "\n".join(lines) + "\n"


def commands(group: click.Group, before: str = "flask") -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def test_every_setting_is_described() -> None:
    settings = set(SETTING.findall((PORTAL / "config.py").read_text()))
    described = (DOCS / "settings.md").read_text()

    assert len(settings) >= 7
    assert not {name for name in settings if f"| `{name}` |" not in described}


def test_no_setting_is_described_that_does_nothing() -> None:
    described = re.findall(r"^\| `([A-Z_]+)` \|", (DOCS / "settings.md").read_text(), re.MULTILINE)
    assert set(described) == set(SETTING.findall((PORTAL / "config.py").read_text()))


def test_every_command_is_described(bare_app: Flask) -> None:
    found, described = set(commands(bare_app.cli)), (DOCS / "commands.md").read_text()
    listed = {line.split("`")[1] for line in described.splitlines() if line.startswith("| `flask ")}

    assert not {name for name in found if not any(f"{entry} ".startswith(f"{name} ") for entry in listed)}
    assert not {entry for entry in listed if not any(f"{entry} ".startswith(f"{name} ") for name in found)}


def test_every_command_says_what_it_does(bare_app: Flask) -> None:
    def silent(group: click.Group) -> Iterator[str]:
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                yield from silent(command)
            elif not command.get_short_help_str():
                yield name

    assert not list(silent(bare_app.cli))


def test_the_permit_matrix_is_the_one_that_is_used() -> None:
    assert permit_table() in PERMITS.read_text(), f"put this into {PERMITS.name}:\n\n{permit_table()}"


@pytest.mark.parametrize("page", sorted(DOCS.glob("decisions/*.md")), ids=lambda page: page.stem)
def test_a_decision_is_one_page_of_context_decision_and_cost(page: object) -> None:
    text = page.read_text()  # type: ignore[attr-defined]
    assert len(text.splitlines()) <= 40
    assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Cost"))


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert not broken
