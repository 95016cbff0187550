"""The screens of the rooms beside the visit: customers, complaints, requests, products, people, labels."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from portal import town
from portal.complaints import actions as complaints
from portal.complaints.kinds import Category, Channel, CustomerWord, Severity, StepKind
from portal.customers import actions as customers
from portal.customers.models import Customer
from portal.desk import actions as desk
from portal.desk.kinds import Item
from portal.fieldwork import actions as fieldwork
from portal.kit.clock import now
from portal.kit.db import db, new_uuid
from portal.visits.models import Visit

COMPLAINT: dict[str, Any] = {
    "category": Category.QUALITY, "severity": Severity.MAJOR, "channel": Channel.PHONE, "product": "", "machine": "",
    "description": "드럼을 여니 오일이 뿌옇습니다. 지난주에 받은 것입니다.", "asks": "새 드럼으로 바꿔 주세요.",
    "batch_no": "HB-2609-11", "contact_name": "김도현", "contact_phone": "033-555-0142",
}  # fmt: skip
Row = tuple[str, str, str]  # name, who looks, path


def furnish(visit: int) -> SimpleNamespace:
    """One of each, in the states that look different; `visit` is Mina's open one. The caller commits."""
    people = town.find()
    made = SimpleNamespace(
        mine=people.mine.id, pit=people.pit.id, truck=people.truck.id, engine=people.engine.id,
        foreman=people.foreman.id, sample=people.sample.id, mina=people.mina.id, team=people.mina.team_id,
        region=people.mina.region_id, engine_uuid=people.engine.uuid, code=people.engine.label_code,
    )  # fmt: skip
    made.promise = customers.promise(
        people.mine, "필터 두 개를 보내 드립니다.", now().date() + timedelta(days=3),
        uuid=new_uuid(), by=people.mina, at=now(),
    ).id  # fmt: skip
    made.open, made.settled, made.closed = (_complaint(people, state) for state in ("open", "settled", "closed"))
    made.logged, made.asked, made.planned = (_errand(people, state) for state in ("logged", "asked", "planned"))
    fieldwork.leave("EX-02 유압유 채취", uuid=new_uuid(), visit=_left_at(people, visit), by=people.mina, at=now())
    db.session.commit()
    return made


def _left_at(people: town.Town, visit: int) -> Visit:
    earlier = sa.select(Visit).where(Visit.engineer_id == people.mina.id, Visit.id != visit).order_by(Visit.id)
    return db.session.scalars(earlier).first() or db.session.get_one(Visit, visit)


def _complaint(people: town.Town, state: str) -> int:
    words: dict[str, Any] = {"by": people.desk, "at": now() - timedelta(hours=5)}
    made = complaints.receive(dict(COMPLAINT), uuid=new_uuid(), customer=people.mine, **words)
    if state != "open":
        said = "다른 드럼에서 채취해 확인 중이라고 전화로 말씀드렸습니다."
        complaints.add_step(made, StepKind.ANSWERED, said, uuid=new_uuid(), **words)
        complaints.settle(
            made,
            remedy="새 드럼 2개로 교환",
            word=CustomerWord.ACCEPTED,
            accepted_by="김도현",
            uuid=new_uuid(),
            **words,
        )
    if state == "closed":
        complaints.close(made, "하역장 천막 아래에서만 보관하도록 대리점에 알렸습니다.", uuid=new_uuid(), **words)
    db.session.flush()
    return made.id


def _errand(people: town.Town, state: str) -> int:
    at = now() - timedelta(hours=3)
    values = {
        "items": {Item.GIFTS, Item.POSTERS}, "needed_on": at.date() + timedelta(days=30), "quantity": 150,
        "place": "원주시 단계동 1", "reason": "화물차 공제조합 총회에서 나누어 줍니다.",
    }  # fmt: skip
    company = db.session.get_one(Customer, people.kim.dealer_id)
    made = desk.log(values, uuid=new_uuid(), dealer=company, by=people.kim, at=at)
    words: dict[str, Any] = {"uuid": new_uuid(), "by": people.han, "at": now()}
    if state == "asked":
        desk.ask(made, "손님이 몇 분이나 오십니까?", **words)
    if state == "planned":
        desk.plan(made, "포스터 50장과 수건 200장을 보냅니다.", at.date() + timedelta(days=14), **words)
    db.session.flush()
    return made.id


