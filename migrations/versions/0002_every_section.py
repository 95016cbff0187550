"""All sections of a visit, the customer file, complaints, dealers' errands, and people who come and go.

Old rows keep what they said. Nobody wrote down meters, base oils or who goes along, so these stay empty; texts begin
empty and versions at 1. A visit that was cancelled before it could say why says that no reason was written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_every_section"
down_revision = "0001_first_rooms"

TABLES = (
    "bottle_runs",
    "calendars",
    "errands",
    "names",
    "one_time_links",
    "errand_words",
    "complaints",
    "findings",
    "left_overs",
    "promises",
    "trainings",
    "complaint_steps",
    "results",
)


def upgrade() -> None:
    _bottle_runs()
    _calendars()
    _errands()
    _names()
    _one_time_links()
    _errand_words()
    _complaints()
    _findings()
    _left_overs()
    _promises()
    _trainings()
    _complaint_steps()
    _results()
    _more_compartments()
    _more_contacts()
    _more_customers()
    _more_guidances()
    _more_machines()
    _more_people()
    _more_photos()
    _more_products()
    _more_samples()
    _more_sites()
    _more_visits()


def downgrade() -> None:
    _less_visits()
    _less_sites()
    _less_samples()
    _less_products()
    _less_photos()
    _less_people()
    _less_machines()
    _less_guidances()
    _less_customers()
    _less_contacts()
    _less_compartments()
    for table in reversed(TABLES):
        op.drop_table(table)


def _bottle_runs() -> None:
    op.create_table(
        "bottle_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first > 0 AND count > 0", name=op.f("ck_bottle_runs_some_bottles")),
        sa.ForeignKeyConstraint(["printed_by_id"], ["people.id"], name=op.f("fk_bottle_runs_printed_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bottle_runs")),
        sa.UniqueConstraint("first", name=op.f("uq_bottle_runs_first")),
        sa.UniqueConstraint("uuid", name=op.f("uq_bottle_runs_uuid")),
    )


def _calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendars_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendars_person_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendars_secret_hash")),
    )


def _errands() -> None:
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "promotion", name=op.f("ck_errands_errand_kind"), native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("dealer_id", sa.Integer(), nullable=False),
        sa.Column("items", sa.String(120), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("needed_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("photo_sha256", sa.String(length=64), nullable=True),
        sa.Column("logged_by_id", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "logged",
                "asked",
                "accepted",
                "planned",
                "done",
                "refused",
                name=op.f("ck_errands_errand_state"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('done', 'refused')) = (closed_at IS NOT NULL)", name=op.f("ck_errands_closed_at_an_instant")
        ),
        sa.CheckConstraint("items <> '  '", name=op.f("ck_errands_some_item")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_errands_has_a_reason")),
        sa.CheckConstraint(
            "state NOT IN ('planned', 'done') OR planned_on IS NOT NULL", name=op.f("ck_errands_planned_for_a_day")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_errands_quantity_positive")),
        sa.ForeignKeyConstraint(["dealer_id"], ["customers.id"], name=op.f("fk_errands_dealer_id_customers")),
        sa.ForeignKeyConstraint(["logged_by_id"], ["people.id"], name=op.f("fk_errands_logged_by_id_people")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_errands_owner_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sa.UniqueConstraint("uuid", name=op.f("uq_errands_uuid")),
    )
    op.create_index(
        op.f("ix_errands_dealer_id_state_due_on"), "errands", ["dealer_id", "state", "due_on"], unique=False
    )
    op.create_index(op.f("ix_errands_owner_id"), "errands", ["owner_id"], unique=False)
    op.create_index(op.f("ix_errands_state_due_on_id"), "errands", ["state", "due_on", "id"], unique=False)


def _names() -> None:
    op.create_table(
        "names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "contact",
                "customer",
                "machine",
                "site",
                name=op.f("ck_names_name_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_names_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_names")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_names_kind_subject_id")),
    )
    op.create_index(op.f("ix_names_customer_id"), "names", ["customer_id"], unique=False)


def _one_time_links() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invite",
                "reset",
                name=op.f("ck_one_time_links_link_purpose"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_one_time_links_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_one_time_links_secret_hash")),
    )
    op.create_index(op.f("ix_one_time_links_person_id"), "one_time_links", ["person_id"], unique=False)


def _errand_words() -> None:
    op.create_table(
        "errand_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("errand_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "question",
                "answer",
                "plan",
                "refusal",
                "receipt",
                name=op.f("ck_errand_words_word_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_errand_words_says_something")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_errand_words_by_id_people")),
        sa.ForeignKeyConstraint(["errand_id"], ["errands.id"], name=op.f("fk_errand_words_errand_id_errands")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand_words")),
        sa.UniqueConstraint("uuid", name=op.f("uq_errand_words_uuid")),
    )
    op.create_index(op.f("ix_errand_words_errand_id"), "errand_words", ["errand_id"], unique=False)


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("dealer_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "advice",
                "conduct",
                "contamination",
                "counterfeit",
                "dealer",
                "delivery",
                "documents",
                "package",
                "performance",
                "quality",
                "short",
                "wrong_grade",
                name=op.f("ck_complaints_category"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "minor",
                "major",
                "critical",
                name=op.f("ck_complaints_severity"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "dealer",
                "fax",
                "in_person",
                "mail",
                "phone",
                "visit",
                name=op.f("ck_complaints_channel"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "working",
                "settled",
                "closed",
                name=op.f("ck_complaints_complaint_state"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column(
            "customer_word",
            sa.Enum(
                "accepted",
                "partly",
                "refused",
                name=op.f("ck_complaints_customer_word"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_complaints_closed_at_an_instant")
        ),
        sa.CheckConstraint(
            "(state IN ('settled', 'closed')) = (settled_at IS NOT NULL) AND (settled_at IS NULL) = (customer_word IS"
            " NULL) AND (settled_at IS NULL OR remedy <> '')",
            name=op.f("ck_complaints_settled_with_remedy_and_word"),
        ),
        sa.CheckConstraint("description <> ''", name=op.f("ck_complaints_says_something")),
        sa.CheckConstraint("state <> 'closed' OR lesson <> ''", name=op.f("ck_complaints_closed_with_a_lesson")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name=op.f("ck_complaints_answered_by_someone")
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_complaints_answered_by_id_people")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_complaints_customer_id_customers")),
        sa.ForeignKeyConstraint(["dealer_id"], ["customers.id"], name=op.f("fk_complaints_dealer_id_customers")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_complaints_machine_id_machines")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_complaints_owner_id_people")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_complaints_product_id_products")),
        sa.ForeignKeyConstraint(["received_by_id"], ["people.id"], name=op.f("fk_complaints_received_by_id_people")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_complaints_site_id_sites")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_complaints_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("uuid", name=op.f("uq_complaints_uuid")),
    )
    op.create_index(op.f("ix_complaints_customer_id_state"), "complaints", ["customer_id", "state"], unique=False)
    op.create_index(op.f("ix_complaints_dealer_id_id"), "complaints", ["dealer_id", "id"], unique=False)
    op.create_index(op.f("ix_complaints_machine_id"), "complaints", ["machine_id"], unique=False)
    op.create_index(op.f("ix_complaints_owner_id_state"), "complaints", ["owner_id", "state"], unique=False)
    op.create_index(
        op.f("ix_complaints_state_received_at_id"), "complaints", ["state", "received_at", "id"], unique=False
    )
    op.create_index(op.f("ix_complaints_visit_id"), "complaints", ["visit_id"], unique=False)


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "good",
                "watch",
                "act",
                name=op.f("ck_findings_level"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_findings_says_something")),
        sa.ForeignKeyConstraint(["found_by_id"], ["people.id"], name=op.f("fk_findings_found_by_id_people")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_findings_machine_id_machines")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_findings_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("uuid", name=op.f("uq_findings_uuid")),
    )
    op.create_index(op.f("ix_findings_machine_id"), "findings", ["machine_id"], unique=False)
    op.create_index(op.f("ix_findings_visit_id"), "findings", ["visit_id"], unique=False)


def _left_overs() -> None:
    op.create_table(
        "left_overs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("left_by_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_visit_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_left_overs_says_something")),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_left_overs_done_by_someone")),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_left_overs_done_by_id_people")),
        sa.ForeignKeyConstraint(["done_visit_id"], ["visits.id"], name=op.f("fk_left_overs_done_visit_id_visits")),
        sa.ForeignKeyConstraint(["left_by_id"], ["people.id"], name=op.f("fk_left_overs_left_by_id_people")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_left_overs_site_id_sites")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_left_overs_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_overs")),
        sa.UniqueConstraint("uuid", name=op.f("uq_left_overs_uuid")),
    )
    op.create_index(op.f("ix_left_overs_done_visit_id"), "left_overs", ["done_visit_id"], unique=False)
    op.create_index(
        "ix_left_overs_open",
        "left_overs",
        ["site_id", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index(op.f("ix_left_overs_visit_id"), "left_overs", ["visit_id"], unique=False)


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("promised_by_id", sa.Integer(), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "kept",
                "broken",
                name=op.f("ck_promises_promise_state"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("ck_promises_closed_with_an_instant")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_promises_says_something")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_promises_customer_id_customers")),
        sa.ForeignKeyConstraint(["promised_by_id"], ["people.id"], name=op.f("fk_promises_promised_by_id_people")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_promises_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sa.UniqueConstraint("uuid", name=op.f("uq_promises_uuid")),
    )
    op.create_index(
        op.f("ix_promises_customer_id_state_due_on"), "promises", ["customer_id", "state", "due_on"], unique=False
    )
    op.create_index(
        op.f("ix_promises_promised_by_id_state_due_on"), "promises", ["promised_by_id", "state", "due_on"], unique=False
    )
    op.create_index(op.f("ix_promises_visit_id"), "promises", ["visit_id"], unique=False)


def _trainings() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("attended", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("topic <> ''", name=op.f("ck_trainings_says_something")),
        sa.CheckConstraint("minutes > 0 AND people_count > 0", name=op.f("ck_trainings_somebody_for_some_time")),
        sa.ForeignKeyConstraint(["given_by_id"], ["people.id"], name=op.f("fk_trainings_given_by_id_people")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_trainings_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
        sa.UniqueConstraint("uuid", name=op.f("uq_trainings_uuid")),
    )
    op.create_index(op.f("ix_trainings_visit_id"), "trainings", ["visit_id"], unique=False)


def _complaint_steps() -> None:
    op.create_table(
        "complaint_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "answered",
                "contained",
                "investigated",
                "cause",
                "remedy",
                "settled",
                "closed",
                name=op.f("ck_complaint_steps_step_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_complaint_steps_says_something")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_complaint_steps_by_id_people")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name=op.f("fk_complaint_steps_complaint_id_complaints")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_complaint_steps_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_steps")),
        sa.UniqueConstraint("uuid", name=op.f("uq_complaint_steps_uuid")),
    )
    op.create_index(op.f("ix_complaint_steps_complaint_id"), "complaint_steps", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_complaint_steps_visit_id"), "complaint_steps", ["visit_id"], unique=False)


def _results() -> None:
    op.create_table(
        "results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_results_sample_id_samples")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint("sample_id", "code", name=op.f("uq_results_sample_id_code")),
    )


def _more_compartments() -> None:
    with op.batch_alter_table("compartments") as compartments:
        compartments.add_column(sa.Column("filled_at_h", sa.BigInteger(), nullable=True))
        compartments.add_column(sa.Column("filled_on", sa.Date(), nullable=True))
        compartments.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        compartments.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("compartments") as compartments:
        compartments.create_check_constraint(op.f("ck_compartments_filled_not_negative"), "filled_at_h >= 0")
        compartments.alter_column("version", server_default=None)


def _less_compartments() -> None:
    with op.batch_alter_table("compartments") as compartments:
        compartments.drop_constraint(op.f("ck_compartments_filled_not_negative"), type_="check")
        compartments.drop_column("version")
        compartments.drop_column("archived_at")
        compartments.drop_column("filled_on")
        compartments.drop_column("filled_at_h")


def _more_contacts() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        contacts.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("contacts") as contacts:
        contacts.alter_column("version", server_default=None)


def _less_contacts() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_column("version")
        contacts.drop_column("archived_at")


def _more_customers() -> None:
    with op.batch_alter_table("customers") as customers:
        customers.add_column(sa.Column("used_before", sa.Text(), nullable=False, server_default=""))
        customers.add_column(sa.Column("engineer_id", sa.Integer(), nullable=True))
        customers.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        customers.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        customers.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        customers.create_index(op.f("ix_customers_engineer_id"), ["engineer_id"])
        customers.create_foreign_key(
            op.f("fk_customers_merged_into_id_customers"), "customers", ["merged_into_id"], ["id"]
        )
        customers.create_foreign_key(op.f("fk_customers_engineer_id_people"), "people", ["engineer_id"], ["id"])
    with op.batch_alter_table("customers") as customers:
        customers.create_check_constraint(op.f("ck_customers_nobody_merges_into_themselves"), "merged_into_id <> id")
        customers.create_check_constraint(
            op.f("ck_customers_merged_is_archived"), "merged_into_id IS NULL OR archived_at IS NOT NULL"
        )
        customers.alter_column("used_before", server_default=None)
        customers.alter_column("version", server_default=None)


def _less_customers() -> None:
    with op.batch_alter_table("customers") as customers:
        customers.drop_constraint(op.f("ck_customers_nobody_merges_into_themselves"), type_="check")
        customers.drop_constraint(op.f("ck_customers_merged_is_archived"), type_="check")
        customers.drop_index(op.f("ix_customers_engineer_id"))
        customers.drop_constraint(op.f("fk_customers_merged_into_id_customers"), type_="foreignkey")
        customers.drop_constraint(op.f("fk_customers_engineer_id_people"), type_="foreignkey")
        customers.drop_column("version")
        customers.drop_column("merged_into_id")
        customers.drop_column("archived_at")
        customers.drop_column("engineer_id")
        customers.drop_column("used_before")


def _more_guidances() -> None:
    with op.batch_alter_table("guidances") as guidances:
        guidances.add_column(sa.Column("duty", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("ambient_min_c", sa.BigInteger(), nullable=True))
        guidances.add_column(sa.Column("ambient_max_c", sa.BigInteger(), nullable=True))
        guidances.add_column(sa.Column("maker_requirement", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("fuel_sulfur", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("old_oil", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("product_id", sa.Integer(), nullable=True))
        guidances.add_column(sa.Column("quantity_l", sa.BigInteger(), nullable=True))
        guidances.add_column(
            sa.Column(
                "drain_basis",
                sa.Enum(
                    "analysis",
                    "maker",
                    "trial",
                    name=op.f("ck_guidances_drain_basis"),
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                nullable=True,
            )
        )
        guidances.add_column(sa.Column("first_drain_h", sa.Integer(), nullable=True))
        guidances.add_column(
            sa.Column(
                "mixing",
                sa.Enum(
                    "borderline",
                    "compatible",
                    "flush",
                    "incompatible",
                    "unknown",
                    name=op.f("ck_guidances_mixing"),
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                nullable=True,
            )
        )
        guidances.add_column(sa.Column("mixing_note", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("seals", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("storage", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("sds_given", sa.Boolean(), nullable=False, server_default=sa.false()))
        guidances.add_column(sa.Column("waste_oil", sa.Text(), nullable=False, server_default=""))
        guidances.add_column(sa.Column("sampling_h", sa.Integer(), nullable=True))
        guidances.create_index(op.f("ix_guidances_given_by_id"), ["given_by_id"])
        guidances.create_index(op.f("ix_guidances_product_id"), ["product_id"])
        guidances.create_foreign_key(op.f("fk_guidances_product_id_products"), "products", ["product_id"], ["id"])
    with op.batch_alter_table("guidances") as guidances:
        guidances.create_check_constraint(
            op.f("ck_guidances_intervals_positive"), "first_drain_h > 0 AND sampling_h > 0"
        )
        guidances.create_check_constraint(op.f("ck_guidances_coldest_below_hottest"), "ambient_min_c <= ambient_max_c")
        guidances.create_check_constraint(op.f("ck_guidances_quantity_positive"), "quantity_l > 0")
        guidances.alter_column("duty", server_default=None)
        guidances.alter_column("maker_requirement", server_default=None)
        guidances.alter_column("fuel_sulfur", server_default=None)
        guidances.alter_column("old_oil", server_default=None)
        guidances.alter_column("mixing_note", server_default=None)
        guidances.alter_column("seals", server_default=None)
        guidances.alter_column("storage", server_default=None)
        guidances.alter_column("sds_given", server_default=None)
        guidances.alter_column("waste_oil", server_default=None)


def _less_guidances() -> None:
    with op.batch_alter_table("guidances") as guidances:
        guidances.drop_constraint(op.f("ck_guidances_intervals_positive"), type_="check")
        guidances.drop_constraint(op.f("ck_guidances_coldest_below_hottest"), type_="check")
        guidances.drop_constraint(op.f("ck_guidances_quantity_positive"), type_="check")
        guidances.drop_constraint(op.f("ck_guidances_drain_basis"), type_="check")
        guidances.drop_constraint(op.f("ck_guidances_mixing"), type_="check")
        guidances.drop_index(op.f("ix_guidances_given_by_id"))
        guidances.drop_index(op.f("ix_guidances_product_id"))
        guidances.drop_constraint(op.f("fk_guidances_product_id_products"), type_="foreignkey")
        guidances.drop_column("sampling_h")
        guidances.drop_column("waste_oil")
        guidances.drop_column("sds_given")
        guidances.drop_column("storage")
        guidances.drop_column("seals")
        guidances.drop_column("mixing_note")
        guidances.drop_column("mixing")
        guidances.drop_column("first_drain_h")
        guidances.drop_column("drain_basis")
        guidances.drop_column("quantity_l")
        guidances.drop_column("product_id")
        guidances.drop_column("old_oil")
        guidances.drop_column("fuel_sulfur")
        guidances.drop_column("maker_requirement")
        guidances.drop_column("ambient_max_c")
        guidances.drop_column("ambient_min_c")
        guidances.drop_column("duty")


def _more_machines() -> None:
    with op.batch_alter_table("machines") as machines:
        machines.add_column(sa.Column("hours", sa.BigInteger(), nullable=True))
        machines.add_column(sa.Column("hours_at", sa.DateTime(timezone=True), nullable=True))
        machines.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        machines.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("machines") as machines:
        machines.create_check_constraint(
            op.f("ck_machines_hours_have_an_instant"), "(hours IS NULL) = (hours_at IS NULL)"
        )
        machines.create_check_constraint(op.f("ck_machines_hours_not_negative"), "hours >= 0")
        machines.alter_column("version", server_default=None)


def _less_machines() -> None:
    with op.batch_alter_table("machines") as machines:
        machines.drop_constraint(op.f("ck_machines_hours_have_an_instant"), type_="check")
        machines.drop_constraint(op.f("ck_machines_hours_not_negative"), type_="check")
        machines.drop_column("version")
        machines.drop_column("archived_at")
        machines.drop_column("hours_at")
        machines.drop_column("hours")


def _more_people() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("phone", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("people") as people:
        people.alter_column("phone", server_default=None)
        people.create_index(op.f("ix_people_name_id"), ["name", "id"])


def _less_people() -> None:
    with op.batch_alter_table("people") as people:
        people.drop_index(op.f("ix_people_name_id"))
        people.drop_column("phone")


def _more_photos() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.add_column(
            sa.Column(
                "stage",
                sa.Enum(
                    "after",
                    "before",
                    "other",
                    name=op.f("ck_photos_photo_stage"),
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                nullable=False,
                server_default="other",
            )
        )
    with op.batch_alter_table("photos") as photos:
        photos.alter_column("stage", server_default=None)


def _less_photos() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.drop_constraint(op.f("ck_photos_photo_stage"), type_="check")
        photos.drop_column("stage")


def _more_products() -> None:
    with op.batch_alter_table("products") as products:
        products.add_column(sa.Column("tan_mg_koh_g", sa.BigInteger(), nullable=True))
        products.add_column(
            sa.Column(
                "base",
                sa.Enum(
                    "ester",
                    "hfc",
                    "hfdr",
                    "mineral",
                    "pag",
                    "pao",
                    "semi",
                    name=op.f("ck_products_base_oil"),
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                nullable=True,
            )
        )
        products.add_column(
            sa.Column(
                "thickener",
                sa.Enum(
                    "aluminium_complex",
                    "barium",
                    "calcium",
                    "calcium_complex",
                    "clay",
                    "lithium",
                    "lithium_complex",
                    "polyurea",
                    "sodium",
                    name=op.f("ck_products_thickener"),
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                nullable=True,
            )
        )
        products.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("products") as products:
        products.create_check_constraint(op.f("ck_products_tan_not_negative"), "tan_mg_koh_g >= 0")
        products.create_check_constraint(
            op.f("ck_products_only_grease_is_thickened"), "thickener IS NULL OR family = 'grease'"
        )
        products.alter_column("version", server_default=None)


def _less_products() -> None:
    with op.batch_alter_table("products") as products:
        products.drop_constraint(op.f("ck_products_tan_not_negative"), type_="check")
        products.drop_constraint(op.f("ck_products_only_grease_is_thickened"), type_="check")
        products.drop_constraint(op.f("ck_products_base_oil"), type_="check")
        products.drop_constraint(op.f("ck_products_thickener"), type_="check")
        products.drop_column("version")
        products.drop_column("thickener")
        products.drop_column("base")
        products.drop_column("tan_mg_koh_g")


def _more_samples() -> None:
    with op.batch_alter_table("samples") as samples:
        samples.add_column(sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
        samples.add_column(sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("samples") as samples:
        samples.create_check_constraint(
            op.f("ck_samples_reported_at_an_instant"), "state <> 'reported' OR reported_at IS NOT NULL"
        )


def _less_samples() -> None:
    with op.batch_alter_table("samples") as samples:
        samples.drop_constraint(op.f("ck_samples_reported_at_an_instant"), type_="check")
        samples.drop_column("reported_at")
        samples.drop_column("received_at")


def _more_sites() -> None:
    with op.batch_alter_table("sites") as sites:
        sites.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
        sites.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("sites") as sites:
        sites.alter_column("version", server_default=None)


def _less_sites() -> None:
    with op.batch_alter_table("sites") as sites:
        sites.drop_column("version")
        sites.drop_column("archived_at")


def _more_visits() -> None:
    with op.batch_alter_table("visits") as visits:
        visits.add_column(sa.Column("co_visitor_id", sa.Integer(), nullable=True))
        visits.add_column(sa.Column("cancel_reason", sa.Text(), nullable=False, server_default=""))
        visits.create_index(op.f("ix_visits_co_visitor_id"), ["co_visitor_id"])
        visits.create_index(op.f("ix_visits_planned_at_id"), ["planned_at", "id"])
        visits.create_foreign_key(op.f("fk_visits_co_visitor_id_people"), "people", ["co_visitor_id"], ["id"])
    op.execute(sa.text("UPDATE visits SET cancel_reason = 'Not written down.' WHERE state = 'cancelled'"))
    with op.batch_alter_table("visits") as visits:
        visits.drop_constraint(op.f("ck_visits_nobody_approves_their_own"), type_="check")
        visits.create_check_constraint(
            op.f("ck_visits_nobody_approves_their_own"),
            "approved_by_id <> engineer_id AND approved_by_id <> coalesce(co_visitor_id, 0)",
        )
        visits.create_check_constraint(op.f("ck_visits_nobody_goes_with_themselves"), "co_visitor_id <> engineer_id")
        visits.create_check_constraint(
            op.f("ck_visits_cancelled_for_a_reason"), "(state = 'cancelled') = (cancel_reason <> '')"
        )
        visits.alter_column("cancel_reason", server_default=None)


def _less_visits() -> None:
    with op.batch_alter_table("visits") as visits:
        visits.drop_constraint(op.f("ck_visits_nobody_approves_their_own"), type_="check")
        visits.create_check_constraint(op.f("ck_visits_nobody_approves_their_own"), "approved_by_id <> engineer_id")
        visits.drop_constraint(op.f("ck_visits_nobody_goes_with_themselves"), type_="check")
        visits.drop_constraint(op.f("ck_visits_cancelled_for_a_reason"), type_="check")
        visits.drop_index(op.f("ix_visits_planned_at_id"))
        visits.drop_index(op.f("ix_visits_co_visitor_id"))
        visits.drop_constraint(op.f("fk_visits_co_visitor_id_people"), type_="foreignkey")
        visits.drop_column("cancel_reason")
        visits.drop_column("co_visitor_id")
