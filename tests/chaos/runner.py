"""The job runner, as `flask jobs work`, but with a short lease: a killed runner's job is taken over in seconds."""

from __future__ import annotations

from datetime import timedelta

from portal.app import create_app
from portal.kit.jobs import work

LEASE = timedelta(seconds=3)

if __name__ == "__main__":
    with create_app().app_context():
        work(lease=LEASE)
