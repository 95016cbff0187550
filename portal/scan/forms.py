"""What is typed from a label, and how many labels are wanted."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.kit.forms import PickField, RoomForm, TextField, required
from portal.scan.codes import LONGEST
from portal.scan.kinds import Count
from portal.scan.labels import COUNT


class CodeForm(RoomForm):
    code = TextField(_l("Number on the label, or of the machine"), most=LONGEST)


class BottlesForm(RoomForm):
    count = PickField(_l("How many bottle labels?"), Count, COUNT, [required(_l("Choose how many."))])