def rows(made: SimpleNamespace, visit: int) -> list[Row]:
    """Every screen of these rooms by name, with who looks at it."""
    return [
        *_of_customers(made), *_of_visits(made, visit), *_of_complaints(made), *_of_desk(made), *_of_people(made),
        ("products", "admin", "/products"), ("products-none", "admin", "/products?q=zzz"),
        ("product", "admin", "/products/1"), ("product-edit", "admin", "/products/2/edit"),
        ("scan", "mina", f"/scan?visit={visit}"), ("labels", "lab", "/labels"),
        ("sample-read", "mina", f"/samples/{made.sample}"),
    ]  # fmt: skip


def _of_customers(made: SimpleNamespace) -> list[Row]:
    file = f"/customers/{made.mine}"
    return [
        ("customers", "mina", "/customers"), ("customers-found", "mina", "/customers?q=033"),
        ("customer", "mina", file), ("customer-edit", "mina", f"{file}/edit"),
        ("customer-class", "mina", f"{file}/class"), ("customer-new", "mina", "/customers/new"),
        ("customer-merge", "han", f"{file}/merge?q=새벽"), ("promise-new", "mina", f"{file}/promises/new"),
        ("promise-close", "mina", f"/promises/{made.promise}/close"), ("site", "mina", f"/sites/{made.pit}"),
        ("site-edit", "mina", f"/sites/{made.pit}/edit"), ("contact-edit", "mina", f"/contacts/{made.foreman}/edit"),
        ("machine", "mina", f"/machines/{made.truck}"), ("machine-hours", "mina", f"/machines/{made.truck}/hours"),
        ("compartment-edit", "mina", f"/compartments/{made.engine}/edit"),
    ]  # fmt: skip


def _of_visits(made: SimpleNamespace, visit: int) -> list[Row]:
    parts = ("complaint", "complaint-step", "complaint-settle", "training", "finding", "promise", "left-over")
    return [
        *((f"visit-part-{part}", "mina", f"/visits/{visit}/{part}") for part in parts),
        ("guidance-known", "mina", f"/visits/{visit}/guidance?compartment={made.engine_uuid}"),
        ("calendar", "mina", "/me/calendar"), ("plan-mine", "mina", "/plan"),
        ("plan-new-site", "han", f"/plan/new?site={made.pit}"),
    ]  # fmt: skip


def _of_complaints(made: SimpleNamespace) -> list[Row]:
    return [
        ("complaints", "desk", "/complaints"), ("complaints-dealer", "kim", "/complaints"),
        ("complaint-who", "desk", "/complaints/new"), ("complaint-found", "desk", "/complaints/new?q=DT"),
        ("complaint-new", "desk", f"/complaints/new?customer={made.mine}"),
        ("complaint", "desk", f"/complaints/{made.open}"), ("complaint-closed", "mina", f"/complaints/{made.closed}"),
        ("complaint-step", "mina", f"/complaints/{made.open}/step"),
        ("complaint-settle", "mina", f"/complaints/{made.open}/settle"),
        ("complaint-close", "desk", f"/complaints/{made.settled}/close"),
        ("complaint-hand-over", "desk", f"/complaints/{made.open}/hand-over"),
    ]  # fmt: skip


def _of_desk(made: SimpleNamespace) -> list[Row]:
    return [
        ("dealer-home", "kim", "/dealer"), ("dealer-home-empty", "park", "/dealer"),
        ("promotion-new", "kim", "/dealer/promotions/new"), ("errands", "han", "/errands"),
        ("errand-answer", "kim", f"/errands/{made.asked}/answer"),
        ("errand-confirm", "kim", f"/errands/{made.planned}/confirm"), ("errand", "han", f"/errands/{made.logged}"),
        ("errand-asked", "kim", f"/errands/{made.asked}"),
        *((f"errand-{part}", "han", f"/errands/{made.logged}/{part}") for part in ("ask", "plan", "refuse")),
    ]  # fmt: skip


def _of_people(made: SimpleNamespace) -> list[Row]:
    person = f"/people/{made.mina}"
    return [
        ("people", "admin", "/people"), ("person", "admin", person), ("person-edit", "admin", f"{person}/edit"),
        ("person-new", "admin", "/people/new"), ("hand-over", "admin", f"{person}/hand-over"),
        ("teams", "admin", "/teams"), ("team-edit", "admin", f"/teams/{made.team}/edit"),
        ("region-edit", "admin", f"/regions/{made.region}/edit"), ("forgotten", "", "/forgotten"),
        ("dead-link", "", "/set/nothing"), ("me-password", "mina", "/me/password"), ("me-pin", "mina", "/me/pin"),
        ("me-settings", "mina", "/me/settings"),
    ]  # fmt: skip
