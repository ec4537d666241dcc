# The staff's page.
staff-title = Staff
staff-needs-scripts = This page needs scripts. All of it can be done over the API as well.
staff-api = The API
staff-api-document = The OpenAPI document
staff-api-parameters = Parameters
staff-api-body = Body
staff-api-answers = Answers
staff-sections = Sections
staff-section-rooms = Rooms
staff-section-requests = Waiting requests
staff-section-reports = Reports
staff-section-contests = Contested
staff-section-bans = Bans
staff-section-sanctions = Decided in rooms
staff-section-ages = Ages
staff-section-limits = Limits
staff-section-audit = Audit log
staff-section-courses = Courses
staff-section-people = People
staff-section-roles = Roles
staff-table = Table: { $title }
staff-loading = Loading…
staff-more = Show more
staff-none = There are none.
staff-done = Done.
staff-refresh = Refresh
staff-room-new = New room
staff-room-slug = Address
staff-room-slug-hint = Small letters, digits and hyphens, as in quiet-corner.
staff-room-title = Title
staff-room-about = What it is for
staff-room-age = Age
staff-room-audience = For whom
staff-room-audience-members = members and listeners
staff-room-audience-listeners = listeners only
staff-room-language = Language
staff-room-language-hint = Its code, as in en or pt-BR.
staff-room-create = Create the room
staff-room-save = Save
staff-room-edit = Edit { $title }
staff-room-retire = Retire { $title }
staff-room-retire-short = Retire
staff-room-retire-sure = Retire this room? Everyone in it is taken out, and it is closed for good.
staff-room-moderators = Moderators of { $title }
staff-room-moderators-short = Moderators
staff-room-edit-short = Edit
staff-moderator-add = Add a moderator
staff-moderator-remove = Remove { $name }
staff-moderator-remove-short = Remove
staff-name = Name
staff-name-hint = Without the @.
staff-nobody = Nobody here has this name. Please check how it is written.
staff-request-column-person = Person
staff-request-column-topic = Topic
staff-request-column-language = Language
staff-request-column-age = Age
staff-request-column-severity = Severity
staff-request-column-since = Since
staff-request-column-state = State
staff-request-column-held = Held by
staff-ban-new = New ban
staff-ban-reason = Reason
staff-ban-reason-hint = The person reads it.
staff-ban-days = Days
staff-ban-days-hint = Empty: until lifted.
staff-ban-do = Ban
staff-ban-lift = Lift the ban of { $name }
staff-ban-lift-short = Lift
staff-ban-lifted = lifted
staff-ban-by = by { $name }
staff-ban-until = until
staff-ban-always = until lifted
staff-audit-check = Check the chain
staff-audit-intact = { $count ->
    [one] The chain of one entry is whole.
   *[other] The chain of { $count } entries is whole.
  }
staff-audit-broken = The chain is broken at entry { $number }.
staff-audit-column-number = Number
staff-audit-column-at = Time
staff-audit-column-actor = Who
staff-audit-column-act = Act
staff-audit-column-subject = About
staff-audit-column-details = Details
staff-courses-files = Markdown files
staff-courses-hint = Files with a front matter of title, serial and layout. Files with a problem are left out whole, the others go in.
staff-courses-do = Import
staff-courses-report = { $files } files, { $sections } sections, { $statements } statements.
staff-courses-skipped = Left out:
staff-courses-problem = { $file }, line { $line }: { $message }
staff-role = Role
staff-role-moderator = moderator
staff-role-community-manager = community manager
staff-role-admin = admin
staff-role-room-moderator = moderator of a room
staff-confirm-first = Give your password again
staff-role-give = Give the role
staff-role-take = Take the role away
staff-section-concerns = People to look after
staff-section-screening = Screening
staff-concern-about-own = may be in danger
staff-concern-about-other = worries about somebody
staff-concern-about-abuse = tells of abuse
staff-concern-times = { $count ->
    [one] one message
   *[other] { $count } messages
  }
staff-concern-since = since
staff-concern-show = Show what was written
staff-concern-gone = The words are not kept any more.
staff-concern-taken = looked after by { $name }
staff-concern-take = I look after this person: @{ $name }
staff-concern-take-short = I look after this person
staff-concern-close = @{ $name } has been looked after
staff-concern-close-short = Looked after
staff-concern-state-open = Waiting
staff-concern-state-taken = Being looked after
staff-concern-state-closed = Looked after
staff-concern-told-bot = told Noni while waiting
staff-concern-told-bot-about = It is kept for the listener who takes their request, and nobody else reads it.
staff-concern-urgent = contact details were hidden
staff-concern-calls = staff called { $count } times
staff-concern-waiting = { $count } waiting
staff-call-first = { $count ->
    [one] Somebody may be in danger, and nobody looks after them yet.
   *[other] { $count } people may be in danger, and nobody looks after them yet.
  }
