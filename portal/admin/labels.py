"""How the words of the console are said to the reader."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.admin.kinds import Work

WORK = {
    Work.VISITS: _l("Planned visits"),
    Work.COMPANY: _l("Places as co-visitor"),
    Work.CUSTOMERS: _l("Customers they look after"),
    Work.COMPLAINTS: _l("Open complaints"),
    Work.ERRANDS: _l("Open requests of dealers"),
    Work.TEAMS: _l("Teams they lead"),
}
