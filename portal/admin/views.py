"""Who has a login, what they may do, and what becomes of their work when they leave; teams and regions."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts import actions as accounts
from portal.accounts.models import Login
from portal.admin import actions, lists, pages
from portal.admin.forms import FindForm, HandOverForm, PersonForm, RegionForm, TeamForm
from portal.customers.views import keep, must_be_fresh
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import db, new_uuid, uuid_or_new
from portal.kit.forms import id_of
from portal.people.labels import ROLE
from portal.people.models import Person, Region, Role, Team, me
from portal.people.permits import Permit, allow

bp = Blueprint("admin", __name__)


@bp.get("/people")
@allow(Permit.PEOPLE_ADMIN)
def index() -> Response:
    """Everybody by name, a page at a time by key; or those in whose name, address or number the word stands."""
    form = FindForm(request.args)
    rows, more = lists.people(me(), form.sought, id_of(htmx.asked("after")))
    return htmx.page("admin/index.html", form=form, people=rows, more=more, roles=ROLE)


@bp.get("/people/new")
@allow(Permit.PEOPLE_ADMIN)
def new() -> Response:
    return pages.person_form(pages.offering(PersonForm()), uuid=new_uuid())


@bp.post("/people/new")
@allow(Permit.PEOPLE_ADMIN)
def invite() -> Response:
    form, uuid = pages.offering(PersonForm(request.form)), uuid_or_new(request.form.get("uuid"))
    return keep(
        form,
        lambda: _page_of(actions.invite(form.columns, uuid=uuid, by=me(), at=now()), "invited"),
        lambda status, say="": pages.person_form(form, status, say, uuid=uuid),
        lambda: _made(uuid),
    )


@bp.get("/people/<int:id>")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def show(person: Person) -> Response:
    return pages.of_person(person)


@bp.get("/people/<int:id>/edit")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def edit(person: Person) -> Response:
    return pages.person_form(pages.offering(PersonForm(obj=person)), person=person)


@bp.post("/people/<int:id>/edit")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def change(person: Person) -> Response:
    form = pages.offering(PersonForm(request.form))

    def act() -> str:
        must_be_fresh(person)
        actions.change_person(person, form.columns, by=me(), at=now())
        return _page_of(person, "changed") if me().is_a(Role.ADMIN) else url_for("accounts.index")

    return keep(form, act, lambda status, say="": pages.person_form(form, status, say, person=person))


@bp.post("/people/<int:id>/link")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def send_link(person: Person) -> Response:
    """A new invitation, or a link for a new password."""
    actions.send_link(person, uuid=uuid_or_new(request.form.get("uuid")), by=me(), at=now())
    return _done(person, "sent")


@bp.post("/people/<int:id>/locked")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def lock(person: Person) -> Response:
    verb = actions.unlock if request.form.get("locked") == "no" else actions.lock
    verb(person, by=me(), at=now())
    return _done(person, "unlocked" if verb is actions.unlock else "locked")


@bp.post("/people/<int:id>/sessions")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def end_sessions(person: Person) -> Response:
    """Log somebody out: of the browser that is named, or of all."""
    if named := request.form.get("login"):
        theirs = sa.select(Login).where(Login.person_id == person.id, Login.id == (id_of(named) or 0))
        accounts.end_session(db.session.scalar(theirs) or abort(404), by=me(), at=now())
    else:
        accounts.end_sessions(person, by=me(), at=now())
    return _done(person, "ended")


@bp.get("/people/<int:id>/hand-over")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def hand_over_form(person: Person) -> Response:
    work = [kind for kind, count in lists.work_of(person).items() if count]
    return pages.hand_over(HandOverForm(work=work).among(lists.takers(person)), person)


@bp.post("/people/<int:id>/hand-over")
@allow(Permit.PEOPLE_ADMIN, of=Person)
def hand_over(person: Person) -> Response:
    form = HandOverForm(request.form).among(lists.takers(person))

    def act() -> str:
        to = db.session.get_one(Person, form.to.data)
        actions.hand_over(person, to, by=me(), at=now(), work=form.work.data or ())
        return _page_of(person, "handed")

    return keep(form, act, lambda status, say="": pages.hand_over(form, person, status, say))


@bp.get("/teams")
@allow(Permit.PEOPLE_ADMIN)
def teams() -> Response:
    return htmx.page("admin/teams.html", teams=lists.teams(), regions=lists.regions(), names=dict(lists.team_names()))


@bp.get("/teams/new")
@allow(Permit.PEOPLE_ADMIN)
def new_team() -> Response:
    return pages.team_form(_team_form())


@bp.post("/teams/new")
@allow(Permit.PEOPLE_ADMIN)
def add_team() -> Response:
    form = _team_form(request.form)
    return keep(
        form, _to_teams(lambda: actions.add_team(form.values, by=me(), at=now())),
        lambda status, say="": pages.team_form(form, status, say),
    )  # fmt: skip


@bp.get("/teams/<int:id>/edit")
@allow(Permit.PEOPLE_ADMIN, of=Team)
def edit_team(team: Team) -> Response:
    return pages.team_form(_team_form(team=team, obj=team), team=team)


@bp.post("/teams/<int:id>/edit")
@allow(Permit.PEOPLE_ADMIN, of=Team)
def change_team(team: Team) -> Response:
    form = _team_form(request.form, team)

    def act() -> None:
        _must_be_as_read(team)
        actions.change_team(team, form.values, by=me(), at=now())

    return keep(form, _to_teams(act), lambda status, say="": pages.team_form(form, status, say, team=team))


@bp.get("/regions/new")
@allow(Permit.PEOPLE_ADMIN)
def new_region() -> Response:
    return pages.region_form(RegionForm())


@bp.post("/regions/new")
@allow(Permit.PEOPLE_ADMIN)
def add_region() -> Response:
    form = RegionForm(request.form)
    return keep(
        form, _to_teams(lambda: actions.add_region(form.values["name"], by=me(), at=now())),
        lambda status, say="": pages.region_form(form, status, say),
    )  # fmt: skip


@bp.get("/regions/<int:id>/edit")
@allow(Permit.PEOPLE_ADMIN, of=Region)
def edit_region(region: Region) -> Response:
    return pages.region_form(RegionForm(obj=region), region=region)


@bp.post("/regions/<int:id>/edit")
@allow(Permit.PEOPLE_ADMIN, of=Region)
def rename_region(region: Region) -> Response:
    form = RegionForm(request.form)

    def act() -> None:
        _must_be_as_read(region)
        actions.rename_region(region, form.values["name"], by=me(), at=now())

    return keep(form, _to_teams(act), lambda status, say="": pages.region_form(form, status, say, region=region))


def _page_of(person: Person, done: str) -> str:
    return url_for("admin.show", id=person.id, done=done)


def _made(uuid: str) -> str | None:
    """The page of who was invited by an equal post."""
    person = db.session.scalar(sa.select(Person).where(Person.uuid == uuid))
    return None if person is None else _page_of(person, "invited")


def _done(person: Person, done: str) -> Response:
    url = _page_of(person, done)
    db.session.commit()
    return htmx.go(url)


def _team_form(data: object = None, team: Team | None = None, obj: Team | None = None) -> TeamForm:
    """A leader who is written there now is offered, too."""
    leaders = lists.leaders()
    if team and team.leader_id and team.leader_id not in dict(leaders):
        leaders.append((team.leader_id, db.session.get_one(Person, team.leader_id).name))
    return TeamForm(data, obj=obj).among(leaders, lists.teams_outside(team))  # type: ignore[arg-type]


def _to_teams(act: Callable[[], object]) -> Callable[[], str]:
    """`act`, and then the page of the teams."""

    def then() -> str:
        act()
        return url_for("admin.teams")

    return then


def _must_be_as_read(row: Team | Region) -> None:
    """Raises StaleDataError when the form was read from other contents of the row."""
    if request.form.get("version") != pages.stamp(row):
        raise StaleDataError("the form is older than the row")
