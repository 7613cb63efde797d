"""Is the site there (/healthz), and can it do its work (/readyz)?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kernel import heartbeat
from app.kernel.db import db

WORKER = "worker"

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """This process answers. Asks nothing of the database."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """503 without the database. A late worker is named and no more: pages can be read and written without it."""
    try:
        db.session.execute(text("SELECT 1"))
        worker = "ok" if heartbeat.is_alive(WORKER) else "late"
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(database="unreachable", worker="unknown"), 503, {"Retry-After": "5"}
    return jsonify(database="ok", worker=worker)
