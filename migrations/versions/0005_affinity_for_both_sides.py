"""Affinity for both sides: owners and parents of accounts, requests, outcomes, badges, alerts, webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Columns that came to tables with rows.
ROWS_FILLED = {
    "account_owners": ("role",),
    "accounts": ("status",),
    "affinity_snapshots": ("withheld",),
    "report_views": ("purpose",),
    "reputation_entries": ("nth", "reason"),
    "reputation_totals": ("is_employee",),
}


def upgrade() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "audit_tail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("proof", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_tail")),
    )
    op.create_table(
        "board_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newest_entry_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_counts")),
    )
    op.create_table(
        "reputation_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("under_older_rules", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reputation_checks")),
    )
    op.create_table(
        "shared_domains",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_shared_domains")),
    )
    op.create_table(
        "badges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=True),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_badges_person_id_people")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_badges_tag_id_tags"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges")),
        sa.UniqueConstraint("person_id", "kind", "level", "tag_id", name=op.f("uq_badges_person_id_kind_level_tag_id")),
    )
    with op.batch_alter_table("badges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_badges_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_badges_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "board_places",
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("is_employee", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_board_places_person_id_people")),
        sa.PrimaryKeyConstraint("period", "is_employee", "place", name=op.f("pk_board_places")),
    )
    with op.batch_alter_table("board_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_places_person_id"), ["person_id"], unique=False)

    op.create_table(
        "canaries",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_canaries_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_canaries")),
    )
    op.create_table(
        "happenings",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_happenings_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_happenings")),
    )
    with op.batch_alter_table("happenings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_happenings_account_id"), ["account_id"], unique=False)

    op.create_table(
        "introductions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("wish", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("outcome_words", sa.String(length=500), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_introductions_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_introductions_ended_by_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_introductions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
    )
    with op.batch_alter_table("introductions", schema=None) as batch_op:
        batch_op.create_index("ix_introductions_account_id_ended_at", ["account_id", "ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_introductions_person_id"), ["person_id"], unique=False)

    op.create_table(
        "kept_apart",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_kept_apart_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_kept_apart")),
    )
    op.create_table(
        "kept_histories",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("deeds", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_kept_histories_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_kept_histories")),
    )
    op.create_table(
        "lead_definitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("sales_by_id", sa.Integer(), nullable=True),
        sa.Column("sales_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marketing_by_id", sa.Integer(), nullable=True),
        sa.Column("marketing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["marketing_by_id"], ["people.id"], name=op.f("fk_lead_definitions_marketing_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["people.id"], name=op.f("fk_lead_definitions_proposed_by_id_people")
        ),
        sa.ForeignKeyConstraint(["sales_by_id"], ["people.id"], name=op.f("fk_lead_definitions_sales_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_definitions")),
    )
    op.create_table(
        "marketing_signers",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_marketing_signers_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_marketing_signers")),
    )
    op.create_table(
        "measuring_due",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_measuring_due_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_measuring_due")),
    )
    op.create_table(
        "not_counted",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_not_counted_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_not_counted")),
    )
    op.create_table(
        "opportunities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("crm_id", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_opportunities_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_opportunities_recorded_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunities")),
        sa.UniqueConstraint("account_id", "crm_id", name=op.f("uq_opportunities_account_id_crm_id")),
    )
    with op.batch_alter_table("opportunities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opportunities_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_opportunities_crm_id"), ["crm_id"], unique=False)

    op.create_table(
        "pledges",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pledges_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pledges")),
    )
    op.create_table(
        "sales_leads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["people.id"], name=op.f("fk_sales_leads_lead_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sales_leads_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_leads")),
    )
    with op.batch_alter_table("sales_leads", schema=None) as batch_op:
        batch_op.create_index("ix_sales_leads_lead_id_person_id", ["lead_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sales_leads_person_id"), ["person_id"], unique=False)

    op.create_table(
        "vote_rings",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("first_to_second", sa.Integer(), nullable=False),
        sa.Column("second_to_first", sa.Integer(), nullable=False),
        sa.Column("votes_of_first", sa.Integer(), nullable=False),
        sa.Column("votes_of_second", sa.Integer(), nullable=False),
        sa.Column("tail", sa.Double(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["first_id"], ["people.id"], name=op.f("fk_vote_rings_first_id_people")),
        sa.ForeignKeyConstraint(["looked_by_id"], ["people.id"], name=op.f("fk_vote_rings_looked_by_id_people")),
        sa.ForeignKeyConstraint(["second_id"], ["people.id"], name=op.f("fk_vote_rings_second_id_people")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_vote_rings")),
    )
    with op.batch_alter_table("vote_rings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_rings_second_id"), ["second_id"], unique=False)

    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_webhooks_made_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "lead_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["lead_definitions.id"],
            name=op.f("fk_lead_items_definition_id_lead_definitions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_items")),
    )
    with op.batch_alter_table("lead_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_items_definition_id"), ["definition_id"], unique=False)

    op.create_table(
        "other_touches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunities.id"],
            name=op.f("fk_other_touches_opportunity_id_opportunities"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_other_touches_recorded_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_touches")),
    )
    with op.batch_alter_table("other_touches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_other_touches_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "stage_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunities.id"],
            name=op.f("fk_stage_changes_opportunity_id_opportunities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
    )
    with op.batch_alter_table("stage_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stage_changes_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_messages_webhook_id_webhooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_messages")),
    )
    with op.batch_alter_table("webhook_messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_webhook_messages_waiting",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        )
        batch_op.create_index("uq_webhook_messages_webhook_id_uid", ["webhook_id", "uid"], unique=True)

    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_alerts_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_alerts_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("account_id", "kind", "cause", name=op.f("uq_alerts_account_id_kind_cause")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alerts_question_id"), ["question_id"], unique=False)

    op.create_table(
        "burst_votes",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["votes.id"], name=op.f("fk_burst_votes_vote_id_votes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("vote_id", name=op.f("pk_burst_votes")),
    )
    op.create_table(
        "lead_checks",
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_lead_checks_by_id_people")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["lead_items.id"], name=op.f("fk_lead_checks_item_id_lead_items"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunities.id"],
            name=op.f("fk_lead_checks_opportunity_id_opportunities"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("opportunity_id", "item_id", "side", name=op.f("pk_lead_checks")),
    )
    with op.batch_alter_table("lead_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_checks_item_id"), ["item_id"], unique=False)

    op.create_table(
        "look_requests",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("expert_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_look_requests_by_id_people")),
        sa.ForeignKeyConstraint(["expert_id"], ["people.id"], name=op.f("fk_look_requests_expert_id_people")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_look_requests_question_id_questions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_look_requests")),
    )
    with op.batch_alter_table("look_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_requests_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_look_requests_expert_id"), ["expert_id"], unique=False)

    with op.batch_alter_table("account_owners", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=10), nullable=False, server_default="owner"))
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_account_owners_person_id_until", ["person_id", "until"], unique=False)

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("status", sa.String(length=10), nullable=False, server_default="customer"))
        batch_op.create_index(batch_op.f("ix_accounts_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_accounts_parent_id_accounts", "accounts", ["parent_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("affinity_snapshots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("measured_again_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("shown_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("introduction_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_notices_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_introduction_id"), ["introduction_id"], unique=False)
        batch_op.create_foreign_key(
            "fk_notices_account_id_accounts", "accounts", ["account_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_foreign_key(
            "fk_notices_introduction_id_introductions", "introductions", ["introduction_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_author_id_author_role", ["author_id", "author_role"], unique=False)

    with op.batch_alter_table("report_views", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("entry_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_report_views_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index("ix_report_views_viewer_id_at", ["viewer_id", "at"], unique=False)

    with op.batch_alter_table("reputation_days", schema=None) as batch_op:
        batch_op.create_index("ix_reputation_days_day", ["day", "person_id", "points"], unique=False)

    with op.batch_alter_table("reputation_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nth", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("reason", sa.String(length=20), nullable=False, server_default=""))
        batch_op.alter_column(
            "kind", existing_type=sa.VARCHAR(length=30), type_=sa.String(length=40), existing_nullable=False
        )

    with op.batch_alter_table("reputation_totals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_employee", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(
            "ix_reputation_totals_is_employee_points", ["is_employee", "points", "person_id"], unique=False
        )

    # The rows that stand already have their values; new ones get theirs from the site.
    for table, columns in ROWS_FILLED.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column, server_default=None)

    # What was entered until now counts whole, and stands under the rules of its day until it is entered anew.
    op.execute("UPDATE reputation_entries SET nth = 1")
    holds_role = "SELECT 1 FROM people_roles WHERE people_roles.person_id = reputation_totals.person_id"
    op.execute(f"UPDATE reputation_totals SET is_employee = EXISTS ({holds_role})")  # noqa: S608
    let_reputation_be_reckoned()


def let_reputation_be_reckoned() -> None:
    """Points and badges that the tables until now could not hold are found out by the worker, some at a time."""
    thanked = "SELECT answer_id FROM corrections WHERE thanks_id IS NOT NULL"
    came = "SELECT posts.id FROM posts JOIN join_invitations ON join_invitations.used_by_id = posts.author_id"
    gone = "SELECT votes.post_id FROM votes JOIN people ON people.id = votes.voter_id WHERE NOT people.active"
    known = "SELECT person_id FROM topic_expertise UNION SELECT person_id FROM recognitions ORDER BY 1"
    connection = op.get_bind()
    posts = list(connection.execute(sa.text(f"{thanked} UNION {came} UNION {gone} ORDER BY 1")).scalars())
    people = list(connection.execute(sa.text(known)).scalars())
    messages = sa.table(
        "outbox_messages",
        sa.column("name", sa.String()),
        sa.column("payload", sa.Text()),
        sa.column("recorded_at", sa.DateTime(timezone=True)),
        sa.column("due_at", sa.DateTime(timezone=True)),
        sa.column("attempts", sa.Integer()),
    )
    moment = sa.func.now()
    for start in range(0, max(len(posts), len(people)), 100):
        some = slice(start, start + 100)
        payload = f'{{"post_ids": {posts[some]}, "person_ids": {people[some]}}}'
        row = {"name": "reputation.reckoning_due", "payload": payload, "recorded_at": moment, "due_at": moment}
        op.execute(messages.insert().values(**row, attempts=0))


def downgrade() -> None:
    # What the earlier tables cannot hold.
    op.execute("DELETE FROM notices WHERE introduction_id IS NOT NULL OR account_id IS NOT NULL")
    op.execute("DELETE FROM reputation_entries WHERE rule_version > 1")
    with op.batch_alter_table("reputation_totals", schema=None) as batch_op:
        batch_op.drop_index("ix_reputation_totals_is_employee_points")
        batch_op.drop_column("is_employee")

    with op.batch_alter_table("reputation_entries", schema=None) as batch_op:
        batch_op.alter_column(
            "kind", existing_type=sa.String(length=40), type_=sa.VARCHAR(length=30), existing_nullable=False
        )
        batch_op.drop_column("reason")
        batch_op.drop_column("nth")

    with op.batch_alter_table("reputation_days", schema=None) as batch_op:
        batch_op.drop_index("ix_reputation_days_day")

    with op.batch_alter_table("report_views", schema=None) as batch_op:
        batch_op.drop_index("ix_report_views_viewer_id_at")
        batch_op.drop_index(batch_op.f("ix_report_views_entry_id"))
        batch_op.drop_column("entry_id")
        batch_op.drop_column("purpose")

    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index("ix_posts_author_id_author_role")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint("fk_notices_introduction_id_introductions", type_="foreignkey")
        batch_op.drop_constraint("fk_notices_account_id_accounts", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notices_introduction_id"))
        batch_op.drop_index(batch_op.f("ix_notices_account_id"))
        batch_op.drop_column("account_id")
        batch_op.drop_column("introduction_id")

    with op.batch_alter_table("affinity_snapshots", schema=None) as batch_op:
        batch_op.drop_column("withheld")
        batch_op.drop_column("shown_until")
        batch_op.drop_column("measured_again_at")

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_constraint("fk_accounts_parent_id_accounts", type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_accounts_parent_id"))
        batch_op.drop_column("status")
        batch_op.drop_column("parent_id")

    with op.batch_alter_table("account_owners", schema=None) as batch_op:
        batch_op.drop_index("ix_account_owners_person_id_until")
        batch_op.drop_column("until")
        batch_op.drop_column("role")

    with op.batch_alter_table("look_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_requests_expert_id"))
        batch_op.drop_index(batch_op.f("ix_look_requests_by_id"))

    op.drop_table("look_requests")
    with op.batch_alter_table("lead_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_checks_item_id"))

    op.drop_table("lead_checks")
    op.drop_table("burst_votes")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alerts_question_id"))

    op.drop_table("alerts")
    with op.batch_alter_table("webhook_messages", schema=None) as batch_op:
        batch_op.drop_index("uq_webhook_messages_webhook_id_uid")
        batch_op.drop_index(
            "ix_webhook_messages_waiting",
            sqlite_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND dead_at IS NULL"),
        )

    op.drop_table("webhook_messages")
    with op.batch_alter_table("stage_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stage_changes_opportunity_id"))

    op.drop_table("stage_changes")
    with op.batch_alter_table("other_touches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_other_touches_opportunity_id"))

    op.drop_table("other_touches")
    with op.batch_alter_table("lead_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_items_definition_id"))

    op.drop_table("lead_items")
    op.drop_table("webhooks")
    with op.batch_alter_table("vote_rings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_rings_second_id"))

    op.drop_table("vote_rings")
    with op.batch_alter_table("sales_leads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sales_leads_person_id"))
        batch_op.drop_index("ix_sales_leads_lead_id_person_id")

    op.drop_table("sales_leads")
    op.drop_table("pledges")
    with op.batch_alter_table("opportunities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunities_crm_id"))
        batch_op.drop_index(batch_op.f("ix_opportunities_account_id"))

    op.drop_table("opportunities")
    op.drop_table("not_counted")
    op.drop_table("measuring_due")
    op.drop_table("marketing_signers")
    op.drop_table("lead_definitions")
    op.drop_table("kept_histories")
    op.drop_table("kept_apart")
    with op.batch_alter_table("introductions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_introductions_person_id"))
        batch_op.drop_index("ix_introductions_account_id_ended_at")

    op.drop_table("introductions")
    with op.batch_alter_table("happenings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_happenings_account_id"))

    op.drop_table("happenings")
    op.drop_table("canaries")
    with op.batch_alter_table("board_places", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_places_person_id"))

    op.drop_table("board_places")
    with op.batch_alter_table("badges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_badges_tag_id"))
        batch_op.drop_index(batch_op.f("ix_badges_person_id"))

    op.drop_table("badges")
    op.drop_table("shared_domains")
    op.drop_table("reputation_checks")
    op.drop_table("board_counts")
    op.drop_table("audit_tail")
    op.drop_table("audit_heads")
