"""How the site is: the same sentences as `flask doctor` says."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from app.http import see_other
from app.jobs import doctor
from app.jobs.doctor import Grade
from app.web.admin.door import admin_only
from app.web.security.limits import limit

ICONS = {Grade.GOOD: "circle-check", Grade.WARNING: "triangle-alert", Grade.FAULT: "circle-alert"}
WORDS = {Grade.GOOD: "good", Grade.WARNING: "to be looked at", Grade.FAULT: "a fault"}
NOTICES = {Grade.GOOD: "good", Grade.WARNING: "warn", Grade.FAULT: "bad"}

blueprint = Blueprint("admin_health", __name__, url_prefix="/admin/health")


@blueprint.get("")
@admin_only
def show() -> ResponseReturnValue:
    """Every part of the site; the mail server is left alone, for it may take its time."""
    return render_template("admin/health.html", found=doctor.examine(with_mail=False), icons=ICONS, words=WORDS)


@blueprint.post("/mail")
@admin_only
@limit("codes")
def try_mail() -> ResponseReturnValue:
    """Reach the mail server, and say whether it took us in."""
    for one in doctor.mail_server():
        flash(one.says, NOTICES[one.grade])
    return see_other("/admin/health")
