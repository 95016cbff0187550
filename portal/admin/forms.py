"""What is asked about a person, a team and a region."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.accounts.forms import LanguageField, narrow, real_zone
from portal.admin.kinds import Work
from portal.admin.labels import WORK
from portal.customers.forms import RowField
from portal.kit.forms import PicksField, RoomForm, TextField, at_least_one, optional, required
from portal.people.labels import ROLE
from portal.people.models import Role

EMAIL = re.compile(r"[!-?A-~]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*\.[A-Za-z]{2,63}")  # what every mail server takes
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,28}[0-9]")
LINE_BREAK = re.compile(r"[\r\n\t]")
Pairs = Iterable[tuple[int, str]]


def one_line(_form: RoomForm, field: TextField) -> None:
    """A validator: nothing that would begin a new line in a mail or a list. Raises ValidationError."""
    if field.data and LINE_BREAK.search(field.data):
        raise ValidationError(_("Write this on one line."))


class FindForm(RoomForm):
    """Who is looked for. Nonsense finds nothing."""

    q = TextField(_l("Name, e-mail or phone"), [optional()], most=80)

    @property
    def sought(self) -> str:
        return (self.q.data or "") if self.ok else ""


class PersonForm(RoomForm):
    """Who somebody is, and what they may do."""

    name = TextField(_l("Name"), [required(_l("Write the name.")), one_line], most=80)
    email = TextField(_l("E-mail"), [required(_l("Write the e-mail address."))], most=254, filters=[narrow])
    roles = PicksField(_l("Roles"), Role, ROLE, [at_least_one])
    dealer_id = RowField(_l("Dealer company"))
    team_id = RowField(_l("Team"), [optional()])
    region_id = RowField(_l("Region"), [optional()])
    phone = TextField(_l("Phone"), [optional()], most=40, filters=[narrow])
    language = LanguageField(_l("Language"), default="ko")
    zone = TextField(_l("Time zone"), [optional(), real_zone], most=64)

    def among(self, dealers: Pairs, teams: Pairs, regions: Pairs) -> PersonForm:
        """Offer these rows, given as pairs of id and name, and no others."""
        self.dealer_id.offer(dealers, _("None, they work for us"))
        self.team_id.offer(teams, _("No team"))
        self.region_id.offer(regions, _("No region"))
        return self

    def validate_email(self, field: TextField) -> None:
        if field.data and not EMAIL.fullmatch(field.data):
            raise ValidationError(_("This is not a whole e-mail address. Write it as mina@company.kr."))

    def validate_phone(self, field: TextField) -> None:
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError(_("Write the number with digits only, for example 033-555-0142."))

    def validate_roles(self, field: PicksField) -> None:
        if Role.DEALER in (field.data or ()) and len(set(field.data)) > 1:
            raise ValidationError(_("Somebody of a dealer has no other role. Take the others away, or this one."))

    def validate_dealer_id(self, field: RowField) -> None:
        is_dealer = Role.DEALER in (self.roles.data or ())
        if is_dealer and field.data is None:
            raise ValidationError(_("Choose the company for which they work."))
        if field.data is not None and not is_dealer:
            raise ValidationError(_("Only somebody with the role of a dealer has a company here."))

    @property
    def columns(self) -> dict[str, Any]:
        """The values under the names of the table."""
        plain = {name: self[name].data for name in ("name", "dealer_id", "team_id", "region_id", "language")}
        roles, email = frozenset(self.roles.data), self.email.data.lower()
        return {**plain, "roles": roles, "email": email, "phone": self.phone.data or "", "zone": self.zone.data or None}


class HandOverForm(RoomForm):
    """Who takes the work of somebody who leaves, and which of it."""

    to = RowField(_l("To whom"), [required(_l("Choose who takes it."))])
    work = PicksField(_l("What goes over"), Work, WORK, [at_least_one])

    def among(self, people: Pairs) -> HandOverForm:
        self.to.offer(people, _("Choose"))
        return self


class TeamForm(RoomForm):
    name = TextField(_l("Name of the team"), [required(_l("Write the name.")), one_line], most=80)
    leader_id = RowField(_l("Leader"), [optional()])
    parent_id = RowField(_l("Below which team"), [optional()])

    def among(self, leaders: Pairs, above: Pairs) -> TeamForm:
        self.leader_id.offer(leaders, _("Nobody yet"))
        self.parent_id.offer(above, _("None, it stands at the top"))
        return self


class RegionForm(RoomForm):
    name = TextField(_l("Name of the region"), [required(_l("Write the name.")), one_line], most=80)
