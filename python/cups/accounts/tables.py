"""Accounts, sessions, what was accepted, roles, blocks, sanctions."""

import sqlalchemy as sa

from cups.store.holding import DUTY, GOES, GOES_UNSEEN, holds, own
from cups.store.schema import Id, Millis, metadata, references

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("name_key", sa.String(64), nullable=False, unique=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("age_class", sa.String(8)),
    sa.Column("consent", sa.String(12), nullable=False, server_default=""),
    sa.Column("danger", sa.String(8), nullable=False, server_default="none"),
    sa.Column("danger_at", Millis),
    sa.Column("status", sa.String(8), nullable=False, server_default="offline"),
    sa.Column("status_why", sa.String(8), nullable=False, server_default=""),
    sa.Column("missed", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("break_until", Millis),
    sa.Column("picture", sa.String(26), nullable=False, server_default=""),
    sa.Column("languages", sa.String(200), nullable=False, server_default="en"),
    sa.Column("refused_topics", sa.String(1000), nullable=False, server_default=""),
    sa.Column("page_language", sa.String(12), nullable=False, server_default=""),
    sa.Column("time_zone", sa.String(40), nullable=False, server_default=""),
    sa.Column("persona_of", Id, references("account.id"), unique=True),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("left_at", Millis),
    sa.Index("ix_account_break_until", "break_until"),
)
"""`left_at`: closed or erased since then: nobody meets this person. `status`: as a listener set it by hand; `status_why` is `missed` where so many
personal requests in a row were missed that it was set to busy. `missed`: how many in a row, so far. `consent`: by which way (`ways`) somebody of 13 to
17 may meet others; empty: they may not yet.
`languages`: in which they talk with others. `page_language`: in which they read the page, chosen by them or their browser's when the account was made.
`time_zone`: of somebody of 13 to 17, whose nights are quiet; empty for everybody else, and where it is not known.
`break_until`: when the status `break` ends by itself; None: by hand. `picture`: the id of the own picture, or empty."""
holds(
    account,
    "Who somebody is here: the name, and what decides whom they may reach.",
    kept="until it is erased by its owner",
    whose={
        "id": own(
            "emptied: no name, password, age or choice is left; the row goes as soon as nothing that stays points to it"
        ),
        "persona_of": own(
            "emptied; erasing a member erases the linked listener too, unless only one was chosen", exported=False
        ),
    },
    name="name",
    identifier="name_key picture",
    activity="kind status status_why missed break_until languages page_language time_zone created_at left_at",
    health="danger danger_at refused_topics",
    age="age_class consent",
    security="password_hash",
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False, index=True),
    sa.Column("device", sa.String(20), nullable=False, server_default="/"),
    sa.Column("seen_at", Millis, nullable=False, server_default="0"),
    sa.Column("confirmed_at", Millis, nullable=False, server_default="0"),
    sa.Column("browser", sa.String(64), nullable=False, server_default=""),
)
"""`device`: see `devices`. `seen_at`: the hour in which it was last used. `confirmed_at`: when the password was last given in it. `browser`: as
`known_browser` has it, so that it is known no more when the session is ended from elsewhere; empty: none."""
holds(
    session,
    "Lets somebody be signed in, and lets them see and end where they are.",
    kept="until it ends, `session_days` at the most",
    whose={"account_id": GOES},
    security="token_hash id browser",
    activity="created_at expires_at device seen_at confirmed_at",
)

known_browser = sa.Table(
    "known_browser",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("seen_at", Millis, nullable=False, index=True),
)
"""Browsers that somebody signed in from, so that they are told of one that is new. `digest`: of the account and a random word that the browser keeps:
another for each account. `seen_at`: the day of the last way in there."""
holds(
    known_browser,
    "Lets somebody be told when they are signed in from a browser that is new.",
    kept="until it is signed out from elsewhere, or `browser_known_days` after the last way in there",
    whose={"account_id": GOES},
    security="digest",
    activity="seen_at",
)

happening = sa.Table(
    "happening",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("device", sa.String(20), nullable=False, server_default="/"),
    sa.Column("at", Millis, nullable=False, index=True),
    sa.Index("ix_happening_account_id", "account_id", "kind", "at"),
)
"""What happened with what protects an account, held for the one that has the password. `kind`: `wire.signin.HappeningKind`. `device`: see `devices`; of
ways in alone. `at`, and the time in `id`: of a way in the hour."""
holds(
    happening,
    "Tells somebody what happened with what protects their account.",
    kept="`happenings_keep_days`, the last `happenings_most` of each kind",
    whose={"account_id": GOES},
    identifier="id",
    activity="kind device at",
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("at", Millis, nullable=False),
)
"""Those that were not used yet."""
holds(
    recovery_code,
    "Lets somebody back in who forgot the password.",
    kept="until it is used or replaced",
    whose={"account_id": GOES},
    security="digest",
    activity="at",
)

