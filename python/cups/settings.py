"""Every limit and choice an operator can set: its name, its default, its environment variable (`CUPS_` and the name in capitals)."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Times end in their unit. See docs/operating.md for the same list in prose."""

    data_dir: str = "var/data"
    """Where the embedded database and the secrets live."""
    database: str = ""
    """PostgreSQL, as postgresql://user@host/name. Empty: the embedded database in `data_dir`."""
    redis: str = ""
    """Redis, as redis://host:6379, where several processes share one PostgreSQL: the quick way between them. Without it they read each other's news from the
    database, and know less of who is where."""
    redis_cluster: bool = False
    """Whether that is a node of a Redis Cluster."""
    redis_prefix: str = "cups"
    """What the names of channels begin with: sites that share one Redis have different ones."""
    node_beat_s: float = 2.0
    node_lease_s: float = 8.0
    """How often a process says that it lives, and after how long without a word it is gone: what it held is free, its people are away."""
    news_log_keep_s: int = 600
    """How long a process may stand still and still catch up with what happened meanwhile. One that stood longer ends, and starts anew from the tables."""
    news_poll_s: float = 1.0
    news_poll_alone_s: float = 0.1
    """How often the table of news is looked at, while the quick way works and while it does not."""
    backup_dir: str = ""
    """The folder that `cups backup` writes into, where it is not told another."""
    backup_key: str = ""
    """The file with the key of backups. Empty: `backup-key` in `data_dir`."""
    backup_daily: int = 7
    backup_weekly: int = 4
    """Backups that are kept: the newest of each of so many days, and of each of so many weeks. Older ones are removed and their key destroyed."""
    erased_list: str = ""
    """The file that lists who was erased, for the day a backup is restored. Empty: `erased` in `data_dir`."""
    host: str = "127.0.0.1"
    port: int = 8000
    origins: tuple[str, ...] = ()
    """Exact origins that pages are served from, as https://cups.example. Empty: http on localhost and 127.0.0.1 at `port`."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses, or networks as 10.42.0.0/16, whose X-Forwarded-For is believed. Nobody's by default."""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    """Where Prometheus is answered, on /metrics. 0: nowhere. Keep it from the public."""
    health_every_s: float = 2.0
    health_patience_s: float = 2.0
    """How often the database is asked whether it is there, and how long it may take to answer before this process counts as not ready."""
    watched_every_s: float = 10.0
    """How often figures that only the database knows are read for the metrics."""
    traces_url: str = ""
    """Where an OpenTelemetry collector takes traces by OTLP over HTTP, as http://127.0.0.1:4318/v1/traces. Empty: none are made."""
    trace_requests: float = 1.0
    trace_frames: float = 0.01
    """The share of requests, and of frames, that are traced."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "text"] = "auto"
    """What is logged to standard error, and how: `auto` is text on a terminal and one JSON object a line elsewhere."""
    site_name: str = "cups"
    quick_exit_url: str = "/away"

    session_days: int = 30
    session_unused_days: int = 14
    sessions_most: int = 50
    """Sessions of one account at once; beyond it the one unused the longest ends."""
    happenings_keep_days: int = 90
    """How long people read what happened with what protects their account,"""
    happenings_most: int = 20
    """and how many of each kind at the most."""
    browser_known_days: int = 183
    """How long after the last sign-in a browser is known, so that its next one is not told."""
    browsers_most: int = 50
    """Browsers that are known of one account."""
    session_seen_every_s: int = 60
    """How often it is written down which sessions are in use (to the hour)."""
    staff_second_factor: bool = True
    """Whether roles of staff count only for those who have set up a second factor. Off is for trying things out on one's own machine: `--demo` sets it so."""
    second_factor_within_s: int = 300
    """How long the second step of signing in may come after the first."""
    passkeys_most: int = 20
    """Passkeys of one account."""
    passkey_within_s: int = 300
    """How long somebody may take over their device's own question before what it signs counts no more."""
    confirm_within_s: int = 900
    """How long after somebody gave their password dangerous acts are open in that session."""
    gate_danger_days: int = 1
    """How long crisis help stays on top of the page after somebody said that they or someone else are in danger."""
    argon2_at_once: int = 2
    close_days: int = 30
    """How long whoever closed their account can come back to it; then it is erased (SPEC A12)."""
    notes_most: int = 500
    """Notes that one account keeps for itself."""
    export_hours: int = 48
    """How long a copy of one's own data lies ready."""
    linked_erase_spread_s: int = 3600
    """Within what time after the first of two linked accounts the second is erased, so that nobody sees the two go together."""
    departures_every_s: float = 2.0
    departure_lease_s: int = 60
    """How often it is looked who is to be erased, and how long a process that erases somebody has to go on before another one may."""
    clearance_max_days: int = 1096
    """How far ahead the end of a listener's clearance for both ages may lie: then the background is checked again (SPEC B4)."""
    name_words_most: int = 2000
    """How many words of their own staff may have in each list of those that no name may hold."""
    agreement_ahead_days: int = 366
    """How far ahead the day may lie from which a new version of an agreement is asked for."""
    vetting_remind_days: int = 30
    """How long before its end a licence or a background check reminds its holder and staff."""
    bulk_most: int = 200
    """People of one act of staff on many at once."""
    bulk_plan_minutes: int = 15
    """How long the preview of such an act can be carried out."""
    bulk_undo_hours: int = 24
    """How long it can be undone."""
    bulk_lease_s: int = 30
    """How soon another worker goes on where one has died."""
    idempotency_hours: int = 24
    """How long a request of staff that was sent under an Idempotency-Key gives the same answer again."""
    expiry_every_s: float = 1.0
    """How soon after its end a clearance's chats and rooms are closed. (Nothing new begins from the very moment of its end.)"""

    mail_host: str = ""
    mail_port: int = 587
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    """How letters get to the mail server. `none` is for one on this very machine."""
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = ""
    """The mail server, and whose name letters are in. Without a host the site sends no mail, and its pages ask for no address."""
    mail_every_s: float = 1.0
    mail_at_once: int = 20
    mail_timeout_s: float = 20.0
    mail_lease_s: int = 600
    """How long whoever takes letters to send them has for it; then they are taken again. Longer than `mail_at_once` letters can take."""
    mail_retry_first_s: int = 30
    mail_retry_most_s: int = 3600
    mail_give_up_hours: int = 48
    """After how long a letter that could not be sent is tried again (twice as long each time, up to the most), and when it is given up."""
    consent: tuple[str, ...] = ("*=double-link",)
    """How an age and a parent's consent are established, by country (SPEC B3): `double-link` or `none`, `*` for every country not named."""
    consent_link_days: int = 7
    """How long a parent has to answer each of the two letters."""
    consent_second_after_s: int = 86_400
    """How long after the first yes the second letter goes: time to think, and to notice an answer that was not one's own."""
    consent_most_asks: int = 3
    consent_most_letters: int = 5
    consent_window_days: int = 30
    """How often one young person asks a parent, and how often one letter box is asked by anybody, within so many days."""
    email_confirm_hours: int = 48
    """How long the link that confirms an address is good."""
    reset_minutes: int = 30
    """How long the link of a forgotten password is good (RELIABILITY, security list)."""

    request_hold_s: int = 120
    """How long a lost connection or a reload keeps the place in the queue (SPEC D2)."""
    claim_lease_s: int = 60
    """How long a listener who took a request has to enter the chat before it goes back at its old rank."""
    requeue_within_s: int = 1800
    """How long after a listener left the member may go back to the queue at the old rank."""
    max_blocks: int = 1000
    """How many people one account may have blocked: what is told in rooms is compared with each of them."""
    break_max_days: int = 366
    """How far ahead a listener's break may end by itself (SPEC A10)."""
    about_most: int = 1000
    """Characters of what somebody writes about themselves."""
    picture_bytes: int = 6_291_456
    """How long a file may be that is sent as a picture,"""
    picture_pixels: int = 30_000_000
    """and how many pixels it may have: four bytes of memory each while it is made small."""
    pictures_at_once: int = 1
    """Pictures that are made small at the same time."""
    figures_every_s: int = 86_400
    """How often listeners' stars and people helped are published anew: by the time nobody can tell who rated."""
    personal_ring_s: int = 60
    """How long a listener who is asked personally has to accept or decline (SPEC D3)."""
    personal_misses: int = 2
    """After so many personal requests missed in a row a listener is set to busy (SPEC D15)."""
    listener_grace_s: int = 20
    """How long a listener who lost the last connection still counts as connected (SPEC D4)."""
    left_keep_days: int = 14
    """How long a message that was left for a listener waits for an answer (SPEC D3)."""
    left_most_sent: int = 3
    left_most_waiting: int = 20
    """How many of them one person may have waiting, and how many may wait for one listener."""
    listeners_page: int = 20
    """Listeners on one page of those who can be asked personally."""
    severity_head_start_s: int = 21_600
    """How much waiting one class of severity counts as: nobody is overtaken by those who ask later than all of these together."""
    queue_check_every_s: int = 300
    """How often the index of the queue is compared with the table. 0: never by itself."""
    silence_ask_s: int = 180
    silence_offer_s: int = 300
    """How long a listener may leave somebody without an answer before they are asked, and before that person is offered another (SPEC D15)."""
    board_limit: int = 50
    board_every_ms: int = 250
    place_every_ms: int = 1000
    estimate_window_s: int = 1800
    listener_chats_first: int = 1
    listener_chats_later: int = 2
    listener_chats_experienced: int = 3
    """Chats at once per listener: for the first ten chats, after that, and after fifty (SPEC D15)."""

    change_within_s: int = 300
    """How long one's own message can be edited or taken back (SPEC D6)."""
    chat_keep_messages: int = 50
    chat_keep_days: int = 90
    room_keep_messages: int = 200
    room_keep_days: int = 7
    """What is kept of chats and rooms (SPEC B8)."""
    bot_unheard_s: int = 600
    """How long what somebody told Noni while waiting is kept once their request is closed without a listener. Else it is kept as long as their chats."""
    request_keep_days: int = 90
    """How long a request is kept after it was closed."""
    chat_trace_days: int = 366
    """How long after its end it is known who a chat was with; then it only counts, for its listener."""
    report_keep_days: int = 183
    """How long a report is kept with what was said before it (SPEC L14)."""
    concern_keep_days: int = 183
    """How long it is kept whom somebody looked after, from when that was over."""
    decision_keep_days: int = 366
    """How long warnings, removals and sanctions are kept after they have ended, with what was said against them; never less than `contest_days`."""
    history_page: int = 50
    retention_every_s: int = 600
    log_truncate_every_s: int = 1800
    """How long deleted text may still be in the write-ahead log."""
    max_pending_units: int = 4096
    """Changes and messages that wait for the database; beyond that the newest is refused, with when to come back."""
    standing_s: int = 60
    """How long somebody who was found free to write in a channel is not looked up again, unless something about it changes."""

    night_begins: int = 22
    night_ends: int = 7
    """Hours of a young person's own day between which nothing rings at them by itself."""
    guest_rooms: int = 6
    new_rooms: int = 12
    member_rooms: int = 40
    """Rooms that a guest, a new member and everybody else is in at once, over all of their connections."""
    trust_days: int = 7
    """An account is new for so long: less at once (SPEC A14);"""
    trust_reader_days: int = 1
    trust_reads: int = 3
    """or for this long only, if so many sections of a course were read and passed."""

    warn_fade_hours: int = 24
    warn_incident_s: int = 30
    warn_moderator_s: int = 60
    warn_mute_at: int = 2
    warn_remove_at: int = 3
    warn_ban_at: int = 5
    """The ladder of warnings (SPEC E6): how long one counts, within what time several moderators' warnings are one incident, how often one moderator
    may warn one person, and which count leads to what."""
    contest_days: int = 183
    """How long a decision can be contested (SPEC L2); the words that it rests on, removed messages included, are kept as long, and while somebody
    decides about a contest."""
    mute_hours: int = 1
    removal_hours: int = 24
    rooms_ban_days: int = 7
    """How long the steps of the ladder last (SPEC E6): mute, removal from the room, ban from rooms."""

    own_danger_messages: int = 20
    own_danger_hours: int = 24
    """How much of what somebody said last in a room is looked at, and how old it may be, before a moderator decides about them without naming
    a message: while it speaks of their own danger, the act has to name one (SPEC L12)."""

    room_slow_light_s: int = 10
    room_slow_firm_s: int = 30
    room_slow_strong_s: int = 120
    """What a moderator can choose as the least time between two messages of one person in a room (SPEC E6)."""
    room_short_min: int = 10
    room_medium_min: int = 60
    room_long_min: int = 1440
    """For how long a moderator can mute somebody in a room, remove them from it, or close it."""
    room_ban_short_days: int = 7
    room_ban_medium_days: int = 30
    room_ban_long_days: int = 180
    """For how long a moderator can ban somebody from a room."""
    room_most_pins: int = 3
    """Messages pinned in a room at once."""

    screening_window_messages: int = 6
    screening_window_bytes: int = 600
    screening_window_s: int = 600
    """How much of what somebody said last in a channel is read together with what they say now, and how old it may be."""
    screening_window_keys: int = 20_000
    """Writers in channels of whom that is remembered; beyond it those silent the longest are forgotten."""
    screening_counts_days: int = 90
    """How long the hits of screening rules are kept, per rule and day."""
    screening_counts_every_s: int = 60
    concern_joins_s: int = 1800
    """Signs of danger by one person in one place that come no further apart are one concern."""
    concern_again_s: int = 120
    """After how long without anybody who takes it all staff are called again for a concern, and again after as long (SPEC L13)."""

    big_room: int = 60
    """From so many people on, coming and going is told as a count alone (SPEC E9)."""
    presence_every_ms: int = 500
    linger_least_s: int = 20
    linger_most_s: int = 150
    """Whoever has two linked accounts is still seen in rooms, and among listeners, for a random time between these after going: so that nobody sees the one
    go as the other comes (SPEC A4)."""

    quiz_pass_percent: int = 80

    max_frame_bytes: int = 65_536
    max_fragments: int = 64
    max_head_bytes: int = 16_384
    unread_bytes: int = 1_048_576
    unread_s: float = 1.0
    """How much of a body that is refused is still read, and how long its answer waits for it, so that the connection can be used again."""
    reactor: Literal["native", "plain"] = "native"
    """Who owns the sockets: the one in Rust, or the reference in Python, which does the same more slowly."""
    head_timeout_s: float = 5.0
    handshake_timeout_s: float = 5.0
    frame_timeout_s: float = 20.0
    """How long a client may take over one frame, or one message in fragments."""
    send_timeout_s: float = 10.0
    close_timeout_s: float = 3.0
    heartbeat_s: float = 25.0
    pong_timeout_s: float = 20.0
    """Heartbeat and timeout together are the 45 s within which a dead connection is noticed."""
    outbox_bytes: int = 1_048_576
    outbox_frames: int = 4096
    lazy_ms: float = 20.0
    """How long receipts, presence and typing wait for a message to ride with, at least;"""
    lazy_us_each: float = 200.0
    """for each who gets them: telling many costs as much more, so what goes alone takes the same small share of a core in a room of any size;"""
    lazy_most_ms: float = 100.0
    """and at most: more would be seen."""
    io_uring: bool = True
    """Whether many sockets are written with one system call where the system has io_uring and allows it. Off changes nothing but the cost."""
    coalesce_ms: float = 5.0
    """How long a busy loop holds anything back at most, so that more travels in one write. An idle one holds nothing back."""
    inbox_frames: int = 16
    """Frames of one connection that wait while one of them is worked on; then reading from it pauses."""
    resume_s: int = 120
    """How long after the end of a connection its ticket signs in."""
    reconnects_per_s: int = 500
    """How many clients a stopping server sends to the next one each second."""
    full_lag_s: float = 1.0
    busy_lag_s: float = 0.1
    """How late the loop may be: beyond `full`, new connections are refused; beyond `busy`, typing is left out."""
    behind_s: float = 0.05
    """How long more may come in than the loop can take: beyond it, what is written is refused until all that has come is read."""
    state_bytes: int = 262_144
    """A channel's first state holds no more than this; older messages are read a page at a time. Well below `outbox_bytes`."""
    max_connections: int = 20_000
    max_connections_per_person: int = 20
    max_connections_per_address: int = 512
    """Open sockets of one address, known proxies excepted."""
    control_frames_burst: int = 60
    control_frames_per_s: int = 10
    """Pings and pongs a client may send; a flood of them is closed with 1008."""
    max_channels_per_connection: int = 50
    drain_s: float = 10.0
    drain_notice_s: float = 0.0
    """For how long a process that is told to stop says that it is not ready, before its port closes. For balancers in front of several."""

    pace_frames_burst: int = 60
    pace_frames_period_ms: int = 100
    pace_refusals_burst: int = 100
    pace_refusals_period_ms: int = 1000
    """Frames that cannot be read or come above the pace, per connection; beyond that it is closed as a flood."""
    pace_guest_changes_burst: int = 40
    pace_guest_changes_period_ms: int = 500
    pace_changes_burst: int = 60
    pace_changes_period_ms: int = 250
    """Changing REST requests per session, and frames that change something for which there is no limit of its own."""
    pace_address_changes_burst: int = 600
    pace_address_changes_period_ms: int = 50
    """The same per address, of all who have no session, or one that was not seen here lately: a cookie can be made up. A school or a carrier can be one address."""
    pace_guest_message_burst: int = 5
    pace_guest_message_period_ms: int = 3000
    pace_new_message_burst: int = 6
    pace_new_message_period_ms: int = 2000
    pace_member_message_burst: int = 8
    pace_member_message_period_ms: int = 1500
    pace_staff_message_burst: int = 20
    pace_staff_message_period_ms: int = 500
    pace_guest_chat_message_burst: int = 15
    pace_guest_chat_message_period_ms: int = 700
    pace_chat_message_burst: int = 20
    pace_chat_message_period_ms: int = 500
    pace_room_message_burst: int = 60
    pace_room_message_period_ms: int = 100
    pace_guest_enter_burst: int = 12
    pace_guest_enter_period_ms: int = 3000
    pace_new_enter_burst: int = 20
    pace_new_enter_period_ms: int = 2000
    pace_enter_burst: int = 60
    pace_enter_period_ms: int = 500
    """Rooms entered. Coming back to a room one was in a moment ago counts, too: a reconnect enters them all again."""
    pace_guest_typing_burst: int = 4
    pace_guest_typing_period_ms: int = 1500
    pace_typing_burst: int = 5
    pace_typing_period_ms: int = 1000
    pace_guest_mark_burst: int = 20
    pace_guest_mark_period_ms: int = 500
    pace_mark_burst: int = 40
    pace_mark_period_ms: int = 250
    """Delivered and read marks. Beyond it a mark is told later, with those that came meanwhile."""
    pace_guest_block_burst: int = 10
    pace_guest_block_period_ms: int = 10_000
    pace_block_burst: int = 30
    pace_block_period_ms: int = 3000
    """People blocked: wide, since it protects. Taking a block back counts as any change does."""
    pace_guest_request_burst: int = 4
    pace_guest_request_period_ms: int = 30_000
    pace_new_request_burst: int = 5
    pace_new_request_period_ms: int = 25_000
    pace_request_burst: int = 6
    pace_request_period_ms: int = 20_000
    pace_guest_bot_answer_burst: int = 12
    pace_guest_bot_answer_period_ms: int = 5000
    pace_bot_answer_burst: int = 20
    pace_bot_answer_period_ms: int = 3000
    """Answers to Noni, changed ones too. There are four questions."""
    pace_guest_personal_burst: int = 3
    pace_guest_personal_period_ms: int = 60_000
    pace_new_personal_burst: int = 4
    pace_new_personal_period_ms: int = 45_000
    pace_personal_burst: int = 6
    pace_personal_period_ms: int = 30_000
    """Particular listeners asked. The general queue stays open to whoever has used this up."""
    pace_guest_leave_message_burst: int = 2
    pace_guest_leave_message_period_ms: int = 600_000
    pace_new_leave_message_burst: int = 3
    pace_new_leave_message_period_ms: int = 300_000
    pace_leave_message_burst: int = 5
    pace_leave_message_period_ms: int = 120_000
    """Messages left for listeners."""
    pace_guest_create_burst: int = 30
    pace_guest_create_period_ms: int = 10_000
    pace_guest_create_all_burst: int = 5000
    pace_guest_create_all_period_ms: int = 10
    pace_sign_in_account_burst: int = 100
    pace_sign_in_account_period_ms: int = 10_000
    """Whoever tries. Wide, and so for recovery: with a narrow one, one stranger could keep anybody out by trying their name again and again."""
    pace_sign_in_account_here_burst: int = 8
    pace_sign_in_account_here_period_ms: int = 60_000
    """From one address."""
    pace_sign_in_address_burst: int = 40
    pace_sign_in_address_period_ms: int = 10_000
    pace_sign_in_all_burst: int = 600
    pace_sign_in_all_period_ms: int = 25
    """Of everybody together: about as many as two processors can check. So are the other three that end in `all`."""
    pace_recover_account_burst: int = 60
    pace_recover_account_period_ms: int = 10_000
    pace_recover_account_here_burst: int = 5
    pace_recover_account_here_period_ms: int = 120_000
    pace_recover_address_burst: int = 20
    pace_recover_address_period_ms: int = 30_000
    pace_recover_all_burst: int = 200
    pace_recover_all_period_ms: int = 100
    pace_recover_letter_burst: int = 3
    pace_recover_letter_period_ms: int = 1_200_000
    """Letters for a forgotten password: to one account, and for one name or address that somebody typed."""
    pace_recover_letter_address_burst: int = 10
    pace_recover_letter_address_period_ms: int = 120_000
    pace_recover_letter_all_burst: int = 200
    pace_recover_letter_all_period_ms: int = 500
    pace_consent_address_burst: int = 10
    pace_consent_address_period_ms: int = 600_000
    pace_consent_all_burst: int = 200
    pace_consent_all_period_ms: int = 500
    """Parents asked, from one (internet) address and in all. By person and by parent they are counted in the table: `consent_most_asks`."""
    pace_email_burst: int = 4
    pace_email_period_ms: int = 3_600_000
    """Addresses that one account tries to confirm."""
    pace_email_to_burst: int = 3
    pace_email_to_period_ms: int = 7_200_000
    """Letters of any kind to one letter box that somebody here has named: nobody is flooded through this site."""
    pace_notice_burst: int = 3
    pace_notice_period_ms: int = 21_600_000
    """Letters to one person that something of one kind changed about what protects the account."""
    pace_odd_notice_burst: int = 1
    pace_odd_notice_period_ms: int = 86_400_000
    """Letters to one person about a sign-in from a new browser, and about tries that failed: of each kind once in the window."""
    pace_failed_tries_burst: int = 10
    pace_failed_tries_period_ms: int = 600_000
    """Wrong passwords and codes for one name; whoever's it is is told of what goes beyond."""
    pace_second_factor_burst: int = 5
    pace_second_factor_period_ms: int = 300_000
    """Codes tried for one account: at one in five minutes a guesser of six digits is right after years."""
    pace_passkey_address_burst: int = 40
    pace_passkey_address_period_ms: int = 10_000
    """Sign-ins begun by passkey, for which something is written down before anybody is known."""
    pace_passkey_all_burst: int = 600
    pace_passkey_all_period_ms: int = 25
    pace_confirm_burst: int = 8
    pace_confirm_period_ms: int = 60_000
    """Tries of one's own password while signed in."""
    pace_guest_export_burst: int = 2
    pace_guest_export_period_ms: int = 43_200_000
    pace_export_burst: int = 3
    pace_export_period_ms: int = 28_800_000
    """Copies of one's own data."""
    pace_sign_up_burst: int = 10
    pace_sign_up_period_ms: int = 60_000
    pace_sign_up_all_burst: int = 1000
    pace_sign_up_all_period_ms: int = 50
    pace_apply_burst: int = 3
    pace_apply_period_ms: int = 86_400_000
    """Applications for a check or with a licence, over which staff bend."""
    pace_picture_burst: int = 5
    pace_picture_period_ms: int = 600_000
    pace_about_burst: int = 10
    pace_about_period_ms: int = 60_000
    """Pictures sent, and words about oneself changed."""
    pace_referral_address_burst: int = 5
    pace_referral_address_period_ms: int = 3_600_000
    """People counted as having come by a link, from one address. Beyond it they sign up all the same, and nobody is told."""
    pace_referral_owner_burst: int = 30
    pace_referral_owner_period_ms: int = 600_000
    pace_guest_report_burst: int = 5
    pace_guest_report_period_ms: int = 120_000
    pace_report_burst: int = 10
    pace_report_period_ms: int = 60_000
    pace_guest_attempt_burst: int = 12
    pace_guest_attempt_period_ms: int = 15_000
    pace_attempt_burst: int = 20
    pace_attempt_period_ms: int = 10_000
    pace_act_remove_message_burst: int = 30
    pace_act_remove_message_period_ms: int = 2000
    pace_act_warn_burst: int = 15
    pace_act_warn_period_ms: int = 4000
    pace_act_mute_burst: int = 15
    pace_act_mute_period_ms: int = 4000
    pace_act_remove_burst: int = 15
    pace_act_remove_period_ms: int = 4000
    pace_act_ban_burst: int = 10
    pace_act_ban_period_ms: int = 15_000
    pace_act_lift_burst: int = 30
    pace_act_lift_period_ms: int = 2000
    pace_act_set_room_burst: int = 20
    pace_act_set_room_period_ms: int = 3000
    pace_act_pin_burst: int = 20
    pace_act_pin_period_ms: int = 3000
    pace_act_site_ban_burst: int = 10
    pace_act_site_ban_period_ms: int = 30_000
    pace_act_bulk_burst: int = 4
    pace_act_bulk_period_ms: int = 900_000
    """Acts of one moderator. Generous for a bad hour, but an account in the wrong hands cannot put a whole site away in a minute."""

    def allowed_origins(self) -> tuple[str, ...]:
        return self.origins or (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")

    def linger_ms(self) -> int:
        """For how long somebody with two linked accounts is still seen: another time each time."""
        least, most = self.linger_least_s * 1000, max(self.linger_least_s, self.linger_most_s) * 1000
        return least + secrets.randbelow(most - least + 1)

    def passkey_origins(self) -> tuple[str, ...]:
        """The origins at which a passkey of this installation is good, exactly: those of the first one's host. None where browsers allow no passkeys."""
        host = self.passkey_host()
        found = (origin for origin in self.allowed_origins() if urlsplit(origin).hostname == host)
        return tuple(origin for origin in found if origin.startswith("https://") or host == "localhost")

    def passkey_host(self) -> str:
        """What passkeys are bound to, for good: the host name of the first origin."""
        return urlsplit(self.allowed_origins()[0]).hostname or ""

    def secure(self) -> bool:
        """Whether every origin is https: then cookies are `__Host-` and Secure."""
        return all(origin.startswith("https://") for origin in self.allowed_origins())

    def session_cookie(self) -> str:
        """`__Host-` binds the cookie to this very host; browsers take it over https only."""
        return "__Host-cups" if self.secure() else "cups"

    def csrf_cookie(self) -> str:
        """Bound to this very host as well, so that no neighbour under the same domain can put one of its own there."""
        return "__Host-cups-csrf" if self.secure() else "cups-csrf"

    def data_path(self) -> Path:
        return Path(self.data_dir)

    def erased_path(self) -> Path:
        return Path(self.erased_list) if self.erased_list else self.data_path() / "erased"

    def backup_key_path(self) -> Path:
        return Path(self.backup_key) if self.backup_key else self.data_path() / "backup-key"

    def restoring_path(self) -> Path:
        """Is there while a restore is not finished."""
        return self.data_path() / "restoring"

    def backup_days(self) -> int:
        """No backup is kept for longer."""
        return max(self.backup_daily, 7 * self.backup_weekly, 1)

    def erased_days(self) -> int:
        """How long it is listed who was erased: longer than any backup, since those are removed when the next one is made."""
        return self.backup_days() + 7


def load(environ: Mapping[str, str] = os.environ, **overrides: object) -> Settings:
    """Settings from the environment. A variable CUPS_… that names no setting, or a value of the wrong type, is a ValueError that says so."""
    values: dict[str, object] = {}
    fields = {f.name: f for f in msgspec.structs.fields(Settings)}
    for key, text in environ.items():
        if not key.startswith("CUPS_"):
            continue
        name = key.removeprefix("CUPS_").lower()
        if name in ("web_dir", "course_corpus", "secret", "admin_password"):
            continue
        if name not in fields:
            raise ValueError(f"{key} names no setting; docs/operating.md lists them")
        values[name] = (
            [part.strip() for part in text.split(",") if part.strip()]
            if name in ("origins", "trusted_proxies", "consent")
            else text
        )
    values.update({k: v for k, v in overrides.items() if v is not None})
    try:
        found = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"a setting does not fit: {error}") from error
    if problem := _database_problem(found) or _mail_problem(found) or _backup_problem(found):
        raise ValueError(problem)
    return found


def _database_problem(settings: Settings) -> str:
    scheme = urlsplit(settings.database).scheme
    return "" if scheme in ("", "postgresql") else "CUPS_DATABASE has to be like postgresql://user@host/name, or empty"


def _backup_problem(settings: Settings) -> str:
    fits = settings.backup_daily >= 1 and settings.backup_weekly >= 0
    return "" if fits else "CUPS_BACKUP_DAILY has to be 1 or more, CUPS_BACKUP_WEEKLY 0 or more"


def _mail_problem(settings: Settings) -> str:
    if not settings.mail_host:
        return ""
    if "@" not in settings.mail_from:
        return "CUPS_MAIL_HOST is set: CUPS_MAIL_FROM has to say from which address letters come"
    if settings.mail_security == "none" and settings.mail_host not in ("localhost", "127.0.0.1", "::1"):
        return "CUPS_MAIL_SECURITY=none is for a mail server on this machine: letters hold links that open accounts"
    return ""
