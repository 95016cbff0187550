"""What and whom a customer has: sites, contacts, machines, and the oil in each compartment."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.customers import actions, labels, lists, record
from portal.customers.forms import CompartmentForm, ContactForm, MachineForm, MeterForm, SiteForm
from portal.customers.hours import doubt
from portal.customers.models import Compartment, Contact, Customer, Machine, Site
from portal.customers.views import again, answer, archived, keep, made, must_be_fresh, page_of
from portal.kit import htmx
from portal.kit.clock import now
from portal.kit.db import new_uuid, uuid_or_new
from portal.kit.i18n import plain_number, today
from portal.people.models import me
from portal.people.permits import Permit, allow

bp = Blueprint("things", __name__)

SITE, CONTACT, MACHINE, COMPARTMENT = (
    f"customers/{name}_edit.html" for name in ("site", "contact", "machine", "compartment")
)


@bp.get("/sites/<int:id>")
@allow(Permit.CUSTOMER_READ, of=Site)
def site(site: Site) -> Response:
    return htmx.page("customers/site.html", **record.of_site(site), labels=labels)


@bp.get("/customers/<int:id>/sites/new")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def new_site(customer: Customer) -> Response:
    """With `here` the phone says where it is, and nobody types."""
    return answer(SITE, form=SiteForm(), customer=customer, here=bool(htmx.asked("here")))


@bp.post("/customers/<int:id>/sites/new")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def add_site(customer: Customer) -> Response:
    form = SiteForm(request.form)
    return keep(
        form,
        lambda: page_of(actions.add_site(customer, form.columns, by=me(), at=now())),
        again(SITE, form, customer=customer, here=False),
    )


@bp.get("/sites/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Site)
def edit_site(site: Site) -> Response:
    here = bool(htmx.asked("here"))
    form = SiteForm.of(site)
    return answer(SITE, form=form, site=site, customer=site.customer, version=site.version, here=here)


@bp.post("/sites/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Site)
def change_site(site: Site) -> Response:
    form = SiteForm(request.form)

    def act() -> str:
        must_be_fresh(site)
        actions.change_site(site, form.columns, by=me(), at=now())
        return page_of(site)

    return keep(form, act, again(SITE, form, site, site=site, customer=site.customer, here=False))


@bp.post("/sites/<int:id>/archived")
@allow(Permit.CUSTOMER_WRITE, of=Site)
def put_site_away(site: Site) -> Response:
    return archived(site, page_of(site.customer))


@bp.get("/customers/<int:id>/contacts/new")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def new_contact(customer: Customer) -> Response:
    return answer(CONTACT, form=ContactForm(language=customer.language), customer=customer)


@bp.post("/customers/<int:id>/contacts/new")
@allow(Permit.CUSTOMER_WRITE, of=Customer)
def add_contact(customer: Customer) -> Response:
    form = ContactForm(request.form)
    return keep(
        form,
        lambda: page_of(actions.add_contact(customer, form.columns, by=me(), at=now())),
        again(CONTACT, form, customer=customer),
    )


@bp.get("/contacts/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Contact)
def edit_contact(contact: Contact) -> Response:
    form = ContactForm(obj=contact)
    return answer(CONTACT, form=form, contact=contact, customer=contact.customer, version=contact.version)


@bp.post("/contacts/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Contact)
def change_contact(contact: Contact) -> Response:
    form = ContactForm(request.form)

    def act() -> str:
        must_be_fresh(contact)
        actions.change_contact(contact, form.columns, by=me(), at=now())
        return page_of(contact)

    return keep(form, act, again(CONTACT, form, contact, contact=contact, customer=contact.customer))


@bp.post("/contacts/<int:id>/archived")
@allow(Permit.CUSTOMER_WRITE, of=Contact)
def put_contact_away(contact: Contact) -> Response:
    return archived(contact, page_of(contact))


@bp.get("/machines/<int:id>")
@allow(Permit.CUSTOMER_READ, of=Machine)
def machine(machine: Machine) -> Response:
    return htmx.page("customers/machine.html", **record.of_machine(machine), labels=labels)


@bp.get("/sites/<int:id>/machines/new")
@allow(Permit.CUSTOMER_WRITE, of=Site)
def new_machine(site: Site) -> Response:
    return answer(MACHINE, form=MachineForm(), site=site, customer=site.customer, uuid=new_uuid())


@bp.post("/sites/<int:id>/machines/new")
@allow(Permit.CUSTOMER_WRITE, of=Site)
def add_machine(site: Site) -> Response:
    uuid = uuid_or_new(request.form.get("uuid"))
    form = MachineForm({**request.form, "site_id": str(site.id)}).among([(site.id, site.name)])
    return keep(
        form,
        lambda: page_of(actions.add_machine(form.columns, uuid=uuid, by=me(), at=now())),
        again(MACHINE, form, site=site, customer=site.customer, uuid=uuid),
        lambda: made(Machine, uuid),
    )


@bp.get("/machines/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Machine)
def edit_machine(machine: Machine) -> Response:
    form = MachineForm(obj=machine).among(lists.sites_beside(machine))
    shown = {"machine": machine, "site": machine.site, "customer": machine.site.customer}
    return answer(MACHINE, form=form, version=machine.version, **shown)


@bp.post("/machines/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Machine)
def change_machine(machine: Machine) -> Response:
    form = MachineForm(request.form).among(lists.sites_beside(machine))

    def act() -> str:
        must_be_fresh(machine)
        actions.change_machine(machine, form.columns, by=me(), at=now())
        return page_of(machine)

    shown = {"machine": machine, "site": machine.site, "customer": machine.site.customer}
    return keep(form, act, again(MACHINE, form, machine, **shown))


@bp.post("/machines/<int:id>/archived")
@allow(Permit.CUSTOMER_WRITE, of=Machine)
def put_machine_away(machine: Machine) -> Response:
    return archived(machine, page_of(machine.site))


@bp.get("/machines/<int:id>/hours")
@allow(Permit.CUSTOMER_WRITE, of=Machine)
def meter_form(machine: Machine) -> Response:
    return answer("customers/meter.html", form=_meter(machine), machine=machine, asks=False)


@bp.post("/machines/<int:id>/hours")
@allow(Permit.CUSTOMER_WRITE, of=Machine)
def read_meter(machine: Machine) -> Response:
    """An odd reading is asked about once; whoever has looked again ticks it."""
    form, at = _meter(machine), now()
    odd = doubt(machine.hours, machine.hours_at, form.hours.data, at) if form.ok else None
    if odd and not form.sure.data:
        form.refuse("hours", str(labels.DOUBT[odd]))

    def act() -> str:
        actions.read_meter(machine, form.values["hours"], by=me(), at=at)
        return page_of(machine)

    return keep(form, act, again("customers/meter.html", form, machine=machine, asks=odd is not None))


@bp.get("/machines/<int:id>/compartments/new")
@allow(Permit.CUSTOMER_WRITE, of=Machine)
def new_compartment(machine: Machine) -> Response:
    form = CompartmentForm().among(lists.products(None))
    return answer(COMPARTMENT, form=form, machine=machine, uuid=new_uuid())


@bp.post("/machines/<int:id>/compartments/new")
@allow(Permit.CUSTOMER_WRITE, of=Machine)
def add_compartment(machine: Machine) -> Response:
    uuid = uuid_or_new(request.form.get("uuid"))
    form = CompartmentForm(request.form).among(lists.products(None)).not_after(today(now()))
    return keep(
        form,
        lambda: page_of(actions.add_compartment(machine, form.columns, uuid=uuid, by=me(), at=now())),
        again(COMPARTMENT, form, machine=machine, uuid=uuid),
        lambda: made(Compartment, uuid),
    )


@bp.get("/compartments/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Compartment)
def edit_compartment(compartment: Compartment) -> Response:
    form = CompartmentForm(obj=compartment).among(lists.products(compartment.product))
    shown = {"compartment": compartment, "machine": compartment.machine}
    return answer(COMPARTMENT, form=form, version=compartment.version, **shown)


@bp.post("/compartments/<int:id>/edit")
@allow(Permit.CUSTOMER_WRITE, of=Compartment)
def change_compartment(compartment: Compartment) -> Response:
    form = CompartmentForm(request.form).among(lists.products(compartment.product)).not_after(today(now()))

    def act() -> str:
        must_be_fresh(compartment)
        actions.change_compartment(compartment, form.columns, by=me(), at=now())
        return page_of(compartment)

    shown = {"compartment": compartment, "machine": compartment.machine}
    return keep(form, act, again(COMPARTMENT, form, compartment, **shown))


@bp.post("/compartments/<int:id>/archived")
@allow(Permit.CUSTOMER_WRITE, of=Compartment)
def put_compartment_away(compartment: Compartment) -> Response:
    return archived(compartment, page_of(compartment))


def _meter(machine: Machine) -> MeterForm:
    form = MeterForm(request.form if request.method == "POST" else None)
    if machine.hours is not None:
        form.previous(hours=_("%(hours)s h", hours=plain_number(machine.hours)))
    return form
