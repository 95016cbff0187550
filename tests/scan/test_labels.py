"""The pages on which labels are ordered, and the sheets that come of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from portal.kit.db import new_uuid
from portal.town import Town
from tests.support.client import Browser


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "labels.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", folder / "labels.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode()


def fetched(browser: Browser, path: str) -> bytes:
    browser.get(path)
    assert browser.last is not None
    assert browser.last.mimetype == "application/pdf"
    assert browser.last.headers["Content-Disposition"].startswith("attachment; filename=labels-")
    return browser.last.data


def test_a_clerk_orders_labels_and_fetches_the_sheet_as_often_as_the_printer_jams(
    browser: Browser, people: Town, tmp_path: Path
):
    desk = browser.login(people.desk.email)
    page = desk.get("/labels")
    data = desk.fill(page, "/labels", count="24")
    desk.post("/labels", data)
    ready = desk.follow()
    assert "B-0000001-95 to B-0000024-" in ready.main.text
    desk.post("/labels", data)
    assert desk.follow().main.text == ready.main.text, "the same uuid, the same numbers"
    link = ready.select_one("footer a")["href"]
    words = text_of(fetched(desk, link), tmp_path)
    numbers = re.findall(r"B-\d{7}-\d\d", words)
    assert len(numbers) == len(set(numbers)) == 24
    assert numbers[0] == "B-0000001-95"


def test_how_many_must_be_said(browser: Browser, people: Town):
    desk = browser.login(people.desk.email)
    page = desk.post("/labels", {"uuid": new_uuid()}, 422)
    assert page.select_one(".errors")
    desk.post("/labels", {"uuid": new_uuid(), "count": "1000"}, 422)


def test_a_site_and_a_machine_have_labels_in_words(browser: Browser, people: Town, tmp_path: Path):
    mina = browser.login(people.mina.email)
    page = mina.get(f"/labels?machine={people.truck.id}")
    words = text_of(fetched(mina, page.select_one("footer a")["href"]), tmp_path)
    for said in (str(people.engine.label_code), str(people.hydraulic.label_code), people.truck.number):
        assert said in words
    site = mina.get(f"/labels?site={people.pit.id}").select_one("footer a")["href"]
    assert str(people.engine.label_code) in text_of(fetched(mina, site), tmp_path)


def test_labels_are_for_what_one_may_know_of(browser: Browser, people: Town):
    mina = browser.login(people.mina.email)
    run = new_uuid()
    mina.post("/labels", {"uuid": run, "count": "24"})
    for query in (
        f"site={people.plant.id}",
        f"machine={people.plant.machines[0].id}",
        "site=999999",
        "machine=x",
        "run=x",
    ):
        mina.get(f"/labels?{query}", 404)
        mina.get(f"/labels.pdf?{query}", 404)
    mina.get("/labels.pdf", 404)
    Browser(browser.client.application).login(people.desk.email).get(f"/labels.pdf?run={run}", 404)