email_address = sa.Table(
    "email_address",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("confirmed", sa.Boolean, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("sealed", sa.String(600), nullable=False),
    sa.Column("token_hash", sa.String(64), unique=True),
    sa.Column("until", Millis, index=True),
    sa.Column("at", Millis, nullable=False),
)
"""The address for a forgotten password, of whoever gave one: the confirmed one, and one that waits to be. `sealed`: the address itself, under a key
outside of the database; `digest`: a keyed hash of it, to find the account by. `token_hash` and `until` are of the link that confirms it."""
holds(
    email_address,
    "Lets somebody back in who forgot the password, if they gave an address for that.",
    kept="until it is removed or replaced; one that is not confirmed, for `email_confirm_hours`",
    whose={"account_id": GOES},
    contact="sealed digest",
    untold="digest",
    security="token_hash",
    activity="confirmed until at",
)

reset_link = sa.Table(
    "reset_link",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("until", Millis, nullable=False, index=True),
)
"""Links to a new password that were sent and not used. They go when one of them is used, or their time is over."""
holds(
    reset_link,
    "Lets somebody back in who forgot the password.",
    kept="until it is used or replaced, `reset_minutes` at the most",
    whose={"account_id": GOES},
    security="token_hash",
    activity="until",
)

second_factor = sa.Table(
    "second_factor",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("begun_at", Millis, nullable=False),
    sa.Column("confirmed_at", Millis),
    sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0"),
)
"""Counts from `confirmed_at` on. The shared secret is not here: it is made from `nonce` and the installation's own secret. No code of `last_step` or before is taken."""
holds(
    second_factor,
    "The second step of signing in.",
    kept="until it is turned off",
    whose={"account_id": GOES},
    security="nonce last_step",
    activity="begun_at confirmed_at",
)

half_session = sa.Table(
    "half_session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("device", sa.String(20), nullable=False),
    sa.Column("expires_at", Millis, nullable=False, index=True),
)
"""A sign-in between its two steps: the password was right, the second factor is awaited."""
holds(
    half_session,
    "A sign-in between its two steps.",
    kept="`second_factor_within_s`",
    whose={"account_id": GOES},
    security="token_hash",
    activity="device expires_at",
)

passkey = sa.Table(
    "passkey",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("credential", sa.String(1400), nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("made_at", Millis, nullable=False),
    sa.Column("used_at", Millis, nullable=False, server_default="0"),
    sa.Column("doubted_at", Millis),
)
"""Of the account that has the password. `credential`: the authenticator's own id of it, in base64url. `name`: as its owner calls it, seen by nobody else.
`made_at` and `used_at` are hours. `doubted_at`: when its counter went back, so that there may be a copy: it signs nobody in from then on."""
holds(
    passkey,
    "Signs somebody in by their device, without a password.",
    kept="until its owner removes it",
    whose={"account_id": GOES},
    security="id credential public_key sign_count",
    words="name",
    activity="made_at used_at doubted_at",
)

passkey_challenge = sa.Table(
    "passkey_challenge",
    metadata,
    sa.Column("bound_to", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(8), primary_key=True),
    sa.Column("challenge", sa.String(86), nullable=False),
    sa.Column("expires_at", Millis, nullable=False, index=True),
)
"""What an authenticator is to sign, once. `bound_to`: the hash of the token of the session, of half a sign-in, or of a cookie made for this alone."""
holds(
    passkey_challenge,
    "What a passkey is to sign, once.",
    kept="`passkey_within_s`",
    none="bound_to purpose challenge expires_at",
)

referral_link = sa.Table(
    "referral_link",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("number", sa.String(12), nullable=False, unique=True),
)
"""`number`: at random, and made from nothing of the account."""
holds(
    referral_link,
    "The number of somebody's link for others to come by.",
    whose={"account_id": GOES},
    activity="number",
)

referral = sa.Table(
    "referral",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("owner_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("day", Millis, nullable=False),
)
"""Somebody signed up by this account's link on this day. Who it was stands nowhere, and `id` has the time of the day's beginning."""
holds(
    referral,
    "How many came by somebody's link.",
    whose={"owner_id": GOES},
    none="id",
    activity="day",
)

acceptance = sa.Table(
    "acceptance",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("version", sa.String(32), primary_key=True),
    sa.Column("at", Millis, nullable=False),
)
holds(
    acceptance,
    "Which agreements somebody accepted, and when (SPEC B6).",
    kept="as long as the account",
    whose={"account_id": GOES},
    activity="kind version at",
)

agreement = sa.Table(
    "agreement",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("version", sa.String(32), primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("summary", sa.String(2000), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by_id", Id, references("account.id")),
    sa.Column("at", Millis, nullable=False),
    sa.Column("asked_from", Millis, nullable=False, server_default="0"),
)
"""Every text that was ever in force here: those that came with the package (`by_id` None), and those that staff published; with those that wait until they
are asked for (`asked_from`)."""
holds(
    agreement,
    "Lets people read what they accepted.",
    whose={"by_id": DUTY},
    none="kind version title summary text asked_from",
    activity="at",
)

name_word = sa.Table(
    "name_word",
    metadata,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("word_key", sa.String(32), primary_key=True),
    sa.Column("word", sa.String(32), nullable=False),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("by_id", Id, references("account.id"), nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.CheckConstraint("kind in ('banned', 'reserved')", name="kind"),
)
"""Words that no name may hold, as staff changed them: their own, and those of `content/name_words.yaml` that they took out (`held` false)."""
holds(
    name_word,
    "Words that no name may hold.",
    whose={"by_id": DUTY},
    none="kind word_key word held",
    activity="at",
)

role = sa.Table(
    "role",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("role", sa.String(32), primary_key=True),
    sa.Column("scope", sa.String(26), primary_key=True, server_default=""),
    sa.Column("granted_by", Id, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("until", Millis),
    sa.Index("ix_role_scope", "scope"),
    sa.Index("ix_role_until", "until"),
)
"""`until` None: until taken away. The role `cleared` is a listener's clearance for both ages, `verified` the mark of one."""
holds(
    role,
    "What somebody may do for the site.",
    kept="until it is taken away or ends",
    whose={"account_id": GOES, "granted_by": DUTY},
    activity="role scope at until",
)

block = sa.Table(
    "block",
    metadata,
    sa.Column("blocker_id", Id, references("account.id"), primary_key=True),
    sa.Column("blocked_id", Id, references("account.id"), primary_key=True),
    sa.Column("at", Millis, nullable=False),
    sa.Index("ix_block_blocked_id", "blocked_id"),
)
holds(
    block,
    "Who is never to meet whom.",
    kept="until it is taken back, or either of the two is erased",
    whose={"blocker_id": GOES, "blocked_id": GOES_UNSEEN},
    named="blocked_id",
    activity="at",
)

sanction = sa.Table(
    "sanction",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, references("account.id"), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("room_id", Id),
    sa.Column("at", Millis, nullable=False),
    sa.Column("until", Millis),
    sa.Column("reason", sa.String(500), nullable=False),
    sa.Column("by_id", Id, references("account.id"), nullable=False),
    sa.Column("lifted_at", Millis),
    sa.Column("warning_id", Id),
    sa.Column("rule", sa.String(16)),
    sa.Column("ref", sa.String(64)),
    sa.Column("message_seq", sa.BigInteger),
    sa.Column("seen_at", Millis),
    sa.CheckConstraint("kind in ('mute', 'removal', 'rooms-ban', 'ban', 'room-mute', 'room-ban')", name="kind"),
    sa.Index("ix_sanction_person", "person_id", "lifted_at"),
    sa.Index("ix_sanction_warning", "warning_id"),
    sa.Index("ix_sanction_room", "room_id", "lifted_at"),
    sa.Index("uq_sanction_ref", "by_id", "ref", unique=True),
)
"""`mute`: writes nowhere. `room-mute`: does not write in one room. `removal` and `room-ban`: out of one room. `rooms-ban`: out of all rooms. `ban`: out of everything
but help. `until` None: until lifted. `warning_id`: the warning that brought it, if one did. `rule`: of those that a room's moderator gave by hand; `reason` is
their words then, and `ref`, `message_seq` and `seen_at` are as a warning's."""
holds(
    sanction,
    "What somebody may not do for a time, why, and by whose decision.",
    kept="`decision_keep_days` after it has ended",
    whose={"person_id": GOES, "by_id": DUTY},
    identifier="id room_id warning_id ref message_seq",
    words="reason",
    moderation="kind at until lifted_at rule seen_at",
)
