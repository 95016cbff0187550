"""The verbs of the console: who comes, what they may do, who goes, and what becomes of their work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.accounts import actions as accounts
from portal.accounts import mailing
from portal.accounts.models import LinkPurpose
from portal.admin import lists
from portal.admin.kinds import Work
from portal.complaints import actions as complaints
from portal.customers import actions as customers
from portal.customers.models import Customer
from portal.desk import actions as desk
from portal.journal.actions import note
from portal.kit.db import db, new_uuid
from portal.kit.errors import NotValid, WrongState
from portal.people.labels import ROLE
from portal.people.models import Person, Region, Role, Team
from portal.visits.models import Visit
from portal.visits.planning import reassign

LONGEST_PATH = 200  # characters, as the column has them


def invite(values: dict[str, Any], *, uuid: str, by: Person, at: datetime) -> Person:
    """A new person, and a mail with the link that sets their password. Raises NotValid for a taken address."""
    plain = {name: value for name, value in values.items() if name not in ("name", "email", "roles", "team_id")}
    team = db.session.get(Team, values["team_id"]) if values["team_id"] else None
    person = accounts.add_person(
        values["name"], values["email"], values["roles"], password_hash="", pin_hash="", uuid=uuid, team=team,
        by=by, at=at, **plain,
    )  # fmt: skip
    mailing.mail_link_to(person, LinkPurpose.INVITE, at=at, once=uuid)
    return person


def change_person(person: Person, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    """Raises NotValid for an address that is taken, the last administrator, and a leader who would not be one."""
    new = {name: value for name, value in values.items() if getattr(person, name) != value}
    if not new:
        return
    if "email" in new:
        accounts.email_must_be_free(new["email"], person)
        accounts.drop_links(person)  # they went to the address of before
    _roles_may_go(person, person.roles - values["roles"])
    before = {name: getattr(person, name) for name in new}
    for name, value in new.items():
        setattr(person, name, value)
    note("person.changed", person, by=by, at=at, before=_plain(before), after=_plain(new))


def send_link(person: Person, *, uuid: str, by: Person, at: datetime) -> None:
    """Mail an invitation, or a link for a new password. The same `uuid` again sends nothing."""
    if person.locked_at is not None:
        raise WrongState(_("This person is locked. Unlock them first."))
    if mailing.is_asked(uuid):
        return
    purpose = mailing.purpose_for(person)
    mailing.mail_link_to(person, purpose, at=at, once=uuid)
    note("person.link_asked", person, by=by, at=at, after={"purpose": purpose})


def lock(person: Person, *, by: Person, at: datetime) -> None:
    """Keep a person out, at once and everywhere. Raises WrongState for oneself and for the last administrator."""
    if person.locked_at is not None:
        return
    if person.id == by.id:
        raise WrongState(_("Nobody locks themselves. Ask another administrator."))
    if _is_last_admin(person):
        raise WrongState(_("This is the last administrator. Make somebody else one first."))
    person.locked_at = at
    accounts.drop_links(person)
    accounts.end_sessions(person, by=by, at=at)
    note("person.locked", person, by=by, at=at)


def unlock(person: Person, *, by: Person, at: datetime) -> None:
    if person.locked_at is not None:
        before, person.locked_at = person.locked_at, None
        note("person.unlocked", person, by=by, at=at, before={"locked_at": before})


def hand_over(
    leaver: Person, to: Person, *, by: Person, at: datetime, work: Collection[Work] = tuple(Work)
) -> dict[Work, int]:
    """Give what `leaver` has open to somebody else; how much of each kind that was.

    Visits that have begun stay: who was there ends them, or their leader. A promise stays in the name of who gave
    it, and open ones are seen by the engineer who now looks after the customer. Raises NotValid, with nothing
    given, when `to` cannot take all of it.
    """
    if to.id == leaver.id or to.locked_at is not None or to.dealer_id is not None:
        raise NotValid(_("This person cannot take it. Choose somebody else."), beside="to")
    moved = {kind: GIVE[kind](_rows(lists.WORK_OF[kind](leaver)), to, by, at) for kind in Work if kind in work}
    moved = {kind: count for kind, count in moved.items() if count}
    if moved:
        note("person.handed_over", leaver, by=by, at=at, after={"to": to.id, "moved": moved})
    return moved


def add_team(values: dict[str, Any], *, by: Person, at: datetime) -> Team:
    """Raises NotValid for a name that stands there already, and for a leader who is no supervisor."""
    _team_may_be(None, values)
    team = Team(name=values["name"], leader_id=values["leader_id"], parent_id=values["parent_id"], path=new_uuid())
    db.session.add(team)
    db.session.flush()
    team.path = _path_below(values["parent_id"], team.id)
    note("team.added", team, by=by, at=at, after=values)
    return team


def change_team(team: Team, values: dict[str, Any], *, by: Person, at: datetime) -> None:
    """Rename, give it another leader, or move it with all below it. Raises NotValid as `add_team`, and for a circle."""
    new = {name: value for name, value in values.items() if getattr(team, name) != value}
    if not new:
        return
    _team_may_be(team, values)
    before = {name: getattr(team, name) for name in new}
    if "parent_id" in new:
        _move(team, values["parent_id"])
    for name, value in new.items():
        setattr(team, name, value)
    note("team.changed", team, by=by, at=at, before=before, after=new)


def lead(team: Team, leader: Person, *, by: Person, at: datetime) -> None:
    """Raises NotValid for who is no supervisor."""
    change_team(team, {"name": team.name, "leader_id": leader.id, "parent_id": team.parent_id}, by=by, at=at)


def add_region(name: str, *, by: Person, at: datetime) -> Region:
    _region_must_be_free(name)
    region = Region(name=name)
    db.session.add(region)
    note("region.added", region, by=by, at=at, after={"name": name})
    return region


def rename_region(region: Region, name: str, *, by: Person, at: datetime) -> None:
    if name == region.name:
        return
    _region_must_be_free(name)
    before, region.name = region.name, name
    note("region.changed", region, by=by, at=at, before={"name": before}, after={"name": name})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def _roles_may_go(person: Person, gone: Collection[Role]) -> None:
    if Role.ADMIN in gone and _is_last_admin(person):
        raise NotValid(_("This is the last administrator. Make somebody else one first."), beside="roles")
    led = db.session.scalar(lists.led_by(person).limit(1)) if Role.SUPERVISOR in gone else None
    if led is not None:
        raise NotValid(_("%(name)s leads “%(team)s”. Give the team another leader first.", name=person.name,
                         team=led.name), beside="roles")  # fmt: skip


def _is_last_admin(person: Person) -> bool:
    """Whether nobody else could open the console. Holds the administrators, so that two cannot go at once."""
    active = sa.and_(Person.holding(Role.ADMIN), Person.locked_at.is_(None), Person.password_hash != "")
    ids = db.session.scalars(sa.select(Person.id).where(active).order_by(Person.id).with_for_update()).all()
    return set(ids) == {person.id}


def _rows(select: sa.Select[Any]) -> list[Any]:
    return list(db.session.scalars(select))


def _give_visits(visits: Iterable[Visit], to: Person, by: Person, at: datetime) -> int:
    return _each(visits, (Role.ENGINEER,), to, lambda visit: reassign(visit, to, by=by, at=at))


def _give_company(visits: Iterable[Visit], to: Person, by: Person, at: datetime) -> int:
    """Nobody goes along with themselves: at their own visits the place becomes free."""

    def _go_along(visit: Visit) -> None:
        before, visit.co_visitor_id = visit.co_visitor_id, None if visit.engineer_id == to.id else to.id
        places = {"before": {"co_visitor": before}, "after": {"co_visitor": visit.co_visitor_id}}
        note("visit.accompanied", visit, by=by, at=at, **places)

    return _each(visits, (Role.ENGINEER, Role.SUPERVISOR), to, _go_along)


def _give_customers(found: Iterable[Customer], to: Person, by: Person, at: datetime) -> int:
    known = set(db.session.scalars(Customer.seen_by(to).with_only_columns(Customer.id)))

    def look_after(customer: Customer) -> None:
        if customer.id not in known:
            raise NotValid(
                _("%(name)s works in another region and could not open the file of %(customer)s.", name=to.name,
                  customer=customer.name), beside="to",
            )  # fmt: skip
        values = {"dealer_id": customer.dealer_id, "engineer_id": to.id}
        customers.change_customer(customer, values, by=by, at=at)

    return _each(found, (Role.ENGINEER,), to, look_after)


def _give_complaints(found: Iterable[Any], to: Person, by: Person, at: datetime) -> int:
    return _each(found, complaints.WORKERS, to, lambda complaint: complaints.hand_over(complaint, to, by=by, at=at))


def _give_errands(found: Iterable[Any], to: Person, by: Person, at: datetime) -> int:
    return _each(found, (Role.SUPERVISOR,), to, lambda errand: desk.hand_over(errand, to, by=by, at=at))


def _give_teams(teams: Iterable[Team], to: Person, by: Person, at: datetime) -> int:
    return _each(teams, (Role.SUPERVISOR,), to, lambda team: lead(team, to, by=by, at=at))


GIVE = {
    Work.VISITS: _give_visits,
    Work.COMPANY: _give_company,
    Work.CUSTOMERS: _give_customers,
    Work.COMPLAINTS: _give_complaints,
    Work.ERRANDS: _give_errands,
    Work.TEAMS: _give_teams,
}


def _each(rows: Iterable[Any], roles: tuple[Role, ...], to: Person, give: Callable[[Any], Any]) -> int:
    """Give each of `rows`, if `to` holds a role that may have them; how many there were."""
    count = 0
    for row in rows:
        if not to.is_a(*roles):
            needed = ", ".join(str(ROLE[role]) for role in sorted(roles))
            raise NotValid(_("For this %(name)s needs a role: %(roles)s.", name=to.name, roles=needed), beside="to")
        give(row)
        count += 1
    return count


def _team_may_be(team: Team | None, values: dict[str, Any]) -> None:
    same = sa.select(Team.id).where(
        Team.name == values["name"], Team.parent_id.is_not_distinct_from(values["parent_id"]),
        Team.id != (team.id if team else 0),
    )  # fmt: skip
    if db.session.scalar(same) is not None:
        raise NotValid(_("There is a team of this name already. Choose another."), beside="name")
    leader = db.session.get(Person, values["leader_id"]) if values["leader_id"] else None
    unchanged = team is not None and team.leader_id == values["leader_id"]
    if leader and not unchanged and (not leader.is_a(Role.SUPERVISOR) or leader.locked_at is not None):
        raise NotValid(_("%(name)s is no supervisor. Give them the role first.", name=leader.name), beside="leader_id")


def _path_below(parent_id: int | None, id: int) -> str:
    """The path of a team below another. Holds all teams, so that nobody moves one meanwhile."""
    paths = {row.id: row.path for row in db.session.execute(sa.select(Team.id, Team.path).with_for_update())}
    path = f"{paths[parent_id] if parent_id else ''}{id}/"
    if len(path) > LONGEST_PATH:
        raise NotValid(_("The team would stand too deep. Choose one further up."), beside="parent_id")
    return path


def _move(team: Team, parent_id: int | None) -> None:
    """Rewrite the paths of the whole tree of `team`. Raises NotValid for a place inside it."""
    new = _path_below(parent_id, team.id)
    db.session.refresh(team)
    old = team.path
    if new.startswith(old) and new != old:
        raise NotValid(_("A team cannot stand below itself. Choose another."), beside="parent_id")
    for below in db.session.scalars(sa.select(Team).where(Team.path.startswith(old))):
        path = new + below.path.removeprefix(old)
        if len(path) > LONGEST_PATH:
            raise NotValid(_("The team would stand too deep. Choose one further up."), beside="parent_id")
        below.path = path


def _region_must_be_free(name: str) -> None:
    if db.session.scalar(sa.select(Region.id).where(Region.name == name)) is not None:
        raise NotValid(_("There is a region of this name already. Choose another."), beside="name")
