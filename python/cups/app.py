"""The composition root: makes the parts, connects who announces with who wants to know, and runs them until told to stop."""

import contextlib
import fcntl
import resource
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Literal

import structlog
import trio
from sqlalchemy import Connection

from cups import secret, steady, words
from cups._core import Reactor as NativeReactor
from cups.accounts import agreements, name_words, passkey_queries, passwords, session_queries
from cups.accounts import queries as account_queries
from cups.accounts.authenticators import Authenticators
from cups.accounts.emails import Emails
from cups.accounts.happenings import HappeningList
from cups.accounts.joining import Joining
from cups.accounts.letters import RecoveryLetters
from cups.accounts.nights import Nights
from cups.accounts.passkey_sign_in import PasskeySignIn
from cups.accounts.passkeys import Passkeys
from cups.accounts.passwords import Passwords
from cups.accounts.recovery import Recovery, RecoveryCodes
from cups.accounts.referrals import Referrals
from cups.accounts.safety import Safety
from cups.accounts.second_factor import SecondFactor
from cups.accounts.service import Accounts
from cups.accounts.sessions import SessionList
from cups.accounts.ways import ways
from cups.bots import queries as bot_queries
from cups.bots.service import Bots
from cups.chats.service import Chats
from cups.clock import Clock, SystemClock
from cups.consent.service import Consents
from cups.courses import queries as course_queries
from cups.courses.service import Courses
from cups.crisis import helplines
from cups.errors import Refused
from cups.gateway.arrivals import Arrivals
from cups.gateway.channels import Channels
from cups.gateway.head import refusal
from cups.gateway.hub import Hub
from cups.gateway.leaving import leaving
from cups.gateway.live import Live
from cups.gateway.load import Load
from cups.gateway.reactor import Reactor, make_reactor
from cups.gateway.ringing import Ringing
from cups.gateway.server import Server
from cups.gateway.tickets import Tickets
from cups.gateway.turns import Turns, settle
from cups.gateway.waiting import Waiting
from cups.health import Health, answered
from cups.keyring import Keyring
from cups.limits.live import Limits
from cups.mail.catching import TrialMail
from cups.mail.service import Mail
from cups.messages import queries as message_queries
from cups.messages.lane import make_lane
from cups.messages.saying import Sayings
from cups.metrics.watched import Watched
from cups.moderation import audit
from cups.moderation import queries as moderation_queries
from cups.moderation.danger import speaks_of_own_danger
from cups.moderation.guard import Guard
from cups.moderation.hosting import Hosting
from cups.moderation.sanctions import Sanctions
from cups.moderation.service import Moderation
from cups.moderation.standing import Standings
from cups.news import (
    AccountChanged,
    AgreementPublished,
    BlocksChanged,
    BotTold,
    ChatChanged,
    ChatOpened,
    ConcernRaised,
    ConcernTaken,
    ConcernWaits,
    DecisionTaken,
    LimitsChanged,
    LimitsSpent,
    LocalBus,
    MarkMoved,
    MessageChanged,
    MessagePinned,
    MessageSaid,
    MessagesExpired,
    MessagesSaid,
    MessageUnpinned,
    NameWordChanged,
    RequestClosed,
    RequestHeld,
    RequestOpened,
    RequestRings,
    RoomChanged,
    Sanctioned,
    SessionsEnded,
    WarningGiven,
)
from cups.nodes import hints
from cups.nodes.site import Site
from cups.notes.service import NoteBook
from cups.privacy.erased import ErasedList
from cups.privacy.erasing import Erasing
from cups.privacy.exporting import Exporting
from cups.privacy.leaving import Leaving
from cups.privacy.retention import Retention
from cups.profiles.browsing import Browsing
from cups.profiles.directory import FILL_PAUSE_S, ListenerDirectory
from cups.profiles.own import OwnProfiles
from cups.profiles.service import Profiles
from cups.requests.here import Here
from cups.requests.keeping import Keeping
from cups.requests.left import Left
from cups.requests.personal import Personal
from cups.requests.service import Requests
from cups.requests.statistics import QueueFigures
from cups.requests.taking import Taking
from cups.rooms.service import Rooms
from cups.screening import queries as screening_queries
from cups.screening.declared import GateCalls
from cups.screening.door import Screen
from cups.sealed import Sealer
from cups.settings import Settings
from cups.staff import once
from cups.staff.ages import Ages
from cups.staff.agreements import AgreementDesk
from cups.staff.auditing import AuditDesk
from cups.staff.bulk import BulkDesk
from cups.staff.bulk_acts import acts as bulk_acts
from cups.staff.bulk_job import BulkJob
from cups.staff.cursors import Cursors
from cups.staff.deeds import Deeds
from cups.staff.directory import Directory
from cups.staff.limits import LimitsDesk
from cups.staff.once import OnceDatabase
from cups.staff.profiles import ProfileStaff
from cups.staff.reviews import ReviewDesk
from cups.staff.screening import ScreeningStaff
from cups.staff.service import Staff
from cups.staff.vetting import VettingStaff
from cups.staff.words import WordsDesk
from cups.store import opening
from cups.store.database import Unit
from cups.store.schema import Record
from cups.tracing import Traces
from cups.vetting.service import Vettings

