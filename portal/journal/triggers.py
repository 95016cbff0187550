"""What the database itself refuses to do to the journal, as one list of statements per dialect.

The chain finds a forger who removes these; they stop everybody else, also one who works past the portal. `hash` has no
UNIQUE constraint on purpose: INSERT OR REPLACE would delete the row that stands in its way without any trigger.
"""

from __future__ import annotations

TRIGGERS: dict[str, list[str]] = {
    "sqlite": [
        """
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """
CREATE TRIGGER journal_next BEFORE INSERT ON journal
WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM journal)
  OR NEW.previous_hash IS NOT coalesce((SELECT hash FROM journal ORDER BY id DESC LIMIT 1), hex(zeroblob(32)))
BEGIN SELECT RAISE(ABORT, 'the journal takes only its next entry'); END""",
    ],
    "postgresql": [
        """
CREATE OR REPLACE FUNCTION journal_no_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
        """
CREATE OR REPLACE FUNCTION journal_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id IS DISTINCT FROM (SELECT coalesce(max(id), 0) + 1 FROM journal)
    OR NEW.previous_hash IS DISTINCT FROM
      coalesce((SELECT hash FROM journal ORDER BY id DESC LIMIT 1), repeat('0', 64))
  THEN RAISE EXCEPTION 'the journal takes only its next entry'; END IF;
  RETURN NEW;
END $$""",
        """
CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_no_change()""",
        "CREATE TRIGGER journal_next BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_next()",
    ],
}
