"""Courses, quizzes, attempts, progress."""

import sqlalchemy as sa

from cups.store.holding import GOES, holds
from cups.store.schema import Id, Millis, metadata, references

section = sa.Table(
    "section",
    metadata,
    sa.Column("course", sa.String(64), primary_key=True),
    sa.Column("serial", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("quiz", sa.Text),
    sa.Column("imported_at", Millis, nullable=False),
)
"""`quiz` is the quiz as JSON, answers included: it is read by the marking alone."""
holds(
    section,
    "The courses' own text.",
    none="course serial title kind html source quiz imported_at",
)

course_title = sa.Table(
    "course_title",
    metadata,
    sa.Column("course", sa.String(64), primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
)
"""From the course's index file, where it has one."""
holds(course_title, "The courses' own titles.", none="course title")

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("course", sa.String(64), nullable=False),
    sa.Column("serial", sa.Integer, nullable=False),
    sa.Column("drawn", sa.Text, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("answers", sa.Text),
    sa.Column("marked_at", Millis),
)
"""`drawn` holds the statements of this attempt as they were when drawn: a later import changes no running attempt."""
holds(
    attempt,
    "What somebody answered in a quiz.",
    kept="as long as the account",
    whose={"account_id": GOES},
    identifier="id",
    none="drawn",
    activity="course serial at answers marked_at",
)

progress = sa.Table(
    "progress",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("course", sa.String(64), primary_key=True),
    sa.Column("serial", sa.Integer, primary_key=True),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("at", Millis, nullable=False),
)
holds(
    progress,
    "Which sections somebody has passed.",
    kept="as long as the account",
    whose={"account_id": GOES},
    activity="course serial passed at",
)
