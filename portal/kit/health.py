"""Two questions of whoever runs the portal: is it alive, and can it do its work?"""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify

from portal.kit.assets import open_to_all
from portal.kit.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@open_to_all
def alive() -> Response:
    return jsonify(alive=True)


@bp.get("/readyz")
@open_to_all
def ready() -> Response:
    """200 when the database answers and has the newest schema, 503 otherwise (by the error page)."""
    db.session.execute(sa.text("SELECT version_num FROM alembic_version"))
    folder = current_app.config["SETTINGS"].data_dir
    response = jsonify(ready=folder.is_dir())
    response.status_code = 200 if folder.is_dir() else 503
    return response
