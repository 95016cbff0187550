"""The products: what we sell, and what other makers sold where we take samples."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.kit.db import Base, new_uuid, word


class Family(StrEnum):
    COMPRESSOR = "compressor"
    COOLANT = "coolant"
    ENGINE = "engine"
    GEAR = "gear"
    GREASE = "grease"
    HYDRAULIC = "hydraulic"
    TRANSMISSION = "transmission"
    TURBINE = "turbine"


class Product(Base):
    """One product in one grade, with the typical values of the new oil.

    `name` is a brand and reads the same in every language. `v40_mm2_s` of a grease is that of its base oil.
    A retired product stays for the machines that still run on it.
    """

    __tablename__ = "products"
    __table_args__ = (
        sa.CheckConstraint("v40_mm2_s > 0 AND v100_mm2_s > 0 AND v100_mm2_s < v40_mm2_s", name="thinner_when_hot"),
        sa.CheckConstraint("tbn_mg_koh_g >= 0", name="tbn_not_negative"),
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
    approvals: Mapped[str] = mapped_column(default="")
    retired_at: Mapped[datetime | None]
