"""The chain of one visit, step by step, with a kill at a random moment of each; and what must be true afterwards.

A round takes one visit of each engineer from the plan to the approval. In each step all of them send at the same
time, and once within about the time that a step takes, somewhere before, during or after its commit, the server dies.
The runner dies while it prints the record of the round; the next round begins meanwhile.
"""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import sqlalchemy as sa
from PIL import Image

from portal.guidance.models import Guidance
from portal.journal import actions as journal
from portal.journal.models import Entry
from portal.kit.blobs import Blob, open_blob
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.kit.jobs import Job
from portal.oil.models import Sample
from portal.records.models import Document
from portal.records.verify import judge
from portal.sync.models import SyncRecord
from portal.town import find
from portal.visits.models import Photo, Signature, Visit
from tests.chaos.house import Figures, House
from tests.chaos.phone import Phone

PINS = {"mina": "246813", "bora": "691357", "han": "527160"}
FIRST_GUESS = 0.15  # seconds that a step takes, before one has been seen
LONGEST_PRINT = 4.0  # seconds
RUNNER_DOWN = 0.6  # how often the runner is dead until the approval: both signatures are then made in one go
STEPS = ("plan", "check-in", "sample", "guidance", "photo", "signature", "submission", "approval")
TOLD_ONCE = (  # of every visit, in the journal
    "visit.planned", "visit.checked_in", "sample.taken", "guidance.given", "photo.taken", "visit.signed",
    "visit.submitted", "record.issued", "visit.approved", "record.countersigned", "record.signed", "record.sealed",
)  # fmt: skip
ROWS_OF = {Sample: "sample", Guidance: "guidance", Photo: "photo", Signature: "signature"}


@dataclass
class Case:
    """One visit on its way, with the number of each record, made by its author before the first sending."""

    engineer: str
    order: int
    uuids: dict[str, str] = field(default_factory=lambda: {step: new_uuid() for step in STEPS})
    id: int = 0

    @property
    def uuid(self) -> str:
        return self.uuids["plan"]


