"""Answers that tell the truth over time, and who may read a question."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Columns that came to tables with rows.
ROWS_FILLED = {
    "answers": (
        "recommended_count",
        "works_people",
        "works_companies",
        "works_voices",
        "fails_people",
        "fails_voices",
        "outdated_voices",
        "dangerous_voices",
        "honest_advice",
    ),
    "people": ("away_note", "company_shown"),
    "products": ("vendor", "description"),
    "questions": (
        "visibility",
        "company_withheld",
        "intent",
        "same_problem_people",
        "same_problem_companies",
        "close_reason",
        "close_note",
        "lock_note",
        "next_step",
    ),
    "tags": ("question_template",),
}


def upgrade() -> None:
    op.create_table(
        "stored_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_stored_files_stored_as")),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("first_lines", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('image', 'text', 'archive', 'video')", name=op.f("ck_attachments_kind")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_attachments_owner_id_people")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_attachments_sha256_stored_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("token", name=op.f("uq_attachments_token")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_uploaded_at"), ["uploaded_at"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("person_id", "place", name=op.f("uq_drafts_person_id_place")),
    )
    op.create_table(
        "reply_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_reply_templates_owner_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_templates")),
    )
    with op.batch_alter_table("reply_templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_templates_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "tag_stewards",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_tag_stewards_person_id_people")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_tag_stewards_tag_id_tags"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "person_id", name=op.f("pk_tag_stewards")),
    )
    with op.batch_alter_table("tag_stewards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tag_stewards_person_id"), ["person_id"], unique=False)

    op.create_table(
        "tag_synonyms",
        sa.Column("name", sa.String(length=35), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_tag_synonyms_tag_id_tags"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tag_synonyms")),
    )
    with op.batch_alter_table("tag_synonyms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tag_synonyms_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "post_attachments",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("in_old_text", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_post_attachments_attachment_id_attachments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_attachments_post_id_posts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "attachment_id", name=op.f("pk_post_attachments")),
    )
    with op.batch_alter_table("post_attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_attachments_attachment_id"), ["attachment_id"], unique=False)

    op.create_table(
        "duplicate_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["original_id"],
            ["questions.id"],
            name=op.f("fk_duplicate_proposals_original_id_questions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["people.id"], name=op.f("fk_duplicate_proposals_proposed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_duplicate_proposals_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["people.id"], name=op.f("fk_duplicate_proposals_settled_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_proposals")),
    )
    with op.batch_alter_table("duplicate_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_proposals_original_id"), ["original_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duplicate_proposals_proposed_by_id"), ["proposed_by_id"], unique=False)
        batch_op.create_index(
            "uq_duplicate_proposals_question_id_open",
            ["question_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "follows",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follows_person_id_people")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_follows_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f("pk_follows")),
    )
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follows_question_id"), ["question_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("called_by_id", sa.Integer(), nullable=False),
        sa.Column("calling", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_because", sa.String(length=300), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["called_by_id"], ["people.id"], name=op.f("fk_invitations_called_by_id_people")),
        sa.ForeignKeyConstraint(["expert_id"], ["people.id"], name=op.f("fk_invitations_expert_id_people")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_invitations_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("question_id", "expert_id", name=op.f("uq_invitations_question_id_expert_id")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_called_by_id"), ["called_by_id"], unique=False)
        batch_op.create_index(
            "ix_invitations_expert_id_done_at_made_at", ["expert_id", "done_at", "made_at"], unique=False
        )

    op.create_table(
        "involved_products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_involved_products_product_id_products"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_involved_products_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involved_products")),
    )
    with op.batch_alter_table("involved_products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_involved_products_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_involved_products_question_id"), ["question_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_notices_by_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id_people")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_notices_post_id_posts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_notices_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("cause", "person_id", name=op.f("uq_notices_cause_person_id")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_made_at"), ["made_at"], unique=False)
        batch_op.create_index("ix_notices_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_notices_person_id_read_at_id", ["person_id", "read_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_question_id"), ["question_id"], unique=False)

    op.create_table(
        "opening_consents",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_opening_consents_person_id_people")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_opening_consents_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "person_id", name=op.f("pk_opening_consents")),
    )
    with op.batch_alter_table("opening_consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_consents_person_id"), ["person_id"], unique=False)

    op.create_table(
        "opening_requests",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withhold_company", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["people.id"], name=op.f("fk_opening_requests_proposed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_opening_requests_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_opening_requests")),
    )
    with op.batch_alter_table("opening_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_requests_proposed_by_id"), ["proposed_by_id"], unique=False)

    op.create_table(
        "same_problems",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_same_problems_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_same_problems_person_id_people")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_same_problems_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "person_id", name=op.f("pk_same_problems")),
    )
    with op.batch_alter_table("same_problems", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_same_problems_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_same_problems_person_id"), ["person_id"], unique=False)

    op.create_table(
        "thread_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_thread_record_by_id_people")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["questions.id"], name=op.f("fk_thread_record_other_id_questions"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_thread_record_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_record")),
    )
    with op.batch_alter_table("thread_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_record_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_thread_record_other_id"), ["other_id"], unique=False)
        batch_op.create_index("ix_thread_record_question_id_id", ["question_id", "id"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("old_revision", sa.Integer(), nullable=False),
        sa.Column("old_html", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thanks_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_corrections_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["thanks_id"], ["people.id"], name=op.f("fk_corrections_thanks_id_people")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_corrections")),
    )
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_role", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_note", sa.String(length=500), nullable=False),
        sa.CheckConstraint("kind IN ('works', 'fails', 'outdated', 'dangerous')", name=op.f("ck_marks_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_marks_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_marks_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_marks_person_id_people")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_marks_product_id_products"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_marks_settled_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sa.UniqueConstraint("answer_id", "person_id", "kind", name=op.f("uq_marks_answer_id_person_id_kind")),
    )
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marks_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_marks_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_marks_product_id"), ["product_id"], unique=False)

    op.create_table(
        "recommendations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_recommendations_answer_id_answers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["people.id"], name=op.f("fk_recommendations_expert_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
        sa.UniqueConstraint("answer_id", "expert_id", name=op.f("uq_recommendations_answer_id_expert_id")),
    )
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendations_expert_id"), ["expert_id"], unique=False)

    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recommended_count", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("works_people", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("works_companies", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("works_voices", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("fails_people", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("fails_voices", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("outdated_voices", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("dangerous_voices", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("honest_advice", sa.String(length=80), nullable=False, server_default=""))

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_to_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_comments_moved_to_id_posts"), "posts", ["moved_to_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("away_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("away_note", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("company_shown", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("product_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("end_of_life_on", sa.Date(), nullable=True))

    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.add_column(sa.Column("vendor", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("description", sa.String(length=300), nullable=False, server_default=""))

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("visibility", sa.String(length=20), nullable=False, server_default="public"))
        batch_op.add_column(sa.Column("company_withheld", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("intent", sa.String(length=20), nullable=False, server_default="problem"))
        batch_op.add_column(sa.Column("same_problem_people", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("same_problem_companies", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("close_reason", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("close_note", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("duplicate_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("locked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("lock_note", sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("next_step", sa.String(length=20), nullable=False, server_default="none"))
        batch_op.add_column(sa.Column("next_step_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("next_step_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_questions_duplicate_of_id"), ["duplicate_of_id"], unique=False)
        batch_op.create_index(
            "ix_questions_next_step_next_step_since_id", ["next_step", "next_step_since", "id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_questions_next_step_by_id_people"), "people", ["next_step_by_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_questions_locked_by_id_people"), "people", ["locked_by_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_questions_closed_by_id_people"), "people", ["closed_by_id"], ["id"])
        batch_op.create_foreign_key(
            "fk_questions_duplicate_of_id_questions", "questions", ["duplicate_of_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("tags", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("question_template", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_tags_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key("fk_tags_parent_id_tags", "tags", ["parent_id"], ["id"], ondelete="SET NULL")

    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))

    # The rows that stand already have their values; new ones get theirs from the site.
    for table, columns in ROWS_FILLED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)
    _tell_who_has_the_next_step()
    _let_writers_follow()


def _tell_who_has_the_next_step() -> None:
    """Unanswered questions wait for anybody, answered ones for the asker to try."""
    op.execute(
        "UPDATE questions SET next_step = CASE WHEN answer_count = 0 THEN 'nobody' ELSE 'asker' END, "
        "next_step_since = CASE WHEN answer_count = 0 THEN asked_at ELSE last_activity_at END "
        "WHERE accepted_answer_id IS NULL"
    )


def _let_writers_follow() -> None:
    """Whoever wrote in a thread here follows its question. Authors who came with an import cannot be told anything."""
    op.execute(
        "INSERT INTO follows (person_id, question_id, since) "
        "SELECT writers.author_id, writers.question_id, min(writers.created_at) FROM ("
        "SELECT posts.author_id, questions.id AS question_id, posts.created_at "
        "FROM posts JOIN questions ON questions.id = posts.id WHERE posts.source IS NULL UNION ALL "
        "SELECT posts.author_id, answers.question_id, posts.created_at "
        "FROM posts JOIN answers ON answers.id = posts.id WHERE posts.source IS NULL UNION ALL "
        "SELECT comments.author_id, coalesce(answers.question_id, comments.post_id), comments.created_at "
        "FROM comments LEFT JOIN answers ON answers.id = comments.post_id WHERE comments.source IS NULL) AS writers "
        "GROUP BY writers.author_id, writers.question_id"
    )


def downgrade() -> None:
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_column("set_aside_at")

    with op.batch_alter_table("tags", schema=None) as batch_op:
        batch_op.drop_constraint("fk_tags_parent_id_tags", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_tags_parent_id"))
        batch_op.drop_column("question_template")
        batch_op.drop_column("parent_id")

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_constraint("fk_questions_duplicate_of_id_questions", type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_questions_closed_by_id_people"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_questions_locked_by_id_people"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_questions_next_step_by_id_people"), type_="foreignkey")
        batch_op.drop_index("ix_questions_next_step_next_step_since_id")
        batch_op.drop_index(batch_op.f("ix_questions_duplicate_of_id"))
        batch_op.drop_column("next_step_since")
        batch_op.drop_column("next_step_by_id")
        batch_op.drop_column("next_step")
        batch_op.drop_column("lock_note")
        batch_op.drop_column("locked_by_id")
        batch_op.drop_column("locked_at")
        batch_op.drop_column("duplicate_of_id")
        batch_op.drop_column("close_note")
        batch_op.drop_column("close_reason")
        batch_op.drop_column("closed_by_id")
        batch_op.drop_column("closed_at")
        batch_op.drop_column("same_problem_companies")
        batch_op.drop_column("same_problem_people")
        batch_op.drop_column("intent")
        batch_op.drop_column("opened_at")
        batch_op.drop_column("company_withheld")
        batch_op.drop_column("visibility")

    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_column("description")
        batch_op.drop_column("vendor")

    with op.batch_alter_table("product_versions", schema=None) as batch_op:
        batch_op.drop_column("end_of_life_on")
        batch_op.drop_column("released_on")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("company_shown")
        batch_op.drop_column("away_note")
        batch_op.drop_column("away_until")

    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_comments_moved_to_id_posts"), type_="foreignkey")
        batch_op.drop_column("moved_to_id")

    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_column("honest_advice")
        batch_op.drop_column("corrected_at")
        batch_op.drop_column("dangerous_voices")
        batch_op.drop_column("outdated_voices")
        batch_op.drop_column("fails_voices")
        batch_op.drop_column("fails_people")
        batch_op.drop_column("works_voices")
        batch_op.drop_column("works_companies")
        batch_op.drop_column("works_people")
        batch_op.drop_column("recommended_count")

    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendations_expert_id"))

    op.drop_table("recommendations")
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marks_product_id"))
        batch_op.drop_index(batch_op.f("ix_marks_person_id"))
        batch_op.drop_index(batch_op.f("ix_marks_account_id"))

    op.drop_table("marks")
    op.drop_table("corrections")
    with op.batch_alter_table("thread_record", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_record_question_id_id")
        batch_op.drop_index(batch_op.f("ix_thread_record_other_id"))
        batch_op.drop_index(batch_op.f("ix_thread_record_by_id"))

    op.drop_table("thread_record")
    with op.batch_alter_table("same_problems", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_same_problems_person_id"))
        batch_op.drop_index(batch_op.f("ix_same_problems_account_id"))

    op.drop_table("same_problems")
    with op.batch_alter_table("opening_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_requests_proposed_by_id"))

    op.drop_table("opening_requests")
    with op.batch_alter_table("opening_consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_consents_person_id"))

    op.drop_table("opening_consents")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_question_id"))
        batch_op.drop_index(batch_op.f("ix_notices_post_id"))
        batch_op.drop_index("ix_notices_person_id_read_at_id")
        batch_op.drop_index("ix_notices_person_id_id")
        batch_op.drop_index(batch_op.f("ix_notices_made_at"))
        batch_op.drop_index(batch_op.f("ix_notices_by_id"))

    op.drop_table("notices")
    with op.batch_alter_table("involved_products", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_involved_products_question_id"))
        batch_op.drop_index(batch_op.f("ix_involved_products_product_id"))

    op.drop_table("involved_products")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_invitations_expert_id_done_at_made_at")
        batch_op.drop_index(batch_op.f("ix_invitations_called_by_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("follows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follows_question_id"))

    op.drop_table("follows")
    with op.batch_alter_table("duplicate_proposals", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_duplicate_proposals_question_id_open",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_duplicate_proposals_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_duplicate_proposals_original_id"))

    op.drop_table("duplicate_proposals")
    with op.batch_alter_table("post_attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_attachments_attachment_id"))

    op.drop_table("post_attachments")
    with op.batch_alter_table("tag_synonyms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_synonyms_tag_id"))

    op.drop_table("tag_synonyms")
    with op.batch_alter_table("tag_stewards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_stewards_person_id"))

    op.drop_table("tag_stewards")
    with op.batch_alter_table("reply_templates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_templates_owner_id"))

    op.drop_table("reply_templates")
    op.drop_table("drafts")
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_uploaded_at"))
        batch_op.drop_index(batch_op.f("ix_attachments_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachments_owner_id"))

    op.drop_table("attachments")
    op.drop_table("stored_files")
