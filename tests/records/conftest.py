"""A printing works without a database: templates, fonts, a certificate authority, and the two child processes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import FileSystemLoader

from portal.config import ROOT, Settings
from portal.kit.db import canonical, db
from portal.people.models import Person, Role
from portal.records import printing, sheet
from portal.records.authority import ensure_authority
from portal.records.cli import records_commands
from portal.records.models import Document
from tests.records import examples

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class Works:
    """Prints, signs and approves as the job does, from facts and two invented people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.company = ensure_authority(folder, "한빛윤활유", NOON)
        self.app = Flask("portal", template_folder=str(ROOT / "templates"), root_path=str(ROOT / "portal"))
        self.app.config["SETTINGS"] = Settings(data_dir=folder, database_url="sqlite://")
        Babel(self.app)
        self.people = {sheet.ISSUER: self.person("이서준", "seojun"), sheet.APPROVER: self.person("최은영", "eunyoung")}

    def person(self, name: str, login: str) -> SimpleNamespace:
        email = f"{login}@example.test"
        certificate, key, _ends = self.company.certify(name=name, email=email, uuid=f"00-{login}", at=NOON)
        return SimpleNamespace(name=name, certificate=certificate, key=key)

    def document(self, facts: dict[str, Any], language: str = "ko") -> Any:
        """What the sheet reads of a document."""
        return SimpleNamespace(
            facts=facts, facts_sha256=hashlib.sha256(canonical(facts).encode()).hexdigest(), code=facts["code"],
            number=facts["number"], version=facts["version"], language=language, template="visits/record.html",
            zone=Document.zone.fget(SimpleNamespace(facts=facts)),  # type: ignore[attr-defined]
            issued_by=self.people[sheet.ISSUER], issued_at=NOON,
            countersigned_by=self.people[sheet.APPROVER], countersigned_at=NOON,
        )  # fmt: skip

    def page(self, facts: dict[str, Any], language: str = "ko") -> dict[str, Any]:
        with self.app.test_request_context():
            return printing.page_of(self.document(facts, language))

    def paths(self, photos: dict[str, bytes]) -> dict[str, Path]:
        for sha256, data in photos.items():
            (self.folder / sha256).write_bytes(data)
        return {sha256: self.folder / sha256 for sha256 in photos}

    def print(self, facts: dict[str, Any], language: str = "ko", photos: dict[str, bytes] | None = None) -> bytes:
        [pdf] = printing.printed([self.page(facts, language)], self.paths(photos or {}))
        return pdf

    def step(self, field: str, facts: dict[str, Any], language: str = "ko", company: Any = None) -> printing.Step:
        person, company = self.people[field], company or self.company
        with self.app.test_request_context():
            stamp = sheet.stamp_of(self.document(facts, language), field)
        return printing.Step(
            field=field, certify=field == sheet.ISSUER, name=person.name, key=person.key.decode(), stamp=stamp,
            chain=(person.certificate.decode(), company.issuing.decode(), company.root.decode()),
        )  # fmt: skip

    def sealed(
        self, facts: dict[str, Any], language: str = "ko", photos: dict[str, bytes] | None = None
    ) -> list[bytes]:
        """The draft and the approved file."""
        steps = [self.step(field, facts, language) for field in self.people]
        return printing.signed(self.page(facts, language), self.paths(photos or {}), steps)


@pytest.fixture(scope="session")
def works(tmp_path_factory: pytest.TempPathFactory) -> Works:
    return Works(tmp_path_factory.mktemp("works"))


@pytest.fixture(scope="session")
def files(works: Works) -> list[bytes]:
    """An ordinary record twice: with the engineer's signature, and approved."""
    return works.sealed(examples.facts())


@pytest.fixture(scope="session")
def draft(files: list[bytes]) -> bytes:
    return files[0]


@pytest.fixture(scope="session")
def sealed(files: list[bytes]) -> bytes:
    return files[1]


@pytest.fixture
def ground(ground: Flask) -> Flask:
    """An empty database of either kind with our templates, and a context pushed."""
    ground.jinja_loader = FileSystemLoader(ROOT / "templates")  # type: ignore[assignment]
    ground.cli.add_command(records_commands)
    return ground


@pytest.fixture
def house(ground: Flask) -> SimpleNamespace:
    """Seo-jun visits, Eun-young leads, Dong-hyun leads too; and two visits as far as the records room knows any."""
    people = {}
    for name, login, role in (
        ("이서준", "seojun", Role.ENGINEER),
        ("최은영", "eunyoung", Role.SUPERVISOR),
        ("박동현", "donghyun", Role.SUPERVISOR),
    ):
        email = f"{login}@example.test"
        people[login] = Person(name=name, email=email, roles=frozenset({role}), password_hash="-", pin_hash="-")
    db.session.add_all(people.values())
    db.session.commit()
    return SimpleNamespace(visit=Subject(41), other=Subject(42), app=ground, **people)


@dataclass
class Subject:
    """What a document is about, as the records room sees it."""

    id: int
    __tablename__: str = "visits"