staff-call-again = { $count ->
    [one] Somebody may be in danger, and has waited for a while. Please look after them now.
   *[other] { $count } people may be in danger, and some have waited for a while. Please look after them now.
  }
staff-call-urgent = { $count ->
    [one] Somebody may be in danger and gave contact details, which are hidden. Please look now.
   *[other] { $count } people may be in danger. Contact details were given too, and are hidden. Please look now.
  }
staff-call-open = People to look after
staff-concern-never = A sign of danger is never an offence: it leads to no warning, no points and no ban.
staff-screening-filter = Class
staff-screening-class-contact = contact details
staff-screening-class-sexual-grooming = sexual approaches and grooming
staff-screening-class-hate = hate
staff-screening-class-method-detail = ways to do harm
staff-screening-class-crisis-own = own danger
staff-screening-class-crisis-other = another’s danger
staff-screening-class-abuse-disclosed = abuse told of
staff-screening-class-encouragement = encouragement to harm
staff-screening-action-pass = lets through
staff-screening-action-help = shows help, calls a person
staff-screening-action-hold = holds back kindly
staff-screening-action-block = refuses
staff-screening-stage = Stage of { $name }
staff-screening-stage-shadow = shadow: only counts
staff-screening-stage-share = for a share of people
staff-screening-stage-all = for all
staff-screening-share = Of 1000 people
staff-screening-enabled = in use
staff-screening-save = Save { $name }
staff-screening-save-short = Save
staff-screening-hits = { $seen } hits in 30 days, { $acted } acted
staff-screening-patterns = { $count ->
    [one] one pattern
   *[other] { $count } patterns
  }
staff-screening-version = version { $version }
staff-screening-see = Text and history of { $name }
staff-screening-see-short = Text and history
staff-screening-by = { $version }: { $stage }, by
staff-screening-try = Try a text
staff-screening-try-hint = Nothing of it is kept. Earlier messages of the same person go before it, one a line.
staff-screening-try-do = Try
staff-screening-try-none = No rule is hit.
staff-screening-try-counts = only counts
staff-screening-new = New rule
staff-screening-name = Name
staff-screening-name-hint = Language, group and name, as in en.contact.new-app.
staff-screening-words = Patterns
staff-screening-words-hint = One a line. (a|b) is either, [a] may be missing, abc* begins a word, ~3 is up to three other words.
staff-screening-unless = Not if one of these is in the same sentence
staff-screening-conversation = Also over several messages
staff-screening-create = Create, in the shadow
staff-report-by = reported by
staff-report-about = about
staff-report-state-open = open
staff-report-state-closed = closed

staff-contests-about = People see a decision differently. Somebody other than the first looks at it again. Undoing it lifts the mute, the removal or the ban, and it counts no more.
staff-contest-first = Decided by
staff-contest-words = What they were told
staff-contest-evidence = What it was about
staff-contest-says = How they see it
staff-contest-answer = Your answer to them
staff-contest-answer-hint = The person reads it. A few words at least, before you decide.
staff-contest-overturn = Undo the decision
staff-contest-uphold = Let it stand
staff-contest-not-you = You had a part in this decision, so somebody else looks at it.
staff-contest-done-overturned = The decision is undone, with all that followed from it.
staff-contest-done-upheld = The decision stands. The person finds your answer on their page.

staff-clearances = Listeners cleared for both ages
staff-clearance-new = Clear a listener for both ages
staff-clearance-about = An adult’s listener account whose background was checked may meet teens as well, until the day you set. Chats and rooms that rest on it end with it.
staff-clearance-name = The listener’s name
staff-clearance-until = Until
staff-clearance-check = Which check this rests on
staff-clearance-do = Clear the listener
staff-clearance-take = End the clearance of { $name }
staff-clearance-take-short = End it
staff-age-correct = Correct an age
staff-age-about = For both accounts of the person. They are signed out, their request closes, and chats that may not be any more end at once.
staff-age-reason = Why
staff-age-do = Correct the age

staff-limits-about = How much may be done at once, by whom. A change is in force at once, stays over restarts, and is in the audit log. Crisis help has no limit.
staff-limit-name = Limit
staff-limit-burst = At once
staff-limit-period = Then one every (ms)
staff-limit-counts = Counted for each
staff-limit-changed = Changed
staff-limit-change = Change
staff-limit-change-one = Change: { $name }
staff-limit-save = Set
staff-limit-reset = Back to the default
staff-limit-set = It is in force.
staff-limit-default = By default { $burst } at once, then one every { $period } ms.
staff-figures = Warnings and trust
staff-figure-value = Value
staff-figure-default = By default { $value }; from { $least } to { $most }.