log = structlog.get_logger()
HOUR, DAY = 3_600_000, 86_400_000
BULK_LOOK_S = 0.5
"""How soon an act on many people is begun."""
RING_LOOK_S = 0.5
"""How soon after its end a personal request that had no answer is closed."""
LEAVE_S = 3
"""How long a process that ends takes to give back what it holds."""
REBUILT_MOST = 5
"""How often what changes now and then is read again at start, because other processes go on changing it."""
HOUSE_WORK = ("holds", "rings", "bulk", "retention", "expiry", "mail", "directory", "figures", "calls")
"""What one process of a site does for all."""
Role = Literal["all", "gateway", "api", "worker"]
"""What a process is there for: sockets, pages and REST, the house's work, or all of it."""
PROCESS: dict[Role, str] = {"all": "serve", "gateway": "gateway", "api": "api", "worker": "worker"}
"""What a process of each role is called in logs and traces."""
BACKLOG = 4096
"""Connections that the system holds until they are accepted: a storm of reconnects must fit."""


def reactor(settings: Settings) -> Reactor:
    """Whoever owns the sockets, with the limits as set."""
    s = settings
    return make_reactor(
        s.reactor,
        max_head_bytes=s.max_head_bytes,
        max_frame_bytes=s.max_frame_bytes,
        max_fragments=s.max_fragments,
        max_connections=s.max_connections,
        max_connections_per_address=s.max_connections_per_address,
        exempt_addresses=list(s.trusted_proxies),
        control_frames_burst=s.control_frames_burst,
        control_frames_per_s=s.control_frames_per_s,
        head_timeout_s=s.head_timeout_s,
        frame_timeout_s=s.frame_timeout_s,
        heartbeat_s=s.heartbeat_s,
        pong_timeout_s=s.pong_timeout_s,
        send_timeout_s=s.send_timeout_s,
        close_timeout_s=s.close_timeout_s,
        outbox_bytes=s.outbox_bytes,
        outbox_frames=s.outbox_frames,
        lazy_ms=s.lazy_ms,
        lazy_us_each=s.lazy_us_each,
        lazy_most_ms=s.lazy_most_ms,
        coalesce_ms=s.coalesce_ms,
        ring=s.io_uring,
        busy_answer=refusal(Refused("busy-try-later")),
        head_answer=refusal(Refused("head-too-large")),
    )


