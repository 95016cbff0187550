"""What is asked when a customer complains, and at each step until they are content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField
from wtforms.validators import ValidationError

from portal.catalogue.models import Product
from portal.complaints.kinds import WORK, Category, Channel, CustomerWord, Severity, StepKind
from portal.complaints.labels import CATEGORY, CHANNEL, CUSTOMER_WORD, SEVERITY, STEP, complaint_label
from portal.complaints.models import Complaint
from portal.customers.models import Contact, Machine
from portal.kit.forms import AreaField, PickField, RoomForm, TextField, optional, required

MOST_NAME = 80


def _choices(words: Iterable[Any], labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(word.value, labels[word]) for word in words]


def _among(field: SelectField, say: str) -> None:
    """Raises ValidationError for what was not offered."""
    if field.data and field.data not in {choice.value for choice in field.choices}:
        raise ValidationError(say)


class ComplaintForm(RoomForm):
    """The intake. Whoever complains is one of the known contacts, or is written down."""

    category = PickField(_l("What is it about?"), Category, CATEGORY, [required(_l("Choose what it is about."))])
    severity = PickField(
        _l("How serious is it?"), Severity, SEVERITY, [required(_l("Choose how serious it is."))],
        description=_l("Critical: somebody may be hurt, or a machine stands still."),
    )  # fmt: skip
    channel = PickField(_l("How did it reach us?"), Channel, CHANNEL, [required(_l("Choose how it reached us."))])
    contact = SelectField(_l("Who complains?"), choices=[], validate_choice=False)
    contact_name = TextField(_l("Name"), most=MOST_NAME)
    contact_phone = TextField(_l("Phone"), [optional()], most=40)
    description = AreaField(
        _l("What happened, in the customer's words"), [required(_l("Write what the customer says."))]
    )
    asks = AreaField(_l("What the customer asks for"), [optional()], most=500)
    product = SelectField(_l("Product"), choices=[], validate_choice=False)
    batch_no = TextField(_l("Batch number of the oil"), [optional()], most=40)
    machine = SelectField(_l("Machine"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices, self.channel.choices = _choices(CATEGORY, CATEGORY), _choices(CHANNEL, CHANNEL)
        self._contacts: dict[str, Contact] = {}
        self.among((), ())

    def among(
        self, machines: Iterable[Machine], products: Iterable[Product], contacts: Iterable[Contact] = ()
    ) -> ComplaintForm:
        """Offer these machines, oils and people of the customer, and no others."""
        nothing = SelectChoice("", _("Not known"))
        self._contacts = {str(c.id): c for c in contacts}
        self.machine.choices = [nothing, *(SelectChoice(m.uuid, f"{m.number} {m.model}") for m in machines)]
        self.product.choices = [nothing, *(SelectChoice(p.uuid, p.name) for p in products)]
        self.contact.choices = [SelectChoice(id, f"{c.name} · {c.role}") for id, c in self._contacts.items()]
        self.contact.choices.append(SelectChoice("", _("Somebody else")))
        return self

    def validate_contact(self, field: SelectField) -> None:
        _among(field, _("This person is not in the customer's file. Choose another, or write the name."))

    def validate_contact_name(self, field: TextField) -> None:
        """A known contact stands in for the name and number that were not written."""
        known = self._contacts.get(self.contact.data or "")
        if known and not field.data:
            field.data, self.contact_phone.data = known.name, self.contact_phone.data or known.phone
        if not field.data:
            raise ValidationError(_("Choose who complains, or write the name."))

    def validate_machine(self, field: SelectField) -> None:
        _among(field, _("This machine is not at this customer's. Choose another."))

    def validate_product(self, field: SelectField) -> None:
        _among(field, _("Choose a product from the list."))


class _OnComplaint(RoomForm):
    complaint = SelectField(_l("Complaint"), [required(_l("Choose the complaint."))], choices=[], validate_choice=False)

    def among(self, complaints: Iterable[Complaint]) -> Any:
        """Offer these complaints and no others."""
        self.complaint.choices = [SelectChoice(c.uuid, complaint_label(c)) for c in complaints]
        return self

    def validate_complaint(self, field: SelectField) -> None:
        _among(field, _("This complaint is not open here. Choose another."))


class StepForm(_OnComplaint):
    """One step of the work. Settled and closed are steps too, but have forms of their own."""

    kind = PickField(_l("What was done"), StepKind, STEP, [required(_l("Choose what was done."))])
    text = AreaField(_l("What you did or found"), [required(_l("Write what you did or found."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = _choices(WORK, STEP)


class SettleForm(_OnComplaint):
    """The remedy, and what the customer says of it. A remedy that is refused settles nothing."""

    remedy = AreaField(_l("Remedy"), [required(_l("Write what was agreed."))])
    customer_word = PickField(
        _l("What does the customer say?"), CustomerWord, CUSTOMER_WORD, [required(_l("Choose what the customer says."))]
    )
    accepted_by = TextField(_l("Who said so"), [required(_l("Write who said so."))], most=MOST_NAME)


class CloseForm(RoomForm):
    lesson = AreaField(_l("What we learned"), [required(_l("Write what we learned from it."))])


class HandOverForm(RoomForm):
    to = SelectField(_l("New owner"), [required(_l("Choose who takes it over."))], choices=[], validate_choice=False)

    def among(self, people: Iterable[Any]) -> HandOverForm:
        """Offer these people and no others."""
        self.to.choices = [SelectChoice("", _("Choose")), *(SelectChoice(str(p.id), p.name) for p in people)]
        return self

    def validate_to(self, field: SelectField) -> None:
        _among(field, _("Choose who takes it over."))