limit-counts-person = person
limit-counts-room = room
limit-counts-address = address
limit-counts-session = session
limit-counts-connection = connection
limit-counts-account-name = account name
limit-counts-account-name-and-address = account name at one address
limit-counts-everybody = everybody together
limit-frames = Frames on a connection
limit-refusals = Unreadable or hasty frames
limit-changes = Changes over REST
limit-address-changes = Changes over REST, without a session
limit-guest-message = Messages in rooms, guests
limit-new-message = Messages in rooms, new members
limit-member-message = Messages in rooms, members and listeners
limit-staff-message = Messages in rooms, moderators and staff
limit-guest-chat-message = Messages in chats, guests
limit-chat-message = Messages in chats, everybody else
limit-room-message = Messages in one room, of all together
limit-guest-enter = Rooms entered, guests
limit-new-enter = Rooms entered, new members
limit-enter = Rooms entered, everybody else
limit-guest-typing = Typing, guests
limit-typing = Typing, everybody else
limit-guest-request = Requests for a listener, guests
limit-new-request = Requests for a listener, new members
limit-request = Requests for a listener, everybody else
limit-guest-bot-answer = Answers to a bot, guests
limit-bot-answer = Answers to a bot, everybody else
limit-guest-personal = Particular listeners asked, guests
limit-new-personal = Particular listeners asked, new members
limit-personal = Particular listeners asked, everybody else
limit-guest-create = New guests
limit-sign-in-account = Sign-ins to one account
limit-sign-in-account-here = Sign-ins to one account from one address
limit-sign-in-address = Sign-ins
limit-sign-in-all = Sign-ins, of all together
limit-recover-account = Recoveries of one account
limit-recover-account-here = Recoveries of one account from one address
limit-recover-address = Recoveries
limit-recover-all = Recoveries, of all together
limit-second-factor = Codes of a second factor
limit-confirm = Tries of the own password, signed in
limit-passkey-address = Sign-ins by passkey begun, by address
limit-passkey-all = Sign-ins by passkey begun, of all together
limit-sign-up-all = Sign-ups, of all together
limit-guest-create-all = New guests, of all together
limit-sign-up = Sign-ups
limit-guest-leave-message = Messages left for listeners, guests
limit-new-leave-message = Messages left for listeners, new members
limit-leave-message = Messages left for listeners, everybody else
limit-picture = Pictures sent
limit-about = Words about oneself changed
limit-guest-report = Reports and contests, guests
limit-report = Reports and contests, everybody else
limit-guest-attempt = Quiz attempts, guests
limit-attempt = Quiz attempts, everybody else
limit-act-remove-message = Messages removed by one moderator
limit-act-warn = Warnings by one moderator
limit-act-mute = Mutes by hand, by one moderator
limit-act-remove = Removals from rooms by hand, by one moderator
limit-act-ban = Bans from rooms by hand, by one moderator
limit-act-lift = Decisions lifted by one moderator
limit-act-set-room = Rooms slowed, closed or opened by one moderator
limit-act-pin = Messages pinned or taken down by one moderator
limit-act-site-ban = Bans from the site by one of the staff
limit-act-bulk = Acts on many people at once by one of the staff
figure-listener_chats_first = Chats at once in a listener’s first ten
figure-listener_chats_later = Chats at once up to a listener’s fiftieth
figure-listener_chats_experienced = Chats at once of experienced listeners
figure-silence_ask_s = Seconds without an answer after which a listener is asked
figure-silence_offer_s = Seconds without an answer after which the member is offered another listener
figure-personal_ring_s = Seconds in which a listener who is asked personally has to answer
figure-personal_misses = Personal requests missed in a row that set a listener to busy
figure-listener_grace_s = Seconds for which a listener without a connection still counts as connected
figure-claim_lease_s = Seconds in which a listener who takes somebody has to come
figure-request_hold_s = Seconds for which a place is kept without a connection
figure-trust_days = Days for which an account is new
figure-trust_reader_days = Days, for somebody who reads
figure-trust_reads = Sections read and passed that count as reading
figure-warn_fade_hours = Hours for which a warning counts
figure-warn_incident_s = Seconds within which several moderators’ warnings are one incident
figure-warn_moderator_s = Seconds between two warnings by one moderator
figure-warn_mute_at = Warnings that mute
figure-warn_remove_at = Warnings that remove from the room
figure-warn_ban_at = Warnings that ban from rooms
figure-mute_hours = Hours of a mute
figure-removal_hours = Hours of a removal
figure-rooms_ban_days = Days of a ban from rooms
figure-room_slow_light_s = Seconds between two messages of one person in a slow room: light
figure-room_slow_firm_s = Seconds between two messages of one person in a slow room: firm
figure-room_slow_strong_s = Seconds between two messages of one person in a slow room: strong
figure-room_short_min = Minutes of a short mute, removal or closing by a room’s moderator
figure-room_medium_min = Minutes of a medium one
figure-room_long_min = Minutes of a long one
figure-room_ban_short_days = Days of a short ban from a room
figure-room_ban_medium_days = Days of a medium one
figure-room_ban_long_days = Days of a long one
figure-room_most_pins = Messages pinned in a room at once
figure-own_danger_messages = Messages of somebody that are looked at for their own danger, where a moderator names none
figure-own_danger_hours = Hours that these go back
figure-contest_days = Days in which a decision can be contested