class Cups:
    """Everything one process runs, made but not yet started."""

    def __init__(self, settings: Settings, jobs: trio.Nursery, clock: Clock | None = None, role: Role = "all") -> None:
        self.settings = settings
        self._jobs = jobs
        self.clock = clock or SystemClock()
        self.bus = LocalBus()
        self.ways = ways(settings.consent)
        policy = {
            account_queries.STAFF_SECOND_FACTOR: settings.staff_second_factor,
            account_queries.TEEN_CONSENT: self.ways.any_waits,
        }
        self.role = role
        self.db = opening.open_database(settings, self.bus, self.clock, policy)
        self.site = Site(settings, self.db, role, HOUSE_WORK if role in ("all", "worker") else ())
        self.limits = Limits(settings)
        self.pace = self.limits.pace
        hasher = Passwords(settings.argon2_at_once)
        sealer = Sealer(secret.key(settings, "sealed"))
        self.mail = Mail(self.db, self.clock, settings, sealer)
        self.happenings = HappeningList(self.db, self.clock, settings, self.limits, self.mail, sealer)
        self.sessions = SessionList(self.db, self.clock, settings, self.happenings)
        self.accounts = Accounts(self.db, self.clock, settings, self.limits, hasher, self.sessions)
        apps = Authenticators(secret.key(settings, "second-factor"), self.clock)
        self.safety = Safety(self.db, self.clock, settings, self.limits, hasher, self.sessions, apps)
        codes = RecoveryCodes(secret.key(settings, "recovery"), self.clock)
        self.recovery = Recovery(self.db, self.clock, self.limits, hasher, codes, self.safety)
        self.second_factor = SecondFactor(
            self.db, self.clock, settings, self.limits, self.accounts, apps, codes, self.safety
        )
        self.trial_mail = TrialMail()
        self.emails = Emails(
            self.db,
            self.clock,
            settings,
            self.limits,
            self.safety,
            self.mail,
            secret=secret.key(settings, "email"),
            sealer=sealer,
        )
        self.recovery_letters = RecoveryLetters(
            self.db, self.clock, settings, self.limits, hasher, self.emails, self.mail, self.happenings
        )
        self.joining = Joining(self.db, self.clock, self.limits, self.accounts, hasher, codes, self.emails, self.ways)
        self.passkeys = Passkeys(
            self.db,
            self.clock,
            settings,
            self.sessions,
            codes,
            self.safety,
            secret.key(settings, "passkey"),
        )
        self.passkey_sign_in = PasskeySignIn(
            self.db, self.clock, settings, self.limits, self.accounts, self.passkeys, self.safety
        )
        self.referrals = Referrals(self.db, self.clock, settings, self.limits)
        self.screen = Screen(self.db, self.clock, settings)
        self.chats = Chats(self.db, self.clock, settings, self.limits, self.screen)
        self.requests = Requests(self.db, self.clock, settings, self.limits, self.chats)
        self.taking = Taking(self.db, self.clock, settings, self.chats, self.requests)
        self.bots = Bots(self.db, self.clock, settings, self.limits, self.screen, self.chats)
        self.here = Here(self.clock, self.limits, settings.linger_ms)
        self.nights = Nights(self.db, self.clock, settings)
        self.personal = Personal(
            self.db, self.clock, settings, self.limits, self.chats, self.requests, self.taking, self.here, self.nights
        )
        self.listener_directory = ListenerDirectory(self.db, self.clock)
        self.browsing = Browsing(self.db, self.clock, settings, self.personal, self.here, self.listener_directory)
        self.left = Left(
            self.db, self.clock, settings, self.limits, self.screen, self.chats, self.requests, self.taking
        )
        self.accounts.left = self.left.count
        self.profiles = Profiles(self.db, self.clock, settings, self.limits, self.personal, self.here)
        self.profiles.on_figures = lambda unit, account: self.listener_directory.place(unit.conn, account)
        self.own_profiles = OwnProfiles(self.db, self.clock, settings, self.limits, self.screen)
        self.keeping = Keeping(self.db, self.clock, settings, self.requests)
        self.figures = QueueFigures(self.clock, self.requests.line, self.keeping)
        self.rooms = Rooms(self.db, self.clock, settings, self.limits, self.screen)
        self.guard = Guard(self.clock, self.limits, self.rooms)
        self.moderation = Moderation(self.db, self.clock, self.limits, self.guard)
        self.hosting = Hosting(self.db, self.clock, self.limits, self.guard)
        acts = OnceDatabase(self.db, self.clock)
        self.sanctions = Sanctions(acts, self.clock, self.limits, self.guard)
        self.standings = Standings(acts, self.clock, self.limits)
        self.courses = Courses(self.db, self.clock, settings, self.limits)
        cursors = Cursors(secret.key(settings, "cursor"))
        deeds = Deeds(self.chats, self.requests)
        self.staff = Staff(acts, self.clock, self.limits, self.rooms, deeds, self.safety)
        self.ages = Ages(acts, self.clock, settings, deeds, self.requests, self.safety)
        self.limits_desk = LimitsDesk(acts, self.clock, self.limits, self.safety)
        self.directory = Directory(self.db, self.clock, self.limits, cursors)
        self.auditing = AuditDesk(self.db, self.clock, cursors)
        many = bulk_acts(deeds, lambda text: self.guard.own_danger(text))
        self.bulk = BulkDesk(
            acts, self.clock, settings, self.limits, self.safety, many, lambda text: self.guard.own_danger(text)
        )
        self.vettings = Vettings(self.db, self.clock, settings, self.limits)
        self.vettings.screen_about = self.screen.therapist
        self.vetting_staff = VettingStaff(acts, self.clock, settings, self.vettings, self.safety)
        self.words_desk = WordsDesk(acts, self.clock, settings)
        self.agreement_desk = AgreementDesk(acts, self.clock, settings, self.safety)
        self.bulk_job = BulkJob(self.db, self.clock, settings, many)
        self.consents = Consents(
            self.db,
            self.clock,
            settings,
            self.limits,
            self.emails,
            self.mail,
            sealer,
            secret=secret.key(settings, "consent"),
            end_rights=self._end_rights,
        )
        self.hub = Hub(reactor(settings))
        lane = make_lane(self.pace, self.screen.core) if isinstance(self.hub.reactor, NativeReactor) else None
        if lane is not None:
            self.hub.use(lane)
        self.sayings = Sayings(
            self.db,
            self.clock,
            settings,
            self.limits,
            {"room": self.rooms.check_writer, "chat": self.chats.check_writer},
            self.screen,
            lane,
        )
        self.screening_staff = ScreeningStaff(acts, self.clock, self.screen)
        self.erased = ErasedList.at(settings.erased_path(), self.clock.now())
        self.leaving = Leaving(self.db, self.clock, settings, self.safety, self.chats, self.requests, self.erased)
        self.erasing = Erasing(self.db, self.clock, settings, self.leaving, self.screen, self.erased)
        self.keys = Keyring(settings)
        self.notes = NoteBook(self.db, self.clock, settings, self.keys, self.chats)
        self.exporting = Exporting(self.db, self.clock, settings, self.limits, self.safety)
        self.retention = Retention(self.db, self.clock, settings, self.limits)
        self.retention.others = [
            self.bots.expire,
            self.left.expire,
            self.moderation.forget_old,
            self.emails.expire,
            self.happenings.expire,
            self.consents.expire,
            self._end_halves,
        ]
        self.profile_staff = ProfileStaff(acts, self.clock)
        self.review_desk = ReviewDesk(acts, self.clock)
        self.arrivals = Arrivals(self.db, self.clock, self.accounts, self.chats, self.moderation, self.sanctions)
        self.tickets = Tickets(
            self.clock, secret.key(settings, "ticket"), resume_s=settings.resume_s, most=settings.max_connections
        )
        self.load = Load(
            self.clock,
            full_lag_s=settings.full_lag_s,
            busy_lag_s=settings.busy_lag_s,
            behind_s=settings.behind_s,
        )
        self.channels = Channels(
            self.hub,
            self.db,
            self.clock,
            settings,
            self.limits,
            self.chats,
            self.rooms,
            self.taking,
            self.sayings,
            self.arrivals,
            jobs,
        )
        self.waiting = Waiting(self.hub, self.clock, settings, self.requests, self.taking, self.site)
        self.ringing = Ringing(self.hub, self.personal, self.requests, self.here, self.site, jobs)
        self.live = Live(
            self.hub,
            self.db,
            self.clock,
            settings,
            self.pace,
            arrivals=self.arrivals,
            tickets=self.tickets,
            load=self.load,
            chats=self.chats,
            rooms=self.rooms,
            requests=self.requests,
            moderation=self.moderation,
            channels=self.channels,
            waiting=self.waiting,
            ringing=self.ringing,
            jobs=jobs,
        )
        self.watched = Watched(self.db, every_s=settings.watched_every_s)
        self.entrances: dict[str, str] = {}
        """Tokens of ready-made sign-in links and whose they are: empty unless the demo fills it."""
        self.figures.boards = self.waiting.boards.__len__
        self.rooms.is_present = self.channels.presence.is_here
        self.rooms.present = self.channels.presence.count
        self.sessions.connected = lambda: (one.visitor.token_hash for one in self.hub.everyone())
        self.safety.note = audit.note
        self.joining.screen_name = self.screen.name
        self.joining.on_signed_up = self.referrals.credit
        self.joining.on_danger = GateCalls(self.clock, settings).call
        self.guard.screen_words = self.screen.words
        self.vetting_staff.screen_words = self.screen.words
        self.bulk.screen_words = self.staff.screen_words = self.profile_staff.screen_words = (
            self.standings.screen_words
        ) = self.screen.words
        self.guard.own_danger = lambda text: self.screen.own_danger(text) or speaks_of_own_danger(text)
        self.staff.own_danger = self.guard.own_danger
        self.guard.worried = screening_queries.worried_about
        self.screen.lately = _lately
        self.requests.on_again = self.bots.carry_on
        self.accounts.on_block = self.chats.part
        self.accounts.on_status = self.personal.recheck
        self.sessions.on_start = self.leaving.came_back
        self.sessions.on_way_in = self._note_way_in
        self.leaving.on_leave = self.personal.recheck
        self.leaving.wake = self.erasing.wake
        self.exporting.wake = self.erasing.wake
        self.exporting.extra["notes"] = self.notes.copy
        self.erasing.copies = self.exporting.look
        self.limits.reads = course_queries.sections_passed
        self.accounts.unseen = lambda conn, id: moderation_queries.count_unseen(
            conn, account_queries.personas(conn, id)
        )
        self._connect()
        self._connect_site()

    def _connect(self) -> None:
        """Who hears what. The queue's index follows before anyone is told."""
        on = self.bus.subscribe
        for kind in (AccountChanged, Sanctioned, SessionsEnded, WarningGiven, DecisionTaken, ChatOpened, ChatChanged):
            on(kind, self.live.touch)
        on(AccountChanged, self.browsing.forget)
        on(LimitsChanged, self.limits.changed)
        on(SessionsEnded, self.sessions.forget)
        on(NameWordChanged, name_words.heard)
        on(AgreementPublished, agreements.heard)
        on(AgreementPublished, self.live.agreement_published)
        on(RequestOpened, self.requests.line.opened)
        on(RequestHeld, self.requests.line.gone)
        on(RequestClosed, self.requests.line.gone)
        on(RequestRings, self.personal.rings.rings)
        on(RequestHeld, self.personal.rings.over)
        on(RequestClosed, self.personal.rings.over)
        on(RequestOpened, self.waiting.opened)
        on(RequestRings, self.ringing.rings)
        on(RequestHeld, self.ringing.held)
        on(RequestClosed, self.ringing.closed)
        on(RequestHeld, self.live.request_news)
        on(RequestClosed, self.live.request_news)
        on(ChatOpened, self.chats.silences.opened)
        on(ChatChanged, self.chats.silences.changed)
        on(MessageSaid, self.chats.silences.said)
        on(MessageSaid, self.channels.said)
        on(MessagesSaid, self.chats.silences.many_said)
        on(MessagesSaid, self.channels.many_said)
        on(MessageChanged, self.channels.changed)
        on(MessagePinned, self.channels.pinned)
        on(MessageUnpinned, self.channels.unpinned)
        on(MarkMoved, self.channels.marked)
        on(MessagesExpired, self.channels.expired)
        on(ChatChanged, self.channels.chat_ended)
        on(Sanctioned, self.channels.rights_changed)
        on(BlocksChanged, self.channels.blocks_changed)
        on(AccountChanged, self.channels.rights_changed)
        on(RoomChanged, self.channels.rights_changed)
        on(BotTold, self.live.bot_told)
        on(ChatOpened, self.live.chat_news)
        on(ChatChanged, self.live.chat_news)
        on(WarningGiven, self.live.warned)
        on(DecisionTaken, self.live.decided)
        on(Sanctioned, self.live.sanctioned)
        on(Sanctioned, self._look_at_rings)
        on(AccountChanged, self._look_at_rings)
        on(SessionsEnded, self.live.sessions_ended)
        on(AccountChanged, self.live.account_changed)
        on(RoomChanged, self.live.room_changed)
        on(ConcernRaised, self.live.concern_raised)
        on(ConcernWaits, self.live.concern_waits)
        on(ConcernTaken, self.live.concern_taken)

    def _connect_site(self) -> None:
        """What the processes of one site tell each other of the moment."""
        site, presence = self.site, self.channels.presence
        presence.on_own = site.in_room
        site.elsewhere.entered = lambda one: presence.enter(one.channel, one.account, one.person, elsewhere=True)
        site.elsewhere.exited = lambda channel, account: presence.leave(channel, account, elsewhere=True)
        self.channels.on_typing = lambda *what: site.tell(hints.Types(*what))
        site.types = lambda hint: self.channels.types_elsewhere(hint.channel, hint.account, hint.name)
        self.requests.line.on_touch = lambda asker: site.tell(hints.SignOfLife(asker))
        site.sign_of_life = lambda asker: self.requests.line.holds.touched(asker, self.clock.now())
        if not site.alone:
            self.limits.on_spent = lambda rule, key: site.tell(hints.Spent(rule, key))
        site.spent = lambda hint: self.limits.spent_elsewhere(hint.rule, hint.key, hint.times, self.clock.now())
        self.bus.subscribe(LimitsSpent, self._spent_elsewhere)
        self.personal.sees_all = lambda: not site.blind

    def _spent_elsewhere(self, news: LimitsSpent) -> None:
        now = self.clock.now()
        for rule, key, times in news.spent:
            self.limits.spent_elsewhere(rule, key, times, now)

    async def rebuild(self) -> None:
        """What lives in memory is filled from the tables."""
        await self.site.join()
        await self.db.write(agreements.load, self.clock.now())
        for _ in range(REBUILT_MOST):
            heard = self.db.following.applied
            await self.db.read(name_words.load)
            await self.db.read(self.limits.load)
            await self.screen.reload()
            await self.db.read(self.chats.silences.rebuild)
            if self.db.following.applied == heard:
                break  # else another process may have changed what was just read
        alone = not self.site.others
        await self.keeping.start(alone=alone)
        await self.personal.start(alone=alone)

    async def check_queue(self) -> None:
        """Compares the queue's index with the table, again and again."""
        if self.settings.queue_check_every_s:
            await steady.every(self.settings.queue_check_every_s, self.keeping.check_again)

    def _look_at_rings(self, news: AccountChanged | Sanctioned) -> None:
        account = news.account if isinstance(news, AccountChanged) else news.person
        self._jobs.start_soon(steady.once, self.personal.account_changed, account)

    async def watch_rings(self) -> None:
        """Ends personal requests that nobody answered in time, or whose listener is gone."""
        await steady.every(RING_LOOK_S, self._look_at_all_rings)

    async def _look_at_all_rings(self) -> None:
        if self.site.held("rings"):
            await self.personal.look()
        else:
            self.here.forget_gone()

    async def do_bulk(self) -> None:
        """What staff ordered for many people at once."""
        await steady.every(BULK_LOOK_S, self.site.only("bulk", self.bulk_job.look))

    async def watch_silence(self) -> None:
        """Asks listeners who leave somebody without an answer, then offers that person another."""
        await steady.every(min(5.0, self.settings.silence_ask_s / 4), self._look_at_silence)

    async def _look_at_silence(self) -> None:
        for news in self.chats.silences.look(self.clock.now()):
            self.bus.publish(news)

    async def keep_house(self) -> None:
        """Retention (SPEC B8), and forgetting what has faded; at once, and then again and again."""
        tidy = self.site.only("retention", self._tidy)
        await steady.once(tidy)
        await steady.every(self.settings.retention_every_s, tidy)

    async def end_overdue(self) -> None:
        """What runs out by time, within a second of its end."""
        await steady.every(self.settings.expiry_every_s, self.site.only("expiry", self._end_overdue))

    async def _end_overdue(self) -> None:
        await self.ages.end_overdue()
        await self.vettings.end_overdue()
        await self.accounts.end_breaks()
        await agreements.begin(self.db, self.clock.now())
        await self.sessions.end_expired()

    async def forget_pace(self) -> None:
        """Limits cost nothing for those who have rested: a small step at a time, so that the loop is never held."""
        await steady.every(0.1, self._forget_pace)

    async def _forget_pace(self) -> None:
        self.limits.forget_some(self.clock.now())

    async def count_hits(self) -> None:
        """Writes down what screening has counted; once more at the end."""
        await steady.every(self.settings.screening_counts_every_s, self.screen.keep_counts)

    async def keep_seen(self) -> None:
        """Writes down which sessions are in use."""
        await steady.every(self.settings.session_seen_every_s, self.sessions.keep_seen)

    async def send_letters(self) -> None:
        """What was asked for is looked up first, so that its letter goes with the others."""
        await steady.every(self.settings.mail_every_s, self._send_letters)

    async def _send_letters(self) -> None:
        # Remembered by the process that was asked, and by no other.
        await self.recovery_letters.look()
        await self.happenings.look()
        await self.site.only("mail", self._send_due)()

    async def _send_due(self) -> None:
        await self.consents.look()
        await self.mail.look()

    async def fill_directory(self) -> None:
        """Beside what people do, and again until it has succeeded: as after an upgrade."""
        while not self.listener_directory.whole:
            await steady.once(self.site.only("directory", self._fill_directory))
            await trio.sleep(1)

    async def _fill_directory(self) -> None:
        await self.listener_directory.fill(FILL_PAUSE_S)

    async def publish_figures(self) -> None:
        """Stars and people helped, of all listeners at one time."""
        await steady.once(self._publish_figures)
        await steady.every(self.settings.figures_every_s, self._publish_figures)

    async def _publish_figures(self) -> None:
        # Where another process publishes them, what is remembered of them is forgotten as often.
        if not self.site.held("figures") or await self.profiles.publish_figures():
            self.browsing.forget_all()

    async def call_again(self) -> None:
        """Staff, for whom nobody has taken in time."""
        every = max(0.5, min(10.0, self.settings.concern_again_s / 4))
        await steady.every(every, self.site.only("calls", self._call_again))

    async def _call_again(self) -> None:
        await self.screen.call_again()

    async def tell_if_nobody_is_staff(self) -> None:
        """Calls for somebody in danger go to staff who count: an operator must hear of it where there are none, as after the first upgrade that asks for
        a second factor."""
        holders, counting = await self.db.read(account_queries.count_staff)
        if not counting:
            log.warning(
                "calls for people in danger reach nobody",
                holders_of_roles=holders,
                do="make an admin" if not holders else "have them sign in and set up their second factor now",
            )

    async def _tidy(self) -> None:
        await self.sessions.end_unused()
        await self.retention.tidy()
        oldest = self.clock.now() // DAY - self.settings.erased_days()
        await trio.to_thread.run_sync(self.erased.forget_before, oldest)

    def _note_way_in(self, unit: Unit, account: str) -> None:
        now, row = self.clock.now(), account_queries.by_id(unit.conn, account)
        if row is not None:
            audit.note_way_in(unit, account_queries.facts(unit.conn, row, now), row.name, now)

    def _end_rights(self, unit: Unit, account: str) -> None:
        """A parent withdraws: what this person has open with others ends with it."""
        self.requests.close_of(unit, account, "consent-withdrawn")
        self.chats.part_unreachable(unit, account)
        # Out of every room in the step in which it is heard: what is told there after it reaches them no more.
        unit.announce(Sanctioned(person=account, kind="consent", channel=None, until=None))
        unit.announce(AccountChanged(account=account))

    def _end_halves(self, unit: Unit) -> int:
        """Sign-ins that nobody finished in time, by passkey too; links that nobody followed; and keys of requests that nobody sends again."""
        now = self.clock.now()
        session_queries.expire_halves(unit.conn, now)
        passkey_queries.expire(unit.conn, now)
        once.forget(unit.conn, now - self.settings.idempotency_hours * HOUR)
        self.bulk.forget(unit)
        self.recovery_letters.expire(unit)
        return int(self.mail.take_erased())