class Rounds:
    """Plays rounds on a house and keeps what it sent, to be compared with what is there in the end."""

    def __init__(self, house: House, engineers: tuple[str, ...], random: Random, figures: Figures) -> None:
        self.house, self.random, self.figures = house, random, figures
        self.cases: list[Case] = []
        self.took = dict.fromkeys(STEPS, FIRST_GUESS)
        with house.app():
            town = find()
            self.pit, self.engine = town.pit.id, town.engine.uuid
            self.ids = {who: getattr(town, who).id for who in PINS}
            self.before = _entries()
        self.phones = {who: Phone(house.url, who, Random(random.random()), figures) for who in (*engineers, "han")}
        self.engineers = engineers

    def play(self) -> None:
        """One round. Returns when its visits are approved; their records are printed meanwhile."""
        fresh = [Case(who, len(self.cases) + n) for n, who in enumerate(self.engineers)]
        self.cases += fresh
        if self.random.random() < RUNNER_DOWN:
            self.house.kill_runner()
        for step in STEPS:
            self._strike_during(step, fresh)
            if step == "plan":
                self._learn_ids(fresh)
        self._strike_the_printer()
        self.figures.counts["rounds"] += 1

    def _strike_during(self, step: str, cases: list[Case]) -> None:
        """Send `step` of every case, and kill the server once about the time that it takes."""
        with ThreadPoolExecutor(len(cases)) as hands:
            sent = [hands.submit(self._timed, step, case) for case in cases]
            time.sleep(self.random.uniform(0, 1.3 * self.took[step]))
            under_way = sum(not one.done() for one in sent)
            self.figures.hit[step] += under_way > 0
            self.house.strike_web()
            self._settle(step, sent, under_way)

    def _settle(self, step: str, sent: list[Future[float]], under_way: int) -> None:
        times = [one.result() for one in sent]
        if not under_way:
            self.took[step] = (self.took[step] + min(times)) / 2
        elif self.took[step] < 2:
            self.took[step] *= 1.1  # the kill came too early to see how long it takes

    def _timed(self, step: str, case: Case) -> float:
        began = time.monotonic()
        DEEDS[step](self, case)
        return time.monotonic() - began

    def _learn_ids(self, cases: list[Case]) -> None:
        with self.house.app():
            for case in cases:
                case.id = db.session.scalar(sa.select(Visit.id).where(Visit.uuid == case.uuid)) or 0

    def _strike_the_printer(self) -> None:
        if self.house.runner is None:
            self.house.start_runner()
        if self.house.wait_until_printing(LONGEST_PRINT):
            self.figures.hit["print"] += 1
            time.sleep(self.random.uniform(0, LONGEST_PRINT))
        self.house.strike_runner()

    # What people send.

    def plan(self, case: Case) -> None:
        form = {
            "site": str(self.pit),
            "engineer": str(self.ids[case.engineer]),
            "planned_at": f"{now():%Y-%m-%dT%H:%M}",
        }
        self.phones["han"].post("/plan/new", {"uuid": case.uuid, **form, "purpose": f"Round {case.order}"})

    def check_in(self, case: Case) -> None:
        self._letter(case, "check-in", {"latitude": "37.1", "longitude": "128.9", "accuracy_m": "12"})

    def sample(self, case: Case) -> None:
        bottle = {
            "compartment": self.engine, "number": f"HB-9911-{case.order:04d}", "machine_hours": "12450",
            "oil_hours": "270", "oil_changed": "no", "reason": "routine", "visual": ["dark"],
        }  # fmt: skip
        self._letter(case, "sample", bottle)

    def guidance(self, case: Case) -> None:
        self._letter(case, "guidance", {"topics": ["storage"], "text": "주유구를 닦고 보충합니다."})

    def photo(self, case: Case) -> None:
        image = io.BytesIO()
        Image.new("RGB", (64, 48), (case.order % 256, 99, 120)).save(image, "JPEG")
        image.seek(0)
        form = {"uuid": case.uuids["photo"], "caption": f"계기판 {case.order}", "photo": (image, "a.jpg")}
        self.phones[case.engineer].post(f"/o/photo/{case.uuid}", form)

    def signature(self, case: Case) -> None:
        hand = {"satisfaction": "4", "name": "김도현", "role": "정비과장", "strokes": "[[[10,10],[500,200]]]"}
        self._letter(case, "signature", hand)

    def submission(self, case: Case) -> None:
        form = {"uuid": case.uuids["submission"], "pin": PINS[case.engineer]}
        self.phones[case.engineer].post(f"/o/submission/{case.uuid}", form)

    def approval(self, case: Case) -> None:
        self.phones["han"].post(f"/approvals/{case.id}", {"pin": PINS["han"]})

    def _letter(self, case: Case, kind: str, payload: dict[str, Any]) -> None:
        at: datetime = now()
        letter = {"uuid": case.uuids[kind], "kind": kind, "visit": case.uuid, "occurred": at, "sent": at}
        self.phones[case.engineer].put({**letter, "payload": payload})

    # What must be true in the end.

    def reckon(self, thorough: int) -> list[str]:
        """Wait until the runner is idle, then name everything that was lost, doubled or spoilt.

        The signatures of the newest `thorough` records are examined too; the others are known by their SHA-256.
        """
        self.house.wait_until_idle(within=120)
        with self.house.app():
            faults = [*self.figures.faults, *(str(fault) for fault in journal.verify())]
            faults += self._compare("journal", self._expected(), _entries() - self.before)
            faults += [f"job {j.id} failed: {j.error}" for j in db.session.scalars(sa.select(Job)) if not j.done_at]
            for case in self.cases:
                faults += self._faults_of(case)
            faults += self._faults_of_papers(thorough)
        return faults

    def _expected(self) -> Counter[str]:
        signers = len(self.phones)
        once_for_all = {"machine.meter_read": 1}  # every bottle says the same hours, and only a change is told
        return Counter(
            {what: len(self.cases) for what in TOLD_ONCE}
            | {"person.logged_in": signers, "key.made": signers}
            | once_for_all
        )

    def _faults_of(self, case: Case) -> list[str]:
        visits = db.session.scalars(sa.select(Visit).where(Visit.uuid == case.uuid)).all()
        kept = set(db.session.scalars(sa.select(SyncRecord.id).where(SyncRecord.id.in_(case.uuids.values()))))
        faults = self._compare(f"visit {case.order}", Counter({"visits": 1}), Counter({"visits": len(visits)}))
        sent = set(case.uuids.values()) - {case.uuid, case.uuids["approval"]}  # these two are no envelopes
        faults += self._compare(f"records of {case.order}", Counter(sent), Counter(kept))
        for model, step in ROWS_OF.items():
            uuids = [row.uuid for visit in visits for row in db.session.scalars(_at(model, visit))]
            faults += self._compare(f"{step} of {case.order}", Counter([case.uuids[step]]), Counter(uuids))
        return faults + [f"visit {v.id} is {v.state} v{v.record_version}" for v in visits if v.state != "approved"]

    def _faults_of_papers(self, thorough: int) -> list[str]:
        papers = db.session.scalars(sa.select(Document).order_by(Document.id.desc())).all()
        named = Counter(sha for d in papers for sha in (d.draft_sha256, d.sealed_sha256))
        rows = Counter(db.session.scalars(sa.select(Blob.sha256).where(Blob.media_type == "application/pdf")))
        faults = self._compare("documents", Counter({"all": len(self.cases)}), Counter({"all": len(papers)}))
        faults += self._compare("files", named, rows)
        for order, sha in enumerate([d.sealed_sha256 for d in papers if d.sealed_sha256]):
            with open_blob(sha) as file:
                verdict = judge(file.read(), thorough=order < thorough)
            faults += [] if verdict.genuine else [f"{sha}: {verdict.says} {verdict.reasons}"]
        return faults

    def _compare(self, of: str, expected: Counter[Any], found: Counter[Any]) -> list[str]:
        lost, doubled = expected - found, found - expected
        self.figures.counts["lost"] += lost.total()
        self.figures.counts["doubled"] += doubled.total()
        return [f"{of}: lost {dict(lost)}"] * bool(lost) + [f"{of}: doubled {dict(doubled)}"] * bool(doubled)


DEEDS: dict[str, Callable[[Rounds, Case], None]] = {
    "plan": Rounds.plan, "check-in": Rounds.check_in, "sample": Rounds.sample, "guidance": Rounds.guidance,
    "photo": Rounds.photo, "signature": Rounds.signature, "submission": Rounds.submission, "approval": Rounds.approval,
}  # fmt: skip


def _at(model: Any, visit: Visit) -> sa.Select[Any]:
    return sa.select(model).where(model.visit_id == visit.id)


def _entries() -> Counter[str]:
    counted = sa.select(Entry.what, sa.func.count()).group_by(Entry.what)
    return Counter({what: number for what, number in db.session.execute(counted)})
