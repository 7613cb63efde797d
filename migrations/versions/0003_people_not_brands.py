"""People, not brands: profiles, handles that lead on, second factors, company sign-in, meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Columns that came to tables with rows.
ROWS_FILLED = {
    "memberships": ("reason",),
    "people": ("interests", "learning", "city", "time_zone", "desk_days", "pace_shown", "findable"),
    "sessions": ("browser", "network"),
}


def upgrade() -> None:
    op.create_table(
        "held_handles",
        sa.Column("skeleton", sa.String(length=30), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("skeleton", name=op.f("pk_held_handles")),
    )
    with op.batch_alter_table("held_handles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_handles_until"), ["until"], unique=False)

    op.create_table(
        "used_tokens",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_used_tokens")),
    )
    with op.batch_alter_table("used_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_tokens_until"), ["until"], unique=False)

    op.create_table(
        "answering",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("last_answer_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pace_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answering_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_answering")),
    )
    with op.batch_alter_table("answering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answering_last_answer_at"), ["last_answer_at"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deed", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["people.id"], name=op.f("fk_audit_entries_about_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_audit_entries_actor_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_about_id"), ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)

    op.create_table(
        "endorsements",
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_employee", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_endorsements_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_endorsements_by_id_people")),
        sa.ForeignKeyConstraint(["expert_id"], ["people.id"], name=op.f("fk_endorsements_expert_id_people")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_endorsements_tag_id_tags"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("expert_id", "tag_id", "by_id", name=op.f("pk_endorsements")),
    )
    with op.batch_alter_table("endorsements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_endorsements_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_endorsements_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_endorsements_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("roles", sa.String(length=80), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asking_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_identities_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer_subject")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_person_id"), ["person_id"], unique=False)

    op.create_table(
        "join_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_join_invitations_made_by_id_people")),
        sa.ForeignKeyConstraint(["used_by_id"], ["people.id"], name=op.f("fk_join_invitations_used_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_join_invitations_token_hash")),
    )
    with op.batch_alter_table("join_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_invitations_made_by_id"), ["made_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_invitations_used_by_id"), ["used_by_id"], unique=False)

    op.create_table(
        "kept_handles",
        sa.Column("skeleton", sa.String(length=30), nullable=False),
        sa.Column("handle", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by_employee", sa.Boolean(), nullable=False),
        sa.Column("kept_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_kept_handles_person_id_people")),
        sa.PrimaryKeyConstraint("skeleton", name=op.f("pk_kept_handles")),
    )
    with op.batch_alter_table("kept_handles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_handles_person_id"), ["person_id"], unique=False)

    op.create_table(
        "meeting_slots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("call_url", sa.String(length=300), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("first_come", sa.Boolean(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=300), nullable=False),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_meeting_slots_capacity")),
        sa.ForeignKeyConstraint(["expert_id"], ["people.id"], name=op.f("fk_meeting_slots_expert_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_slots")),
    )
    with op.batch_alter_table("meeting_slots", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_slots_expert_id_starts_at", ["expert_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_slots_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.UnicodeText(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("create_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.id"], name=op.f("fk_passkeys_user_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "people_languages",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_people_languages_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "code", name=op.f("pk_people_languages")),
    )
    with op.batch_alter_table("people_languages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_languages_code"), ["code"], unique=False)

    op.create_table(
        "profile_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_profile_links_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_links")),
        sa.UniqueConstraint("person_id", "url", name=op.f("uq_profile_links_person_id_url")),
    )
    op.create_table(
        "recognitions",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("worked_for_companies", sa.Integer(), nullable=False),
        sa.Column("worked_for_people", sa.Integer(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("thanks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recognitions_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_recognitions")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_at"), ["at"], unique=False)
        batch_op.create_index("ix_sign_ins_person_id_at", ["person_id", "at"], unique=False)

    op.create_table(
        "site_choices",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["people.id"], name=op.f("fk_site_choices_changed_by_id_people")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_choices")),
    )
    op.create_table(
        "topic_expertise",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("last_answer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("endorsed_by_colleagues", sa.Integer(), nullable=False),
        sa.Column("endorsed_by_customers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_topic_expertise_person_id_people")),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tags.id"], name=op.f("fk_topic_expertise_tag_id_tags"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "tag_id", name=op.f("pk_topic_expertise")),
    )
    with op.batch_alter_table("topic_expertise", schema=None) as batch_op:
        batch_op.create_index("ix_topic_expertise_tag_id_weight", ["tag_id", "weight"], unique=False)

    op.create_table(
        "meeting_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expert_note", sa.String(length=1000), nullable=False),
        sa.Column("member_note", sa.String(length=1000), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "standing IN ('asked', 'waiting', 'proposed', 'accepted', 'declined', 'withdrawn')",
            name=op.f("ck_meeting_requests_standing"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_meeting_requests_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_meeting_requests_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_meeting_requests_person_id_people")),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["meeting_slots.id"],
            name=op.f("fk_meeting_requests_slot_id_meeting_slots"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_requests")),
        sa.UniqueConstraint("slot_id", "person_id", name=op.f("uq_meeting_requests_slot_id_person_id")),
    )
    with op.batch_alter_table("meeting_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_requests_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_meeting_requests_person_id_starts_at", ["person_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_requests_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "pending_joins",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["join_invitations.id"],
            name=op.f("fk_pending_joins_invitation_id_join_invitations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pending_joins_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pending_joins")),
    )
    with op.batch_alter_table("pending_joins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_joins_invitation_id"), ["invitation_id"], unique=False)

    op.create_table(
        "greetings",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("greeted_by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["greeted_by_id"], ["people.id"], name=op.f("fk_greetings_greeted_by_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_greetings_person_id_people")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_greetings_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_greetings")),
        sa.UniqueConstraint("question_id", name=op.f("uq_greetings_question_id")),
    )
    with op.batch_alter_table("greetings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_greetings_greeted_at"), ["greeted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_greetings_greeted_by_id"), ["greeted_by_id"], unique=False)

    op.create_table(
        "thanks",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_thanks_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_thanks_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_thanks_person_id_people")),
        sa.PrimaryKeyConstraint("answer_id", "person_id", name=op.f("pk_thanks")),
    )
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thanks_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_thanks_person_id"), ["person_id"], unique=False)

    op.create_table(
        "topic_answers",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_topic_answers_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_topic_answers_person_id_people")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_topic_answers_tag_id_tags"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", "tag_id", name=op.f("pk_topic_answers")),
    )
    with op.batch_alter_table("topic_answers", schema=None) as batch_op:
        batch_op.create_index("ix_topic_answers_person_id_tag_id", ["person_id", "tag_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topic_answers_tag_id"), ["tag_id"], unique=False)

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=""))

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meeting_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        batch_op.alter_column("question_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("post_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_notices_about_id"), ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_notices_meeting_id_meeting_requests", "meeting_requests", ["meeting_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(batch_op.f("fk_notices_about_id_people"), "people", ["about_id"], ["id"])

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("interests", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("learning", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("city", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("works_here_since", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("time_zone", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("desk_from", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("desk_to", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("desk_days", sa.String(length=7), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pace_shown", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("findable", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("handle_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("tf_primary_method", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("tf_totp_secret", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("tf_last_counter", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("mf_recovery_codes", sa.UnicodeText(), nullable=True))
        batch_op.add_column(sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_people_fs_webauthn_user_handle"), ["fs_webauthn_user_handle"])

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_author_role_created_at_id", ["author_role", "created_at", "id"], unique=False)

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("browser", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("network", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("identity_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_sessions_identity_id"), ["identity_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_sessions_identity_id_identities", "identities", ["identity_id"], ["id"], ondelete="CASCADE"
        )

    # The rows that stand already have their values; new ones get theirs from the site.
    for table, columns in ROWS_FILLED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)
    _weigh_what_was_answered()


def _weigh_what_was_answered() -> None:
    """Let the worker find out what people know, how soon they answer and for whom that worked, from all so far."""
    connection = op.get_bind()
    questions = list(connection.execute(sa.text("SELECT id FROM questions ORDER BY id")).scalars())
    messages = sa.table(
        "outbox_messages",
        sa.column("name", sa.String()),
        sa.column("payload", sa.Text()),
        sa.column("recorded_at", sa.DateTime(timezone=True)),
        sa.column("due_at", sa.DateTime(timezone=True)),
        sa.column("attempts", sa.Integer()),
    )
    moment = sa.func.now()
    for start in range(0, len(questions), 100):
        payload = f'{{"question_ids": {questions[start : start + 100]}}}'
        row = {"name": "reputation.weighing_due", "payload": payload, "recorded_at": moment, "due_at": moment}
        op.execute(messages.insert().values(**row, attempts=0))


def downgrade() -> None:
    # What the earlier tables cannot hold.
    op.execute("DELETE FROM notices WHERE question_id IS NULL")
    op.execute("DELETE FROM outbox_messages WHERE name = 'reputation.weighing_due'")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_constraint("fk_sessions_identity_id_identities", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_sessions_identity_id"))
        batch_op.drop_column("identity_id")
        batch_op.drop_column("network")
        batch_op.drop_column("browser")

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_author_role_created_at_id")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_people_fs_webauthn_user_handle"), type_="unique")
        batch_op.drop_column("fs_webauthn_user_handle")
        batch_op.drop_column("mf_recovery_codes")
        batch_op.drop_column("tf_last_counter")
        batch_op.drop_column("tf_totp_secret")
        batch_op.drop_column("tf_primary_method")
        batch_op.drop_column("handle_changed_at")
        batch_op.drop_column("findable")
        batch_op.drop_column("pace_shown")
        batch_op.drop_column("desk_days")
        batch_op.drop_column("desk_to")
        batch_op.drop_column("desk_from")
        batch_op.drop_column("time_zone")
        batch_op.drop_column("works_here_since")
        batch_op.drop_column("city")
        batch_op.drop_column("learning")
        batch_op.drop_column("interests")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notices_about_id_people"), type_="foreignkey")
        batch_op.drop_constraint("fk_notices_meeting_id_meeting_requests", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notices_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_notices_about_id"))
        batch_op.alter_column("post_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("question_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("about_id")
        batch_op.drop_column("meeting_id")

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_column("reason")

    with op.batch_alter_table("topic_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topic_answers_tag_id"))
        batch_op.drop_index("ix_topic_answers_person_id_tag_id")

    op.drop_table("topic_answers")
    with op.batch_alter_table("thanks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_person_id"))
        batch_op.drop_index(batch_op.f("ix_thanks_account_id"))

    op.drop_table("thanks")
    with op.batch_alter_table("greetings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_greetings_greeted_by_id"))
        batch_op.drop_index(batch_op.f("ix_greetings_greeted_at"))

    op.drop_table("greetings")
    with op.batch_alter_table("pending_joins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_joins_invitation_id"))

    op.drop_table("pending_joins")
    with op.batch_alter_table("meeting_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_requests_starts_at"))
        batch_op.drop_index("ix_meeting_requests_person_id_starts_at")
        batch_op.drop_index(batch_op.f("ix_meeting_requests_account_id"))

    op.drop_table("meeting_requests")
    with op.batch_alter_table("topic_expertise", schema=None) as batch_op:
        batch_op.drop_index("ix_topic_expertise_tag_id_weight")

    op.drop_table("topic_expertise")
    op.drop_table("site_choices")
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_ins_person_id_at")
        batch_op.drop_index(batch_op.f("ix_sign_ins_at"))

    op.drop_table("sign_ins")
    op.drop_table("recognitions")
    op.drop_table("profile_links")
    with op.batch_alter_table("people_languages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_languages_code"))

    op.drop_table("people_languages")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_user_id"))

    op.drop_table("passkeys")
    with op.batch_alter_table("meeting_slots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_slots_starts_at"))
        batch_op.drop_index("ix_meeting_slots_expert_id_starts_at")

    op.drop_table("meeting_slots")
    with op.batch_alter_table("kept_handles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_handles_person_id"))

    op.drop_table("kept_handles")
    with op.batch_alter_table("join_invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_join_invitations_used_by_id"))
        batch_op.drop_index(batch_op.f("ix_join_invitations_made_by_id"))

    op.drop_table("join_invitations")
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identities_person_id"))

    op.drop_table("identities")
    with op.batch_alter_table("endorsements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_endorsements_tag_id"))
        batch_op.drop_index(batch_op.f("ix_endorsements_by_id"))
        batch_op.drop_index(batch_op.f("ix_endorsements_account_id"))

    op.drop_table("endorsements")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_actor_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_about_id"))

    op.drop_table("audit_entries")
    with op.batch_alter_table("answering", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answering_last_answer_at"))

    op.drop_table("answering")
    with op.batch_alter_table("used_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_used_tokens_until"))

    op.drop_table("used_tokens")
    with op.batch_alter_table("held_handles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_handles_until"))

    op.drop_table("held_handles")
