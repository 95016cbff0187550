"""People, the teams they work in, and the sessions in which they are logged in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_login import UserMixin, current_user
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kit.db import Base, Words, new_uuid


class Role(StrEnum):
    ADMIN = "admin"
    DEALER = "dealer"
    DESK = "desk"
    ENGINEER = "engineer"
    LAB = "lab"
    SUPERVISOR = "supervisor"


class Region(Base):
    """A part of the country. Engineers read the submitted visits of their region's customers."""

    __tablename__ = "regions"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        return kept_by(person, cls)


class Team(Base):
    """A team in the tree of teams; its leader is the supervisor of its members, the root's leader the director.

    `path` names the team and all above it: `1/4/9/`. A team's tree is every path that begins with its own.
    """

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"))
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", use_alter=True), index=True)
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        return kept_by(person, cls)


LED, OWN = sa.orm.aliased(Team, name="led"), sa.orm.aliased(Team, name="own")  # costly to make, so made once


class Person(Base, UserMixin):
    """Somebody with a login.

    Holds one or more roles. `dealer_id` ties a dealer's people to their company; nobody else has it.
    """

    __tablename__ = "people"
    __table_args__ = (
        sa.CheckConstraint("roles <> '  '", name="some_role"),
        sa.CheckConstraint("(roles LIKE '% dealer %') = (dealer_id IS NOT NULL)", name="dealers_belong_to_a_dealer"),
        sa.Index(None, "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    roles: Mapped[frozenset[Role]] = mapped_column(Words(Role))
    language: Mapped[str] = mapped_column(sa.String(8), default="ko")
    zone: Mapped[str | None] = mapped_column(sa.String(64))
    phone: Mapped[str] = mapped_column(default="")
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("teams.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("regions.id"))
    dealer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))
    password_hash: Mapped[str]  # empty until the invitation is taken up: fits no password
    pin_hash: Mapped[str]  # the PIN authorises a signature; it opens nothing else. Empty as above
    locked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    team: Mapped[Team | None] = relationship(foreign_keys=team_id)
    region: Mapped[Region | None] = relationship()

    @property
    def is_active(self) -> bool:
        return self.locked_at is None

    def is_a(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @classmethod
    def seen_by(cls, person: Person) -> sa.Select[Any]:
        return kept_by(person, cls)

    @classmethod
    def holding(cls, role: Role) -> sa.ColumnElement[bool]:
        """True for a row of `Person` that holds `role`."""
        return sa.type_coerce(cls.roles, sa.String).contains(f" {role.value} ")

    @classmethod
    def led_by(cls, leader: Person) -> sa.ColumnElement[bool]:
        """True for a row of `Person` in the tree of a team that `leader` leads, other than `leader`.

        Uses the team of `Person` in the enclosing select by its id, so it needs no join.
        """
        in_tree = sa.select(OWN.id).join(LED, OWN.path.startswith(LED.path)).where(LED.leader_id == leader.id)
        return sa.and_(cls.team_id.in_(in_tree), cls.id != leader.id)


def kept_by(person: Person, model: type[Base]) -> sa.Select[Any]:
    """Who has a login, in which team and where, is opened by an administrator: all of it, and by nobody else."""
    return sa.select(model).where(sa.true() if person.is_a(Role.ADMIN) else sa.false())


def me() -> Person:
    """The person who is logged in, as a plain record: Flask-Login's proxy must not reach the database."""
    return current_user._get_current_object()  # type: ignore[no-any-return]


def somebody() -> Person | None:
    """The person who is logged in, or None."""
    return me() if current_user.is_authenticated else None