def _lately(conn: Connection, channel: str, since: int, most: int) -> list[Record]:
    """What was said in a channel, or told a bot in it."""
    return message_queries.lately(conn, channel, since, most) or bot_queries.lately(conn, channel, since, most)


@contextlib.asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None, role: Role = "all") -> AsyncIterator[Cups]:
    """The parts, started, without a port: for the command line and for tests of services."""
    with _entitled(settings):
        await trio.to_thread.run_sync(opening.prepare, settings)
        async with _started(settings, clock, role) as cups:
            yield cups


def prepare(settings: Settings) -> None:
    """What a first start makes, and a newer version brings up to date, without serving: secret, keys and tables. Blocks."""
    with _entitled(settings):
        opening.prepare(settings)
        secret.key(settings, "sealed")
        Keyring(settings).file  # noqa: B018  # is made by being asked for


@contextlib.contextmanager
def _entitled(settings: Settings) -> Iterator[None]:
    """To work on this data directory: alone, where the database is in it."""
    with contextlib.nullcontext() if settings.database else sole_user(settings):
        if settings.restoring_path().exists():
            raise RestoreUnfinished(
                f"a restore into {settings.data_path()} was broken off: whoever was erased could still be in it. Empty it (and the database), and restore again"
            )
        yield


class DataInUse(Exception):
    """Another process works on this data directory: two writers can damage the database."""


