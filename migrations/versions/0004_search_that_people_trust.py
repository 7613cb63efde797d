"""Search that people trust: words, saved searches, what was looked for, likely duplicates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("found_nothing", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "words", name=op.f("pk_search_counts")),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_searches_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("person_id", "query", name=op.f("uq_saved_searches_person_id_query")),
    )
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_searches_told_until"), ["told_until"], unique=False)

    op.create_table(
        "likely_duplicates",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"], ["people.id"], name=op.f("fk_likely_duplicates_dismissed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["original_id"],
            ["questions.id"],
            name=op.f("fk_likely_duplicates_original_id_questions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_likely_duplicates_question_id_questions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "original_id", name=op.f("pk_likely_duplicates")),
    )
    with op.batch_alter_table("likely_duplicates", schema=None) as batch_op:
        batch_op.create_index("ix_likely_duplicates_dismissed_at_found_at", ["dismissed_at", "found_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_likely_duplicates_original_id"), ["original_id"], unique=False)

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("search_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_notices_search_id"), ["search_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_notices_search_id_saved_searches", "saved_searches", ["search_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index("ix_questions_visibility_asked_at_id", ["visibility", "asked_at", "id"], unique=False)

    with op.batch_alter_table("search_index_progress", schema=None) as batch_op:
        batch_op.add_column(sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("rebuild_began_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("failed_query", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("words_counted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("alike_until", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("search_pending_threads", schema=None) as batch_op:
        batch_op.add_column(sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_search_pending_threads_applied_at_id", ["applied_at", "id"], unique=False)


def downgrade() -> None:
    # What the earlier tables cannot hold.
    op.execute("DELETE FROM notices WHERE question_id IS NULL AND search_id IS NOT NULL")
    with op.batch_alter_table("search_pending_threads", schema=None) as batch_op:
        batch_op.drop_index("ix_search_pending_threads_applied_at_id")
        batch_op.drop_column("applied_at")

    with op.batch_alter_table("search_index_progress", schema=None) as batch_op:
        batch_op.drop_column("alike_until")
        batch_op.drop_column("words_counted_at")
        batch_op.drop_column("failed_query")
        batch_op.drop_column("rebuild_began_at")
        batch_op.drop_column("filled_at")

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index("ix_questions_visibility_asked_at_id")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint("fk_notices_search_id_saved_searches", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notices_search_id"))
        batch_op.drop_column("search_id")

    with op.batch_alter_table("likely_duplicates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_likely_duplicates_original_id"))
        batch_op.drop_index("ix_likely_duplicates_dismissed_at_found_at")

    op.drop_table("likely_duplicates")
    with op.batch_alter_table("saved_searches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_searches_told_until"))

    op.drop_table("saved_searches")
    op.drop_table("search_words")
    op.drop_table("search_counts")
