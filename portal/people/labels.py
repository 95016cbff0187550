"""How the roles are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.people.models import Role

ROLE = {
    Role.ADMIN: _l("Administrator"),
    Role.DEALER: _l("Dealer"),
    Role.DESK: _l("Service desk"),
    Role.ENGINEER: _l("Field engineer"),
    Role.LAB: _l("Laboratory"),
    Role.SUPERVISOR: _l("Supervisor"),
}