class RestoreUnfinished(Exception):
    """What lies in this data directory is not an instance yet."""


@contextlib.contextmanager
def sole_user(settings: Settings) -> Iterator[None]:
    """Holds the data directory; the system lets go of it when the process ends, however it ends."""
    folder = settings.data_path()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataInUse(f"{folder} is in use by a running cups: stop it first, or use its REST API") from None
        yield


@contextlib.asynccontextmanager
async def _started(settings: Settings, clock: Clock | None, role: Role) -> AsyncIterator[Cups]:
    async with trio.open_nursery() as writer, trio.open_nursery() as jobs:
        cups = Cups(settings, jobs, clock, role)
        await writer.start(cups.db.run)
        await cups.rebuild()
        jobs.start_soon(cups.site.run)
        try:
            yield cups
        finally:
            with trio.move_on_after(LEAVE_S, shield=True):
                await cups.site.leave()
            jobs.cancel_scope.cancel()
            writer.cancel_scope.cancel()


async def serve(
    settings: Settings,
    *,
    ready: Callable[[Cups, int], Awaitable[None]] | None = None,
    clock: Clock | None = None,
    signals: bool = True,
    role: Role = "all",
) -> None:
    """Serves page, REST and WebSocket on one port, or its role's part of them, until SIGTERM or SIGINT, then drains. `ready` is told the port."""
    from cups.api.application import Protected, application
    from cups.api.tally import RestTally
    from cups.metrics import port as metrics
    from cups.metrics.parts import of_everything

    async with running(settings, clock, role) as cups:
        health = Health(cups.db, every_s=settings.health_every_s, patience_s=settings.health_patience_s)
        tally = RestTally()
        traces = Traces(settings, PROCESS[role]) if settings.traces_url else None
        rest = application(cups)
        counted = tally.counting(rest if traces is None else traces.requests(rest))
        app = Protected(answered(counted, health.why_not), secure=settings.secure())
        _make_ready(settings)
        await health.look()
        port = 0
        if role != "worker":
            listeners = await trio.open_tcp_listeners(settings.port, host=settings.host, backlog=BACKLOG)
            port = listeners[0].socket.getsockname()[1]
            for listener in listeners:
                cups.hub.reactor.listen(listener.socket.fileno())
                await listener.aclose()
        async with trio.open_nursery() as handlers, trio.open_nursery() as tasks:
            doors = {"gateway": ("sockets",), "api": ("http",)}.get(role, ("sockets", "http"))
            outer = leaving(app, lambda: health.draining)
            server = Server(outer, settings, cups.hub, cups.live, cups.load, handlers, doors=doors)
            turns = Turns(cups.hub.reactor, cups.load.late, cups.load.left)
            cups.hub.touched = turns.touched
            cups.db.around = turns.together
            if traces is not None:
                traces.watch(cups.db)
            tasks.start_soon(turns.run, server if traces is None else traces.frames(server))
            if settings.metrics_port:
                parts = of_everything(cups, tally, health, PROCESS[role])
                await tasks.start(metrics.serve, parts, health, settings.metrics_host, settings.metrics_port)
            for task in (
                cups.channels.run,
                cups.channels.run_forgetting,
                cups.waiting.run_boards,
                cups.waiting.run_places,
                cups.waiting.run_holds,
                cups.keep_house,
                cups.erasing.run,
                cups.retention.keep_log_short,
                cups.end_overdue,
                cups.forget_pace,
                cups.check_queue,
                cups.watch_silence,
                cups.watch_rings,
                cups.do_bulk,
                cups.count_hits,
                cups.keep_seen,
                cups.call_again,
                cups.send_letters,
                cups.publish_figures,
                cups.fill_directory,
                cups.watched.run,
                health.run,
            ):
                tasks.start_soon(task)
            if ready is not None:
                await ready(cups, port)
            await cups.tell_if_nobody_is_staff()
            settle()
            log.info("serving", port=port)
            if signals:
                with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as received:
                    async for _ in received:
                        break
            else:
                await trio.sleep_forever()
            health.draining = True
            await trio.sleep(settings.drain_notice_s)
            cups.hub.reactor.stop_listening()
            await _drain(cups, server, settings)
            await steady.once(cups.screen.keep_counts)
            await steady.once(cups.sessions.keep_seen)
            tasks.cancel_scope.cancel()
            handlers.cancel_scope.cancel()
        if traces is not None:
            await trio.to_thread.run_sync(traces.close)


def _make_ready(settings: Settings) -> None:
    """Opens now what must not fail later: words, helplines, agreements. And allows as many open files as the system does."""
    words.of(words.DEFAULT).t("site-description")
    helplines.countries()
    agreements.all_current()
    passwords.known()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.max_connections + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _drain(cups: Cups, server: Server, settings: Settings) -> None:
    """Clients are told when to come back; what is under way finishes, within `drain_s`."""
    log.info("draining", connections=len(cups.hub))
    await server.let_idle_go()
    await cups.live.go_away()
    with trio.move_on_after(settings.drain_s):
        await cups.hub.wait_empty()
        await server.wait_answered()
