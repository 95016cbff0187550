"""Handing out the files of a record, to whom the caller has found entitled."""

from __future__ import annotations

from flask import Response, send_file
from flask_babel import gettext as _

from portal.kit.blobs import blob_path
from portal.kit.errors import WrongState
from portal.records.models import Document


def pdf_response(document: Document) -> Response:
    """The newest file of `document`. The caller has checked who asks. Raises WrongState while there is none yet."""
    if document.pdf_sha256 is None:
        raise WrongState(_("The file is being made. Come back in a minute."), document=document.id)
    name = f"{document.number}-v{document.version}.pdf"
    path = blob_path(document.pdf_sha256)
    response = send_file(path, mimetype="application/pdf", download_name=name, etag=document.pdf_sha256)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