staff-people-about = For staff alone: other people look nobody up. What you search for, and whose card you open and why, is in the audit log.
staff-people-match-exact = Only this very name
staff-people-kind = Kind
staff-people-age = Age
staff-people-banned = Banned
staff-people-any = any
staff-people-banned-true = banned now
staff-people-banned-false = not banned
staff-people-search = Search
staff-people-since = since
staff-people-open = Open the card of @{ $name }
staff-people-open-short = Open
staff-people-why = Why
staff-people-why-hint = Kept in the audit log with your name.
staff-people-case = Case
staff-people-case-hint = The id of the report, concern or contest it belongs to, if there is one.
staff-people-open-do = Open the card
staff-people-is-banned = banned
staff-card = Card of @{ $name }
staff-card-close = Close the card
staff-card-created = Account made
staff-card-age = Age
staff-card-age-teen = 13 to 17
staff-card-age-adult = 18 or over
staff-card-age-none = not declared
staff-card-status = Status
staff-card-languages = Languages
staff-card-warnings = Warnings that count now
staff-card-muted = Muted until
staff-card-accepted = Accepted
staff-card-roles = Roles
staff-card-role-cleared = cleared for both ages
staff-card-role-room-moderator = moderator of { $room }
staff-card-bans = Bans
staff-card-security = Signing in
staff-card-factor-on = second factor set up
staff-card-factor-off = no second factor
staff-card-sessions = { $count ->
    [one] one session
   *[other] { $count } sessions
  }
staff-card-no-password = no password

staff-section-bulk = Many at once
staff-bulk-about = First you see what would happen to whom, and nothing is changed. Then you carry it out, and can undo it for a while. What somebody changes meanwhile stays theirs.
staff-bulk-act = What
staff-bulk-act-ban = Ban
staff-bulk-act-unban = Lift bans
staff-bulk-act-role-give = Give a role
staff-bulk-act-role-take = Take a role away
staff-bulk-act-clearance-end = End clearances for both ages
staff-bulk-act-messages-remove = Remove messages from rooms
staff-bulk-names = Names
staff-bulk-names-hint = One a line, or with spaces between them.
staff-bulk-hours = Hours back
staff-bulk-hours-hint = Messages in rooms of the last hours. What speaks of somebody’s own danger stays.
staff-bulk-reason = Reason
staff-bulk-reason-hint = Kept in the audit log.
staff-bulk-reason-seen = The people read it, and it is kept in the audit log.
staff-bulk-preview = Show what would happen
staff-bulk-before = Before
staff-bulk-people = { $count ->
    [one] one person
   *[other] { $count } people
  }
staff-bulk-open = Open: { $act }, { $count ->
    [one] one person
   *[other] { $count } people
  }
staff-bulk-open-short = Open
staff-bulk-will = { $count ->
    [0] This would change nothing.
    [one] This would change something for one person.
   *[other] This would change something for { $count } people.
  }
staff-bulk-ban-ends = Their sessions, chats and requests end at once, and do not come back when it is undone.
staff-bulk-until = You can carry it out until
staff-bulk-will-change = would be changed
staff-bulk-will-nothing = stays as it is
staff-bulk-will-refused = cannot be done
staff-bulk-item-waiting = waits
staff-bulk-item-done = done
staff-bulk-item-skipped = left as it was
staff-bulk-item-undone = undone
staff-bulk-item-kept = not undone
staff-bulk-changed-since = Somebody changed it since.
staff-bulk-messages = { $count ->
    [one] one message
   *[other] { $count } messages
  }
staff-bulk-bans = { $count ->
    [one] one ban
   *[other] { $count } bans
  }
staff-bulk-state-planned = preview
staff-bulk-state-running = under way
staff-bulk-state-done = done
staff-bulk-state-undoing = being undone
staff-bulk-state-undone = undone
staff-bulk-said-done = It is done.
staff-bulk-said-undone = It is undone.
staff-bulk-progress = { $done } of { $total } done
staff-bulk-do = Carry it out
staff-bulk-undo = Undo it
staff-bulk-undo-until = It can be undone until
