"""Visits in every state, each with words of its own, so that a page that says too much gives itself away."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from PIL import Image

from portal.customers.models import Site
from portal.kit.blobs import keep
from portal.kit.db import db, new_uuid
from portal.people.models import Person
from portal.records.actions import newest_of
from portal.town import Town
from portal.visits import actions
from portal.visits.models import Photo, Visit

STATES = ("planned", "on_site", "signed", "submitted", "approved")
SIGNED = {"name": "김도현", "role": "정비과장", "satisfaction": "4", "strokes": None, "consented": True}


@dataclass(frozen=True)
class Known:
    """What a stranger might know of a visit, and the words that only its readers may see."""

    id: int
    uuid: str
    site: int
    photo: str
    code: str
    canary: str


def canary(key: str) -> str:
    return f"canary-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def visit_in(
    state: str, site: Site, engineer: Person, leader: Person, along: Person | None = None, *, at: datetime,
    says: str = "Look",
) -> Visit:  # fmt: skip
    """A visit that went the whole way to `state`, one verb after the other; the caller commits."""
    reached = STATES.index(state)
    words = {"uuid": new_uuid(), "by": leader, "at": at - timedelta(days=1)}
    visit = actions.plan(site, engineer, at, says, co_visitor=along, **words)  # type: ignore[arg-type]
    if reached >= STATES.index("on_site"):
        actions.check_in(visit, None, by=engineer, at=at)
        blob = keep(f"\xff\xd8 {says}".encode("latin-1"), media_type="image/jpeg", uuid=new_uuid(), at=at)
        actions.add_photo(visit, blob.sha256, (8, 8), says, uuid=new_uuid(), by=engineer, at=at)
    if reached >= STATES.index("signed"):
        actions.sign(visit, SIGNED, uuid=new_uuid(), language="ko", by=engineer, at=at)
    if reached >= STATES.index("submitted"):
        actions.submit(visit, by=engineer, at=at)
        file = keep(f"%PDF-1.7 {says}".encode(), media_type="application/pdf", uuid=new_uuid(), at=at)
        newest_of(visit).draft_sha256 = file.sha256
    if reached >= STATES.index("approved"):
        actions.approve(visit, by=leader, at=at)
    db.session.flush()
    return visit


def known(visit: Visit) -> Known:
    photo = db.session.scalar(sa.select(Photo.uuid).where(Photo.visit_id == visit.id)) or new_uuid()
    code = newest_of(visit).code if visit.record_version else ""
    return Known(visit.id, visit.uuid, visit.site_id, photo, code, visit.purpose)


def visits_of_all_kinds(people: Town, at: datetime) -> dict[str, Known]:
    """Visits by `group.state`. Mina works in her own region, at her region's dealer and abroad; Jun elsewhere.

    To those called `along` Mina goes with Jun.
    """
    office = db.session.scalars(sa.select(Site).where(Site.customer_id == people.kim.dealer_id)).one()
    groups = {
        "own": ((people.pit, people.mina, people.han), STATES),
        "dealer": ((office, people.mina, people.han), ("planned", "submitted", "approved")),
        "abroad": ((people.plant, people.mina, people.han), ("on_site", "submitted")),
        "along": ((people.plant, people.jun, people.suh, people.mina), ("planned", "on_site", "submitted", "approved")),
        "foreign": ((people.plant, people.jun, people.suh), ("planned", "on_site", "submitted", "approved")),
    }
    made = {
        f"{group}.{state}": visit_in(state, *who, at=at, says=canary(f"{group}.{state}"))
        for group, (who, states) in groups.items()
        for state in states
    }
    found = {key: known(visit) for key, visit in made.items()}
    db.session.commit()
    return found


def picture() -> io.BytesIO:
    """A small photo, as a phone would send one."""
    out = io.BytesIO()
    Image.new("RGB", (16, 12), "navy").save(out, "JPEG")
    out.seek(0)
    return out
