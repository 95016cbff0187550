"""What a person types to be let in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.kit.forms import RoomForm, TextField, required


class LoginForm(RoomForm):
    email = TextField(_l("E-mail"), [required()], most=254)
    password = TextField(_l("Password"), [required()])
    next = TextField("", most=400)


class PinForm(RoomForm):
    pin = TextField(_l("Signing PIN"), [required()], most=12)
