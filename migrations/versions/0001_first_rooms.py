"""The first rooms: people, journal, customers and their machines, samples, guidance, visits, records, jobs.

There are no old rows. The journal's triggers keep it append-only and without a gap.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first_rooms"
down_revision = None

TRIGGERS = {
    "sqlite": [
        """
        CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
        """
        CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
        """
        CREATE TRIGGER journal_next BEFORE INSERT ON journal
        WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM journal)
          OR NEW.previous_hash IS NOT coalesce((SELECT hash FROM journal ORDER BY id DESC LIMIT 1), hex(zeroblob(32)))
        BEGIN SELECT RAISE(ABORT, 'the journal takes only its next entry'); END
        """,
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION journal_no_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
        """,
        """
        CREATE OR REPLACE FUNCTION journal_next() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.id IS DISTINCT FROM (SELECT coalesce(max(id), 0) + 1 FROM journal)
            OR NEW.previous_hash IS DISTINCT FROM
              coalesce((SELECT hash FROM journal ORDER BY id DESC LIMIT 1), repeat('0', 64))
          THEN RAISE EXCEPTION 'the journal takes only its next entry'; END IF;
          RETURN NEW;
        END $$
        """,
        """
        CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION journal_no_change()
        """,
        """
        CREATE TRIGGER journal_next BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_next()
        """,
    ],
}

TABLES = (
    "attempts",
    "jobs",
    "products",
    "regions",
    "teams",
    "customers",
    "contacts",
    "people",
    "sites",
    "blobs",
    "documents",
    "journal",
    "logins",
    "machines",
    "signing_keys",
    "sync_record",
    "visits",
    "compartments",
    "photos",
    "signatures",
    "guidances",
    "samples",
)
FUNCTIONS = ("journal_no_change", "journal_next")


