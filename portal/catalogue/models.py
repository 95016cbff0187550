"""The products: what we sell, and what other makers sold where we take samples."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.kinds import BaseOil, Family, Thickener
from portal.kit.db import Base, new_uuid, word
from portal.people.models import Person


class Product(Base):
    """One product in one grade, with the typical values of the new oil.

    `name` is a brand and reads the same in every language. `v40_mm2_s` of a grease is that of its base oil.
    A retired product stays for the machines that still run on it.
    """

    __tablename__ = "products"
    __table_args__ = (
        sa.CheckConstraint("v40_mm2_s > 0 AND v100_mm2_s > 0 AND v100_mm2_s < v40_mm2_s", name="thinner_when_hot"),
        sa.CheckConstraint("tbn_mg_koh_g >= 0", name="tbn_not_negative"),
        sa.CheckConstraint("tan_mg_koh_g >= 0", name="tan_not_negative"),
        sa.CheckConstraint("thickener IS NULL OR family = 'grease'", name="only_grease_is_thickened"),
        sa.Index(None, "family", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(sa.String(36), unique=True, default=new_uuid)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    maker: Mapped[str]
    name: Mapped[str]
    family: Mapped[Family] = mapped_column(word(Family))
    grade: Mapped[str]  # as on the pack: ISO VG 46, 15W-40, NLGI 2
    v40_mm2_s: Mapped[Decimal | None]
    v100_mm2_s: Mapped[Decimal | None]
    vi: Mapped[int | None]
    tbn_mg_koh_g: Mapped[Decimal | None]
    tan_mg_koh_g: Mapped[Decimal | None]
    base: Mapped[BaseOil | None] = mapped_column(word(BaseOil))
    thickener: Mapped[Thickener | None] = mapped_column(word(Thickener))
    approvals: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar = {"version_id_col": version}

    @classmethod
    def seen_by(cls, _person: Person) -> sa.Select[Any]:
        """What we sell is no secret to anybody with a login."""
        return sa.select(cls)

    @classmethod
    def in_order(cls) -> tuple[sa.ColumnElement[Any], ...]:
        """The order of every list of products; `id` makes it the same every time."""
        return cls.family, cls.name, cls.id

    @classmethod
    def on_sale(cls) -> sa.Select[Any]:
        return sa.select(cls).where(cls.retired_at.is_(None)).order_by(*cls.in_order())

    @classmethod
    def says(cls, text: str) -> sa.ColumnElement[bool]:
        """Name, code, grade or maker holds `text`; capitals, blanks and hyphens do not matter: vg46, 15w40."""
        written = cls.name + " " + cls.code + " " + cls.grade + " " + cls.maker
        bare = sa.func.replace(sa.func.replace(sa.func.lower(written), " ", ""), "-", "")
        return bare.contains("".join(text.lower().split()).replace("-", ""), autoescape=True)
