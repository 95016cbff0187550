"""Planning: the week of a team, visits moved, handed on and cancelled, and new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice, SelectField

from portal.customers.models import Contact, Site
from portal.customers.views import again, answer, keep, must_be_fresh
from portal.kit import htmx
from portal.kit.clock import day_span, now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.forms import id_of
from portal.kit.i18n import reader_zone, zone
from portal.kit.i18n import today as reader_today
from portal.people.models import Person, me
from portal.people.permits import Permit, allow
from portal.visits import actions, agenda, labels, planning
from portal.visits.agenda import Crew
from portal.visits.forms import CancelForm, MoveForm, PlanForm, ReplanForm
from portal.visits.kinds import VisitState
from portal.visits.models import Visit
from portal.visits.planning import Moved
from portal.visits.weeks import Week, day_of, week_of

bp = Blueprint("plans", __name__)

MORNING = time(9)
EDIT, CANCEL, NEW = (f"visits/plan_{name}.html" for name in ("edit", "cancel", "new"))


@dataclass(frozen=True)
class Shown:
    """What a page of the plan shows: a week, or one day of it, of everybody or of one engineer."""

    week: Week
    day: date | None
    engineer_id: int | None

    @classmethod
    def by(cls, asked: Callable[[str, str], str]) -> Shown:
        day = day_of(asked("day", ""))
        week = Week.of(day) if day else week_of(asked("week", "")) or Week.of(reader_today(now()))
        return cls(week, day, id_of(asked("engineer", "")))

    @property
    def days(self) -> list[date]:
        return [self.day] if self.day else self.week.days

    def url(self, **changes: Any) -> str:
        when = {"day": self.day.isoformat()} if self.day else {"week": str(self.week)}
        return url_for("plans.index", **{**when, "engineer": self.engineer_id, **changes})

    def near(self, way: int) -> str:
        """The address of the same for the day or week after, or for -1 the one before."""
        if self.day:
            return self.url(day=(self.day + way * timedelta(days=1)).isoformat())
        return self.url(week=str(self.week.after if way > 0 else self.week.before))


@dataclass(frozen=True)
class Card:
    """One visit as it stood before the eyes of whoever chose it."""

    id: int
    version: int
    day: str

    @classmethod
    def read(cls, text: str) -> Card | None:
        numbers, _dot, day = text.partition("/")
        id, _dot, version = numbers.partition(".")
        found, number = id_of(id), id_of(version)
        return cls(found, number, day) if found and number else None


@bp.get("/plan")
@allow(Permit.PLAN_READ)
def index() -> Response:
    """The week of those for whom this person plans; of an engineer, their own."""
    return _week(Shown.by(request.args.get), MoveForm())


@bp.post("/plan/move")
@allow(Permit.VISIT_PLAN)
def move() -> Response:
    """Move the chosen visits. What may not be moved stays, and is named with the reason; the rest moves."""
    form, shown, chosen = MoveForm(request.form), Shown.by(request.form.get), _chosen()
    if form.ok and not chosen:
        form.refuse("days", _("Choose at least one visit."))
    if not form.ok:
        return _week(shown, form, 422)
    versions = {card.id: card.version for card in chosen}
    held = Visit.seen_by(me()).where(Visit.id.in_(versions)).order_by(Visit.id).with_for_update(of=Visit)
    done = planning.move_each(list(db.session.scalars(held)), versions, _target(form), by=me(), at=now())
    db.session.commit()
    return _week(shown, form, 409, done) if done.kept else htmx.go(shown.url(moved=len(done.moved)))


@bp.get("/plan/<int:id>")
@allow(Permit.VISIT_PLAN, of=Visit)
def show(visit: Visit) -> Response:
    planning.must_plan(visit, me())
    if visit.state is not VisitState.PLANNED:
        return htmx.go(url_for("visits.show", id=visit.id))
    given = {"engineer": str(visit.engineer_id), "co_visitor": str(visit.co_visitor_id or "")}
    local = visit.planned_at.astimezone(zone(visit.zone_name)).replace(tzinfo=None)
    form = _replan(ReplanForm(planned_at=local, **given), _crew_of(visit))
    return answer(EDIT, form=form, version=visit.version, **_about(visit))


@bp.post("/plan/<int:id>")
@allow(Permit.VISIT_PLAN, of=Visit)
def change(visit: Visit) -> Response:
    """Day and time, engineer and company: each that differs is one step in the journal."""
    crew = _crew_of(visit)
    form = _replan(ReplanForm(request.form), crew)
    engineer, co_visitor = _picked(form.engineer, crew.engineers), _picked(form.co_visitor, crew.company)
    if form.ok:
        _refuse_strangers(form, engineer, co_visitor)

    def act() -> str:
        must_be_fresh(visit)
        planned_at, where = form.values["planned_at"], zone(visit.zone_name)
        if planned_at != visit.planned_at.astimezone(where).replace(tzinfo=None, second=0, microsecond=0):
            planning.move(visit, planned_at.replace(tzinfo=where).astimezone(UTC), by=me(), at=now())
        planning.reassign(visit, engineer, by=me(), at=now())
        planning.accompany(visit, co_visitor, by=me(), at=now())
        return _week_of(visit)

    planning.must_plan(visit, me())
    return keep(form, act, again(EDIT, form, visit, **_about(visit)))


@bp.get("/plan/<int:id>/cancel")
@allow(Permit.VISIT_PLAN, of=Visit)
def cancel_form(visit: Visit) -> Response:
    planning.must_plan(visit, me())
    if visit.state is not VisitState.PLANNED:
        return htmx.go(url_for("visits.show", id=visit.id))
    return answer(CANCEL, form=CancelForm(), version=visit.version, **_about(visit))


@bp.post("/plan/<int:id>/cancel")
@allow(Permit.VISIT_PLAN, of=Visit)
def cancel(visit: Visit) -> Response:
    form = CancelForm(request.form)

    def act() -> str:
        must_be_fresh(visit)
        planning.cancel(visit, form.values["reason"], by=me(), at=now())
        return _week_of(visit)

    planning.must_plan(visit, me())
    return keep(form, act, again(CANCEL, form, visit, **_about(visit)))


@bp.get("/plan/new")
@allow(Permit.VISIT_PLAN)
def new() -> Response:
    """Where to first; then, for a site, whom to ask for and why to go."""
    customer, sought = id_of(htmx.asked("customer")), htmx.asked("q").strip()
    sites = agenda.sites_of(me(), customer) if customer else []
    site = agenda.site_of(me(), id_of(htmx.asked("site")), id_of(htmx.asked("machine")))
    site = site or (sites[0] if len(sites) == 1 else None)
    goals = agenda.goals(me(), sought) if sought else [agenda.goal_of(place) for place in sites]
    found = {"goals": goals, "q": sought, "carried": _carried()}
    if htmx.asked_for_fragment():
        return htmx.fragment(NEW, "found", site=site, recent=[], **found)
    day = day_of(htmx.asked("day"))
    form = PlanForm(
        planned_at=datetime.combine(day, MORNING) if day else None, engineer=htmx.asked("engineer"),
        site=str(site.id) if site else "",
    )  # fmt: skip
    return _new_page(_offered(form, site, agenda.crew(me())), site, new_uuid(), **found)


@bp.post("/plan/new")
@allow(Permit.VISIT_PLAN)
def plan() -> Response:
    uuid, site = uuid_or_new(request.form.get("uuid")), agenda.site_of(me(), id_of(request.form.get("site")))
    crew = agenda.crew(me())
    form = _offered(PlanForm(request.form), site, crew)
    engineer, co_visitor = _picked(form.engineer, crew.engineers), _picked(form.co_visitor, crew.company)
    if form.ok:
        if site is None:
            form.refuse("site", _("Choose a site."))
        _refuse_strangers(form, engineer, co_visitor)

    def act() -> str:
        visit = actions.plan(
            site, engineer, form.values["planned_at"].replace(tzinfo=_zone_of(site)), form.why, uuid=uuid,
            contact=_contact(form, site), co_visitor=co_visitor, by=me(), at=now(),
        )  # fmt: skip
        return _week_of(visit)

    return keep(
        form, act, lambda status, say="": _new_page(form, site, uuid, status, say),
        lambda: _planned_already(uuid),
    )  # fmt: skip


def _week(shown: Shown, form: MoveForm, status: int = 200, done: Moved | None = None) -> Response:
    today, where = reader_today(now()), reader_zone()
    start, end = day_span(shown.days[0], where)[0], day_span(shown.days[-1], where)[1]
    visits = agenda.between(me(), start, end, shown.engineer_id)
    begun = day_span(today, where)[0]
    missed = agenda.not_done(me(), begun, shown.engineer_id) if shown.days[-1] >= today else []
    rest = [visit for visit in visits if visit not in missed]
    team = agenda.crew(me()).engineers
    context: dict[str, Any] = {
        "days": [(day, [v for v in rest if v.planned_at.astimezone(where).date() == day]) for day in shown.days],
        "missed": missed, "team": team, "ours": {person.id for person in team}, "today": today, "labels": labels,
        "shown": shown, "form": form, "done": done, "moved": id_of(htmx.asked("moved")), "full": _is_full(visits),
        "ticked": {card.id for card in _chosen()}, "planned": VisitState.PLANNED,
    }  # fmt: skip
    if htmx.asked_for_fragment():
        return htmx.fragment("visits/plan.html", "week", status, **context)
    return htmx.page("visits/plan.html", status, **context)


def _is_full(visits: Sequence[Visit]) -> bool:
    return len(visits) == agenda.MOST_ROWS


def _chosen() -> list[Card]:
    """The cards that were ticked: one by one, a day, or all that were shown."""
    form = request.form
    ids, days, everything = set(form.getlist("visit")), set(form.getlist("whole_day")), "everything" in form
    shown = [card for text in form.getlist("card")[: 2 * agenda.MOST_ROWS] if (card := Card.read(text))]
    return [card for card in shown if everything or str(card.id) in ids or card.day in days]


def _target(form: MoveForm) -> Callable[[Visit], datetime]:
    """When each visit is then: at the same time of the clock on its site."""
    shift, day = form.shift, form.values["to_day"]

    def when(visit: Visit) -> datetime:
        local = visit.planned_at.astimezone(zone(visit.zone_name))
        moved = local + timedelta(days=shift) if shift is not None else datetime.combine(day, local.timetz())
        return moved.astimezone(UTC)

    return when


def _about(visit: Visit) -> dict[str, Any]:
    return {"visit": visit, "labels": labels, "back": _week_of(visit)}


def _week_of(visit: Visit) -> str:
    return url_for("plans.index", week=str(Week.of(visit.planned_at.astimezone(reader_zone()).date())))


def _replan(form: ReplanForm, crew: Crew) -> ReplanForm:
    form.engineer.choices = _choices(crew.engineers)
    form.co_visitor.choices = [SelectChoice("", _("Nobody")), *_choices(crew.company)]
    return form


def _crew_of(visit: Visit) -> Crew:
    """Who may be chosen, with those who are chosen now."""
    crew = agenda.crew(me())
    return Crew(_with(crew.engineers, visit.engineer), _with(crew.company, visit.co_visitor))


def _with(people: list[Person], person: Person | None) -> list[Person]:
    return people if person is None or person in people else [*people, person]


def _choices(people: Sequence[Person]) -> list[SelectChoice]:
    return [SelectChoice(str(person.id), person.name) for person in people]


def _picked(field: SelectField, people: Sequence[Person]) -> Person | None:
    return next((person for person in people if str(person.id) == field.data), None)


def _offered(form: PlanForm, site: Site | None, crew: Crew) -> PlanForm:
    """The form with what may be chosen in it; whoever is alone is chosen already."""
    if _is_alone(crew) and not form.engineer.raw_data:
        form.engineer.data = str(me().id)
    nobody = SelectChoice("", _("Choose"))
    form.engineer.choices = [nobody, *_choices(crew.engineers)]
    form.co_visitor.choices = [SelectChoice("", _("Nobody")), *_choices(crew.company)]
    form.because.choices = [SelectChoice(text, says) for text, says in _texts(site).items()]
    contacts = agenda.contacts(site) if site else []
    form.contact.choices = [SelectChoice(str(c.id), f"{c.name} {c.role}") for c in contacts]
    if contacts and not form.contact.data:
        form.contact.data = str(contacts[0].id)
    places = [] if site else agenda.sites(me())
    form.site.choices = [nobody, *(SelectChoice(str(s.id), f"{s.customer.name} · {s.name}") for s in places)]
    return form


def _texts(site: Site | None) -> dict[str, str]:
    """What may be tapped as purpose, and how it is said: open at the site, or written before."""
    reasons = agenda.reasons(me(), site) if site else []
    said = {reason.text: f"{reason.kind} · {reason.text}" for reason in reasons}
    return {**said, **{text: text for text in agenda.purposes(me(), site) if text not in said}}


def _is_alone(crew: Crew) -> bool:
    return crew.engineers == [me()]


def _refuse_strangers(form: PlanForm | ReplanForm, engineer: Person | None, co_visitor: Person | None) -> None:
    """Only those who were offered may be chosen, and nobody twice."""
    if engineer is None:
        form.refuse("engineer", _("Choose an engineer."))
    elif engineer is co_visitor:
        form.refuse("co_visitor", _("Nobody goes along with themselves. Choose somebody else."))
    if co_visitor is None and form.co_visitor.data:
        form.refuse("co_visitor", _("Choose somebody from the list."))


def _new_page(
    form: PlanForm, site: Site | None, uuid: str, status: int = 200, say: str = "", **found: Any
) -> Response:  # fmt: skip
    context: dict[str, Any] = {
        **{"form": form, "site": site, "uuid": uuid, "say": say},
        "alone": [choice.value for choice in form.engineer.choices or ()] == ["", str(me().id)],
        **(found or {"goals": [], "q": "", "carried": _carried()}),
    }
    if htmx.asked_for_fragment():
        return htmx.fragment(NEW, "form", status, **context)
    recent = [] if site else agenda.recent_sites(me(), now())
    return htmx.page(NEW, status, **context, recent=recent)


def _carried() -> dict[str, str]:
    """What the address of the page says beside the place, for the next one."""
    return {name: value for name in ("day", "engineer") if (value := htmx.asked(name))}


def _zone_of(site: Site) -> Any:
    return zone(site.zone or site.customer.zone)


def _contact(form: PlanForm, site: Site) -> Contact | None:
    """The one who was chosen, else the first of the customer."""
    people = agenda.contacts(site)
    chosen = [contact for contact in people if str(contact.id) == form.contact.data]
    return next(iter([*chosen, *people]), None)


def _planned_already(uuid: str) -> str | None:
    """The week of the visit with this number, if there is one."""
    visit = db.session.scalar(sa.select(Visit).where(Visit.uuid == uuid))
    return None if visit is None else _week_of(visit)