def upgrade() -> None:
    _attempts()
    _jobs()
    _products()
    _regions()
    _teams()
    _customers()
    _contacts()
    _people()
    _sites()
    _blobs()
    _documents()
    _journal()
    _logins()
    _machines()
    _signing_keys()
    _sync_record()
    _visits()
    _compartments()
    _photos()
    _signatures()
    _guidances()
    _samples()
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":  # SQLite takes the key with the table; the two tables point at each other
        op.create_foreign_key(op.f("fk_teams_leader_id_people"), "teams", "people", ["leader_id"], ["id"])
    for statement in TRIGGERS[dialect]:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.drop_constraint(op.f("fk_teams_leader_id_people"), "teams", type_="foreignkey")
    for table in reversed(TABLES):
        op.drop_table(table)
    if dialect == "postgresql":
        for function in FUNCTIONS:
            op.execute(sa.text(f"DROP FUNCTION {function}()"))


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_key_at"), "attempts", ["key", "at"], unique=False)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("dedup", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=100), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(leased_until IS NULL) = (leased_by IS NULL)", name=op.f("ck_jobs_leased_by_someone")),
        sa.CheckConstraint("done_at IS NULL OR failed_at IS NULL", name=op.f("ck_jobs_one_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("dedup", name=op.f("uq_jobs_dedup")),
    )
    op.create_index(
        "ix_jobs_open",
        "jobs",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "family",
            sa.Enum(
                "compressor",
                "coolant",
                "engine",
                "gear",
                "grease",
                "hydraulic",
                "transmission",
                "turbine",
                name=op.f("ck_products_family"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("v40_mm2_s", sa.BigInteger(), nullable=True),
        sa.Column("v100_mm2_s", sa.BigInteger(), nullable=True),
        sa.Column("vi", sa.Integer(), nullable=True),
        sa.Column("tbn_mg_koh_g", sa.BigInteger(), nullable=True),
        sa.Column("approvals", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tbn_mg_koh_g >= 0", name=op.f("ck_products_tbn_not_negative")),
        sa.CheckConstraint(
            "v40_mm2_s > 0 AND v100_mm2_s > 0 AND v100_mm2_s < v40_mm2_s", name=op.f("ck_products_thinner_when_hot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("code", name=op.f("uq_products_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_products_uuid")),
    )
    op.create_index(op.f("ix_products_family_name"), "products", ["family", "name"], unique=False)


def _regions() -> None:
    op.create_table(
        "regions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("name", name=op.f("uq_regions_name")),
    )


def _teams() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["people.id"], name=op.f("fk_teams_leader_id_people"), use_alter=True),
        sa.ForeignKeyConstraint(["parent_id"], ["teams.id"], name=op.f("fk_teams_parent_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("path", name=op.f("uq_teams_path")),
    )
    op.create_index(op.f("ix_teams_leader_id"), "teams", ["leader_id"], unique=False)


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "dealer",
                "fleet",
                "mine",
                "plant",
                "quarry",
                "workshop",
                name=op.f("ck_customers_customer_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "abc",
            sa.Enum("A", "B", "C", name=op.f("ck_customers_abc"), native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("abc_reason", sa.Text(), nullable=False),
        sa.Column("abc_on", sa.Date(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("dealer_id", sa.Integer(), nullable=True),
        sa.Column("why_bought", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.CheckConstraint("abc_reason <> ''", name=op.f("ck_customers_class_has_a_reason")),
        sa.CheckConstraint("language IN ('ko', 'en')", name=op.f("ck_customers_language_we_write")),
        sa.CheckConstraint("dealer_id <> id", name=op.f("ck_customers_nobody_supplies_themselves")),
        sa.ForeignKeyConstraint(["dealer_id"], ["customers.id"], name=op.f("fk_customers_dealer_id_customers")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_customers_region_id_regions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("uuid", name=op.f("uq_customers_uuid")),
    )
    op.create_index(op.f("ix_customers_dealer_id"), "customers", ["dealer_id"], unique=False)
    op.create_index(op.f("ix_customers_name"), "customers", ["name"], unique=False)
    op.create_index(op.f("ix_customers_region_id_name"), "customers", ["region_id", "name"], unique=False)


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint("language IN ('ko', 'en')", name=op.f("ck_contacts_language_we_write")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contacts_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_customer_id_name"), "contacts", ["customer_id", "name"], unique=False)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("roles", sa.String(120), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("dealer_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(roles LIKE '% dealer %') = (dealer_id IS NOT NULL)", name=op.f("ck_people_dealers_belong_to_a_dealer")
        ),
        sa.CheckConstraint("roles <> '  '", name=op.f("ck_people_some_role")),
        sa.ForeignKeyConstraint(["dealer_id"], ["customers.id"], name=op.f("fk_people_dealer_id_customers")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_people_region_id_regions")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_people_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("uuid", name=op.f("uq_people_uuid")),
    )
    op.create_index(op.f("ix_people_team_id"), "people", ["team_id"], unique=False)


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_sites_on_earth")
        ),
        sa.CheckConstraint("radius_m > 0", name=op.f("ck_sites_radius_positive")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_sites_customer_id_customers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("customer_id", "name", name=op.f("uq_sites_customer_id_name")),
    )


def _blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size >= 0 AND length(sha256) = 64", name=op.f("ck_blobs_whole")),
        sa.ForeignKeyConstraint(["created_by_id"], ["people.id"], name=op.f("fk_blobs_created_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
        sa.UniqueConstraint("uuid", name=op.f("uq_blobs_uuid")),
    )
    op.create_index(op.f("ix_blobs_sha256"), "blobs", ["sha256"], unique=False)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("visit", name=op.f("ck_documents_kind"), native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("template", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("countersigned_by_id", sa.Integer(), nullable=True),
        sa.Column("countersigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("journal_head", sa.String(length=64), nullable=False),
        sa.Column("draft_sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=True),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(countersigned_by_id IS NULL) = (countersigned_at IS NULL)",
            name=op.f("ck_documents_countersigned_by_someone"),
        ),
        sa.CheckConstraint("countersigned_by_id <> issued_by_id", name=op.f("ck_documents_two_people_sign")),
        sa.CheckConstraint("length(code) = 20", name=op.f("ck_documents_whole_code")),
        sa.CheckConstraint("sealed_sha256 <> draft_sha256", name=op.f("ck_documents_sealed_is_not_the_draft")),
        sa.CheckConstraint(
            "sealed_sha256 IS NULL OR (draft_sha256 IS NOT NULL AND countersigned_at IS NOT NULL)",
            name=op.f("ck_documents_sealed_means_both_signed"),
        ),
        sa.CheckConstraint("superseded_by_id <> id", name=op.f("ck_documents_superseded_by_another")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_documents_versions_count_from_one")),
        sa.ForeignKeyConstraint(
            ["countersigned_by_id"], ["people.id"], name=op.f("fk_documents_countersigned_by_id_people")
        ),
        sa.ForeignKeyConstraint(["issued_by_id"], ["people.id"], name=op.f("fk_documents_issued_by_id_people")),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["documents.id"], name=op.f("fk_documents_superseded_by_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("code", name=op.f("uq_documents_code")),
        sa.UniqueConstraint("draft_sha256", name=op.f("uq_documents_draft_sha256")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_documents_number_version")),
        sa.UniqueConstraint("sealed_sha256", name=op.f("uq_documents_sealed_sha256")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "version", name=op.f("uq_documents_subject_kind_subject_id_version")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_documents_uuid")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_journal_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_by_id_id"), "journal", ["by_id", "id"], unique=False)
    op.create_index(
        op.f("ix_journal_subject_kind_subject_id_id"), "journal", ["subject_kind", "subject_id", "id"], unique=False
    )


def _logins() -> None:
    op.create_table(
        "logins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_logins_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logins")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_logins_secret_hash")),
    )
    op.create_index(op.f("ix_logins_person_id"), "logins", ["person_id"], unique=False)


def _machines() -> None:
    op.create_table(
        "machines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("make", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_machines_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machines")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_machines_site_id_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_machines_uuid")),
    )


def _signing_keys() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signing_keys_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
    )
    op.create_index(
        "uq_signing_keys_in_use",
        "signing_keys",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def _sync_record() -> None:
    op.create_table(
        "sync_record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("device_seq", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "applied",
                "held",
                "void",
                name=op.f("ck_sync_record_fate"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("device_time", sa.String(length=40), nullable=True),
        sa.Column("skew_ms", sa.BigInteger(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_suspect", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(status = 'held') = (reason IS NOT NULL)", name=op.f("ck_sync_record_held_for_a_reason")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sync_record_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_record")),
        sa.UniqueConstraint("device_id", "device_seq", name=op.f("uq_sync_record_device_id_device_seq")),
    )
    op.create_index(op.f("ix_sync_record_person_id"), "sync_record", ["person_id"], unique=False)


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "on_site",
                "signed",
                "submitted",
                "returned",
                "approved",
                "cancelled",
                "closed_unsigned",
                name=op.f("ck_visits_visit_state"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("distance_m", sa.Integer(), nullable=True),
        sa.Column(
            "nearness",
            sa.Enum(
                "far",
                "inside",
                "near",
                "unknown",
                name=op.f("ck_visits_nearness"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL) AND (approved_at IS NULL) = (approved_by_id IS NULL)",
            name=op.f("ck_visits_approved_by_someone"),
        ),
        sa.CheckConstraint(
            "(state IN ('signed', 'submitted', 'returned', 'approved')) = (signed_at IS NOT NULL)",
            name=op.f("ck_visits_signed"),
        ),
        sa.CheckConstraint(
            "(state IN ('submitted', 'returned', 'approved')) = (submitted_at IS NOT NULL)",
            name=op.f("ck_visits_submitted"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'cancelled') OR (arrived_at IS NOT NULL AND nearness IS NOT NULL)",
            name=op.f("ck_visits_arrived"),
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (record_version = 0)", name=op.f("ck_visits_every_submit_is_a_version")
        ),
        sa.CheckConstraint("approved_by_id <> engineer_id", name=op.f("ck_visits_nobody_approves_their_own")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_visits_approved_by_id_people")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_visits_contact_id_contacts")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_visits_customer_id_customers")),
        sa.ForeignKeyConstraint(["engineer_id"], ["people.id"], name=op.f("fk_visits_engineer_id_people")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["people.id"], name=op.f("fk_visits_planned_by_id_people")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_visits_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("uuid", name=op.f("uq_visits_uuid")),
    )
    op.create_index(op.f("ix_visits_customer_id_planned_at"), "visits", ["customer_id", "planned_at"], unique=False)
    op.create_index(
        op.f("ix_visits_engineer_id_planned_at_id"), "visits", ["engineer_id", "planned_at", "id"], unique=False
    )
    op.create_index(op.f("ix_visits_site_id"), "visits", ["site_id"], unique=False)
    op.create_index(
        "ix_visits_waiting",
        "visits",
        ["submitted_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'submitted'"),
        postgresql_where=sa.text("state = 'submitted'"),
    )


def _compartments() -> None:
    op.create_table(
        "compartments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("machine_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "axle",
                "compressor",
                "converter",
                "engine",
                "final_drive_left",
                "final_drive_right",
                "gearbox",
                "hydraulic",
                "steering",
                "transformer",
                "transmission",
                "turbine",
                "wheel_left",
                "wheel_right",
                name=op.f("ck_compartments_compartment_kind"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("sump_l", sa.BigInteger(), nullable=True),
        sa.Column("label_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint("sump_l > 0", name=op.f("ck_compartments_sump_positive")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_compartments_machine_id_machines")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_compartments_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compartments")),
        sa.UniqueConstraint("label_code", name=op.f("uq_compartments_label_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_compartments_uuid")),
    )
    op.create_index(op.f("ix_compartments_machine_id"), "compartments", ["machine_id"], unique=False)
    op.create_index(op.f("ix_compartments_product_id"), "compartments", ["product_id"], unique=False)


def _photos() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["taken_by_id"], ["people.id"], name=op.f("fk_photos_taken_by_id_people")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_photos_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("uuid", name=op.f("uq_photos_uuid")),
    )
    op.create_index(op.f("ix_photos_sha256"), "photos", ["sha256"], unique=False)
    op.create_index(op.f("ix_photos_visit_id"), "photos", ["visit_id"], unique=False)


def _signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=False),
        sa.Column("strokes", sa.Text(), nullable=True),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("ck_signatures_satisfaction_1_to_5")),
        sa.CheckConstraint("strokes IS NOT NULL OR consented", name=op.f("ck_signatures_drawn_or_consented")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["people.id"], name=op.f("fk_signatures_taken_by_id_people")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_signatures_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("uuid", name=op.f("uq_signatures_uuid")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_signatures_visit_id")),
    )


def _guidances() -> None:
    op.create_table(
        "guidances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("compartment_id", sa.Integer(), nullable=True),
        sa.Column("topics", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drain_h", sa.Integer(), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_guidances_says_something")),
        sa.CheckConstraint("topics <> '  '", name=op.f("ck_guidances_some_topic")),
        sa.CheckConstraint("drain_h > 0", name=op.f("ck_guidances_drain_positive")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_guidances_compartment_id_compartments")
        ),
        sa.ForeignKeyConstraint(["given_by_id"], ["people.id"], name=op.f("fk_guidances_given_by_id_people")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_guidances_site_id_sites")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_guidances_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidances")),
        sa.UniqueConstraint("uuid", name=op.f("uq_guidances_uuid")),
    )
    op.create_index(op.f("ix_guidances_compartment_id"), "guidances", ["compartment_id"], unique=False)
    op.create_index(op.f("ix_guidances_site_id_given_at"), "guidances", ["site_id", "given_at"], unique=False)
    op.create_index(op.f("ix_guidances_visit_id"), "guidances", ["visit_id"], unique=False)


def _samples() -> None:
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("compartment_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("oil_grade", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_hours", sa.BigInteger(), nullable=False),
        sa.Column("oil_hours", sa.BigInteger(), nullable=True),
        sa.Column("oil_hours_estimated", sa.Boolean(), nullable=False),
        sa.Column(
            "oil_changed",
            sa.Enum(
                "yes",
                "no",
                "unknown",
                name=op.f("ck_samples_oil_yes_no"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "filter_changed",
            sa.Enum(
                "yes",
                "no",
                "unknown",
                name=op.f("ck_samples_filter_yes_no"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("makeup_l", sa.BigInteger(), nullable=True),
        sa.Column("oil_temp_c", sa.BigInteger(), nullable=True),
        sa.Column(
            "sample_point",
            sa.Enum(
                "valve",
                "pump",
                "drain",
                "filter",
                name=op.f("ck_samples_sample_point"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "routine",
                "resample",
                "complaint",
                "new_oil",
                "after_repair",
                "warranty_end",
                name=op.f("ck_samples_reason"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("visual", sa.String(120), nullable=False),
        sa.Column("visual_note", sa.Text(), nullable=False),
        sa.Column("observed", sa.Text(), nullable=False),
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "taken",
                "shipped",
                "received",
                "rejected",
                "testing",
                "reported",
                "void",
                name=op.f("ck_samples_sample_state"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT oil_hours_estimated OR oil_hours IS NOT NULL", name=op.f("ck_samples_only_hours_are_estimated")
        ),
        sa.CheckConstraint("makeup_l >= 0", name=op.f("ck_samples_makeup_not_negative")),
        sa.CheckConstraint("oil_hours BETWEEN 0 AND unit_hours", name=op.f("ck_samples_oil_not_older_than_machine")),
        sa.CheckConstraint("unit_hours >= 0", name=op.f("ck_samples_hours_not_negative")),
        sa.ForeignKeyConstraint(
            ["compartment_id"], ["compartments.id"], name=op.f("fk_samples_compartment_id_compartments")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_samples_product_id_products")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["people.id"], name=op.f("fk_samples_taken_by_id_people")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_samples_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("number", name=op.f("uq_samples_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_samples_uuid")),
    )
    op.create_index(op.f("ix_samples_compartment_id_taken_at"), "samples", ["compartment_id", "taken_at"], unique=False)
    op.create_index(op.f("ix_samples_state_taken_at"), "samples", ["state", "taken_at"], unique=False)
    op.create_index(op.f("ix_samples_visit_id"), "samples", ["visit_id"], unique=False)
