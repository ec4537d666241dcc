// Generated from the msgspec structs by `python -m cups.wire.generate`: change those, not this.

/** As others see them: the name, and the kind that decides the icon's shape. */
export interface Person {
  name: string;
  kind: "bot" | "gone" | "guest" | "listener" | "member" | "therapist";
  badge: "" | "moderator" | "staff";
  picture: string;
}

export interface AgreementVersion {
  kind: "guidelines" | "listener" | "member" | "privacy";
  version: string;
}

/** The person of this session. `person` is None for a visitor who has not interacted yet: nothing is stored of them. */
export interface Me {
  person: Person | null;
  gated: boolean;
  danger: boolean;
  consent_waits: boolean;
  age: "adult" | "teen" | null;
  roles: string[];
  status: "break" | "busy" | "offline" | "online";
  status_why: "" | "missed";
  break_until: number | null;
  languages: string[];
  page_language: string;
  refused_topics: string[];
  can_listen: boolean;
  linked: Person | null;
  muted_until: number;
  warnings_unseen: number;
  messages_left: number;
}

/** What everyone answers before their first interaction with another person (never asked twice for the same agreements). */
export interface GateIn {
  age: "13-17" | "18-plus" | "under-13";
  danger: "me" | "none" | "someone";
  agreements: AgreementVersion[];
  country?: string | null;
}

export interface GateOut {
  me: Me;
  next: "consent" | "go-on" | "help";
}

/** Turns the guest of this session into a member, in place. Without `name` the guest's name stays. */
export interface SignUpIn {
  password: string;
  name?: string | null;
  email?: string | null;
}

export interface SignInIn {
  name: string;
  password: string;
}

/** An account's own link for others to come by. The number says nothing of whose it is. */
export interface Referral {
  number: string;
  link: string;
  came: number;
}

/** `until`: when a break ends by itself; a listener who is back is offline first. */
export interface StatusIn {
  status: "break" | "busy" | "offline" | "online";
  until?: number | null;
}

/** The languages this person talks in, as BCP 47: a listener is shown requests in these. */
export interface LanguagesIn {
  languages: string[];
}

/** A name of the IANA database, as Europe/Paris; empty: none is kept. */
export interface TimeZoneIn {
  zone?: string;
  if_unknown?: boolean;
}

/** From when to when, in hours of their own day, nothing rings at a young person; `zone` empty: it is not known where that is. */
export interface Nights {
  zone: string;
  begins: number;
  ends: number;
}

/** The language in which the page is read, and in which one is told things. bad-input for one that the catalogue does not have. */
export interface PageLanguageIn {
  language: string;
}

/** The topics this listener does not take, by their ids; none: all are welcome. */
export interface RefusedTopicsIn {
  topics: string[];
}

export interface BlockIn {
  name: string;
}

export interface Blocked {
  person: Person;
  at: number;
}

/** Whom this account has blocked, the latest first. */
export interface Blocks {
  blocks: Blocked[];
}

/** Opens the listener account of a person who passed the training. `name` is its own, unlike the member's. */
export interface BecomeListenerIn {
  name: string;
  agreement: string;
}

export interface Agreement {
  kind: "guidelines" | "listener" | "member" | "privacy";
  version: string;
  title: string;
  summary: string;
  html: string;
  language: string;
}

/** The versions that were read and accepted, by somebody whose age is known: asked again where one is newer than what they accepted. */
export interface AcceptIn {
  agreements: AgreementVersion[];
}

/** All versions of one agreement that were ever in force here, newest first. */
export interface AgreementVersions {
  kind: "guidelines" | "listener" | "member" | "privacy";
  current: string;
  versions: string[];
}

/** What somebody accepted, and when. */
export interface Accepted {
  kind: "guidelines" | "listener" | "member" | "privacy";
  version: string;
  at: number;
  in_force: boolean;
}

export interface AcceptedList {
  accepted: Accepted[];
}

/** One place where a person is signed in. */
export interface Session {
  id: string;
  account: string;
  browser: string;
  system: string;
  begun: number;
  seen: number;
  this: boolean;
}

export interface Sessions {
  sessions: Session[];
}

/** Something that happened with what protects the account. `recovered`: a new password by a recovery code or a letter's link. `passkey-doubted`: there may be a copy of one. `email-on`, `email`, `email-off`: a first address, another one, none any more. `sessions`: all others were ended. `sign-in`: from a browser that was not known. `tries`: many wrong passwords or codes. */
export interface Happening {
  kind: "email" | "email-off" | "email-on" | "passkey-doubted" | "passkey-off" | "passkey-on" | "password" | "recovered" | "recovery-codes" | "second-factor-off" | "second-factor-on" | "sessions" | "sign-in" | "tries";
  at: number;
  browser: string;
  system: string;
}

export interface Happenings {
  happenings: Happening[];
  days: number;
}

/** Shown once: only their hashes are kept. Each is good for one return; new ones replace all from before. */
export interface RecoveryCodes {
  codes: string[];
}

export interface RecoveryLeft {
  left: number;
}

export interface SignUpOut {
  me: Me;
  recovery_codes: string[];
}

/** A new password by a recovery code. All sessions end; then one signs in with the new password. */
export interface RecoverIn {
  name: string;
  code: string;
  password: string;
}

/** Asks for a letter with a link to a new password. The answer is the same whether there is such an account or not. */
export interface RecoverLetterIn {
  to: string;
}

/** A new password by the link of a letter, which is good once and for half an hour. All sessions end; a second factor stays on. */
export interface RecoverByLinkIn {
  token: string;
  password: string;
}

export interface EmailIn {
  email: string;
}

export interface EmailConfirmIn {
  token: string;
}

/** The own address for a forgotten password, as its owner sees it; nobody else does. */
export interface EmailState {
  offered: boolean;
  address: string;
  waiting: string;
}

/** That it is really the person: asked before what could lock them out. The password, or a code of the second factor's app. */
export interface ConfirmIn {
  password?: string | null;
  code?: string | null;
}

export interface SecondFactorState {
  on: boolean;
  app: boolean;
  needed: boolean;
}

/** What an authenticator app is told: the secret itself, or all of it in one URI, as for a QR code. */
export interface SecondFactorBegun {
  secret: string;
  uri: string;
}

/** A code of the app, or, where one signs in, a recovery code. */
export interface CodeIn {
  code: string;
}

/** A new password for the one that is known. All other sessions end. */
export interface PasswordIn {
  current: string;
  password: string;
}

/** One of the person's own. */
export interface Passkey {
  id: string;
  name: string;
  made: number;
  used: number;
  doubted: boolean;
}

export interface Passkeys {
  passkeys: Passkey[];
}

/** What the browser is told to make. */
export interface PasskeyMaking {
  challenge: string;
  host: string;
  site: string;
  user: string;
  user_name: string;
  algorithms: number[];
  known: string[];
  timeout_ms: number;
}

/** What was made. */
export interface PasskeyIn {
  name: string;
  id: string;
  client_data: string;
  attestation: string;
}

export interface PasskeyMade {
  passkeys: Passkey[];
  recovery_codes: string[];
}

/** What the browser is told to have signed. `allowed`: by one of these; none: by any that the device has for this host. */
export interface PasskeyAsked {
  challenge: string;
  host: string;
  allowed: string[];
  timeout_ms: number;
}

/** What was signed, and by which. */
export interface PasskeyProof {
  id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user: string | null;
}

/** What a listener shows besides. `stars` in tenths, from 10 to 50, from the fifth rating on and changed in batches; None: too few yet. */
export interface ListenerProfile {
  status: "break" | "busy" | "offline" | "online";
  free: boolean;
  takes_chats: boolean;
  break_until: number | null;
  languages: string[];
  topics: string[];
  refused_topics: string[];
  ages: ("adult" | "teen")[];
  over_35: boolean;
  verified: boolean;
  stars: number | null;
  ratings: number;
  helped: number;
  reviews: string[];
}

/** As this viewer sees it. `about`, `since` and `listener` are left out where the two may not meet, or the person is a teen and the viewer nobody yet. */
export interface Profile {
  person: Person;
  about: string;
  since: string | null;
  resting: boolean;
  open: boolean;
  own: boolean;
  can: ("block" | "chat" | "message" | "report")[];
  listener: ListenerProfile | null;
}

/** What its owner can change. `removed_what`: what staff took out last, with their reason. */
export interface OwnProfile {
  person: Person;
  about: string;
  about_most: number;
  pictures: boolean;
  over_35: boolean;
  may_show_35: boolean;
  removed_what: "" | "about" | "picture";
  removed_why: string;
  removed_at: number | null;
  help: "" | "abuse" | "other" | "own";
}

/** What is left out stays as it is. */
export interface ProfileIn {
  about?: string | null;
  over_35?: boolean | null;
}

export interface ProfileReportIn {
  text: string;
}

/** Why staff take something out of a profile: its owner reads it, and it is in the audit log. */
export interface TakeOutIn {
  reason: string;
}

/** `ref` makes it safe to send again: the same ref gives the same request. */
export interface RequestIn {
  ref: string;
  topic?: string;
  language?: string;
}

/** Minutes from measured rates, as a range; both None when too few people were taken lately to say anything honest. */
export interface Estimate {
  low_minutes: number | null;
  high_minutes: number | null;
}

/** The asker's own view. `ringing`: one `listener` was asked personally and has `until` then to answer; `waiting`: in the queue at `place`; `matched`: `chat` is open; `closed`: `reason` says why. `declined`, `missed` and `unavailable` (they went away, or took somebody else) end a personal request: the queue is offered instead. */
export interface RequestState {
  id: string;
  state: "closed" | "matched" | "ringing" | "waiting";
  topic: string;
  language: string;
  since: number;
  place: number | null;
  estimate: Estimate;
  chat: string | null;
  reason: "" | "age-corrected" | "banned" | "cancelled" | "consent-withdrawn" | "declined" | "gone" | "matched" | "missed" | "unavailable";
  listener: Person | null;
  until: number | null;
}

/** One waiting person as an eligible listener sees them. */
export interface BoardEntry {
  id: string;
  person: Person;
  topic: string;
  language: string;
  since: number;
  heavy: boolean;
}

/** An entry that comes to a board, and where it stands then, from 0. */
export interface BoardPlace {
  at: number;
  entry: BoardEntry;
}

/** What one listener may take, first in rank first; at most 50 of `waiting`, which counts all of them. */
export interface Board {
  waiting: number;
  requests: BoardEntry[];
}

/** The listener has this person: the chat is open. */
export interface Taken {
  chat: string;
  request: string;
}

/** Asks one particular listener, by name, who is online. */
export interface PersonalIn {
  ref: string;
  topic?: string;
  language?: string;
  listener: string;
}

/** A personal request as the listener sees it: who asks, about what, and until when they can accept or decline. */
export interface PersonalRequest {
  id: string;
  person: Person;
  topic: string;
  language: string;
  since: number;
  until: number;
  heavy: boolean;
}

/** What rings at this listener now: one at the most. */
export interface PersonalRequests {
  requests: PersonalRequest[];
}

/** A few words for a listener who is busy or away. */
export interface LeaveIn {
  ref: string;
  topic?: string;
  language?: string;
  listener: string;
  text: string;
}

/** `person` is the other one: the listener for whoever left it, whoever left it for the listener. It waits until `until`. `text` is empty once it waits no more: answered, it is the first message of `chat`. */
export interface LeftMessage {
  id: string;
  person: Person;
  topic: string;
  language: string;
  text: string;
  at: number;
  until: number;
  state: "answered" | "declined" | "expired" | "waiting" | "withdrawn";
  chat: string | null;
  help: "" | "abuse" | "other" | "own";
}

export interface LeftMessages {
  messages: LeftMessage[];
}

/** A listener, as somebody sees them who may reach them. `online`: can be asked now; `busy`: is here, and can't at the moment; `offline`: is not here. `stars` in tenths, None: too few ratings yet. */
export interface ListenerEntry {
  person: Person;
  status: "busy" | "offline" | "online";
  languages: string[];
  over_35: boolean;
  both_ages: boolean;
  stars: number | null;
  verified: boolean;
}

/** What somebody looks for among the listeners. `language` empty: any. `name`: what it begins with. `here`: online or busy. `stars` in tenths, at least. `both`: there for teens and adults. */
export interface SeekIn {
  topic?: string;
  language?: string;
  name?: string;
  status?: "any" | "busy" | "here" | "offline" | "online";
  serves?: "" | "both";
  stars?: number;
  over_35?: boolean;
  verified?: boolean;
  after?: string | null;
}

/** Some of the listeners who fit and whom this person may reach; `next`: where to go on (`after`), if there may be more. `whole`: the directory of listeners is complete; for some minutes after an upgrade it may not be, and then others may fit who are not found yet. */
export interface Listeners {
  listeners: ListenerEntry[];
  next: string | null;
  whole: boolean;
}

/** What a request can be about, and the languages it can be in. */
export interface Topics {
  topics: string[];
  languages: string[];
}

export interface BotChoice {
  id: string;
  words: string;
}

/** Answered by one of `choices`, in own words where `own_words` says so, by both, or skipped. */
export interface BotQuestion {
  id: string;
  asks: string;
  own_words: boolean;
  choices: BotChoice[];
}

/** Something calm to do, step by step. */
export interface BotCalm {
  id: string;
  title: string;
  steps: string[];
}

/** An answer, or another one in its place. The same `ref` again changes nothing and gives the same result. */
export interface BotAnswerIn {
  ref: string;
  skip?: boolean;
  choice?: string;
  text?: string;
}

/** What somebody answered, as they see it. `help`: it may mean danger; show crisis help with it. `hidden`: contact details in it were covered. */
export interface BotAnswer {
  question: string;
  asked: string;
  choice: string;
  chosen: string;
  text: string;
  skipped: boolean;
  help: "" | "abuse" | "other" | "own";
  hidden: boolean;
  at: number;
}

/** What the bot says with the crisis help, by what an answer is about. */
export interface BotCrisis {
  own: string;
  other: string;
  abuse: string;
}

/** The talk of somebody who waits with a bot, whole: the script, and what they answered. `label` stands at everything that the bot says. `greets`: the bot may offer itself with its first words; where not, it stays silent until it is asked. `next` is the question that comes now; None: all were asked. `can_answer`: answers are taken still; they are passed on to the listener who takes the request, and stay as they were from then on. */
export interface BotTalk {
  bot: "noni";
  request: string;
  name: string;
  label: string;
  greets: boolean;
  can_answer: boolean;
  hello: string[];
  questions: BotQuestion[];
  answers: BotAnswer[];
  next: string | null;
  done: string[];
  calm: BotCalm[];
  crisis: BotCrisis;
}

export interface ToldAnswer {
  asked: string;
  chosen: string;
  text: string;
}

/** What the member of this chat told a bot while they waited, without what they skipped. Empty: nothing, or nothing that may be seen (any more). */
export interface Told {
  name: string;
  label: string;
  answers: ToldAnswer[];
}

/** One message as everyone in the channel sees it. `seq` is its place. `rev` is the number of the last event that changed it (its own seq until then): an edit or a removal takes a number of its own, so that whoever was away finds it. `text` is empty once removed. */
export interface Message {
  seq: number;
  rev: number;
  author: Person;
  text: string;
  at: number;
  edited_at: number | null;
  removed: "author" | "moderator" | null;
  reply_to: number | null;
}

/** How far one person's devices have received and shown a chat's messages. */
export interface Mark {
  name: string;
  delivered: number;
  read: number;
}

/** A 1-to-1 chat as one of its two people sees it. */
export interface Chat {
  id: string;
  member: Person;
  listener: Person;
  you: "listener" | "member";
  topic: string;
  language: string;
  opened_at: number;
  ended_at: number | null;
  ended_by: "" | "other" | "system" | "you";
  rated: boolean;
  quotable: boolean;
  can_requeue: boolean;
  silence: "" | "asked" | "offered";
}

export interface Chats {
  chats: Chat[];
}

/** `block`: the two never meet again in any channel. `report`: goes to the moderators with the passage. */
export interface EndIn {
  block?: boolean;
  report?: string;
}

export interface RatingIn {
  helpfulness: number;
  empathy: number;
  professionalism: number;
  responsiveness: number;
  comment?: string;
  publish?: boolean;
}

export interface History {
  epoch: string;
  seq: number;
  messages: Message[];
  more: boolean;
}

/** Nobody but moderators and staff writes, everybody reads. `until` None: until somebody opens the room. `words` are the moderator's. */
export interface Closure {
  since: number;
  until: number | null;
  words: string;
}

/** What moderators have set for everybody. `slow_s`: the least time between two messages of one person, 0 for none; moderators and staff are free of it. */
export interface RoomNow {
  slow_s: number;
  closed: Closure | null;
}

/** A message that stands at the top of its room. Who pinned it is in the audit log alone. */
export interface Pin {
  message: Message;
  at: number;
}

/** A room that the asker may enter: rooms one may not enter are not shown at all. */
export interface Room {
  id: string;
  slug: string;
  title: string;
  about: string;
  language: string;
  audience: "listeners" | "members";
  age: "adult" | "teen";
  now: RoomNow;
  present: number;
  can_moderate: boolean;
}

export interface Rooms {
  rooms: Room[];
}

export interface RoomIn {
  slug: string;
  title: string;
  age: "adult" | "teen";
  about?: string;
  language?: string;
  audience?: "listeners" | "members";
}

export interface RoomEdit {
  title?: string | null;
  about?: string | null;
}

/** A moderator takes a message away: it reaches nobody any more once this is answered. */
export interface RemoveIn {
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  note?: string;
}

/** `seq` is the message it is about, if any. `words` are said to the person. */
export interface WarnIn {
  ref: string;
  name: string;
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  words: string;
  seq?: number | null;
}

/** `counted` is False when another moderator had warned about the same incident within 30 s: the person hears it once. */
export interface WarnOut {
  counted: boolean;
  count: number;
  step: "ban" | "mute" | "notice" | "remove";
  until: number | null;
}

/** What the warned person is told: the reason, the rule, what follows, until when, and how to contest it. */
export interface Warning {
  id: string;
  room: string;
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  words: string;
  step: "ban" | "mute" | "notice" | "remove";
  count: number;
  at: number;
  until: number | null;
  seen: boolean;
  contest_until: number;
}

/** A warning as the moderators of the room see it. `seen_at` None: the person has not read it yet; it waits for them. */
export interface GivenWarning {
  id: string;
  person: Person;
  by: string;
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  words: string;
  step: "ban" | "mute" | "notice" | "remove";
  counted: boolean;
  at: number;
  until: number | null;
  seen_at: number | null;
  contest: "" | "open" | "overturned" | "upheld";
}

export interface GivenWarnings {
  warnings: GivenWarning[];
}

export interface Warnings {
  warnings: Warning[];
}

export interface SlowIn {
  slowness: "firm" | "light" | "off" | "strong";
}

/** `length` None: until somebody opens the room. */
export interface ClosureIn {
  length?: "long" | "medium" | "short" | null;
  words?: string;
}

/** By hand, in this room alone. `seq` is the message it is about, if any. `words` are said to the person. */
export interface SanctionIn {
  ref: string;
  name: string;
  act: "ban" | "mute" | "remove";
  length: "long" | "medium" | "short";
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  words: string;
  seq?: number | null;
}

/** What a moderator decided about somebody in this room, as its moderators see it. */
export interface RoomSanction {
  id: string;
  room: string;
  person: Person;
  by: string;
  act: "ban" | "mute" | "remove";
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  words: string;
  at: number;
  until: number;
  lifted: boolean;
  seen_at: number | null;
  contest: "" | "open" | "overturned" | "upheld";
}

export interface RoomSanctions {
  sanctions: RoomSanction[];
  next: string | null;
}

export interface SlowStep {
  slowness: "firm" | "light" | "off" | "strong";
  seconds: number;
}

export interface LengthStep {
  act: "ban" | "close" | "mute" | "remove";
  length: "long" | "medium" | "short";
  ms: number;
}

/** What a room's moderators need to act in it: how it is, and what they can choose from. */
export interface RoomDesk {
  now: RoomNow;
  slow: SlowStep[];
  lengths: LengthStep[];
  most_pins: number;
}

export interface Member {
  person: Person;
  moderator: boolean;
}

export interface SectionLine {
  serial: number;
  title: string;
  kind: string;
  has_quiz: boolean;
  passed: boolean;
  done: boolean;
}

export interface Course {
  key: string;
  title: string;
  sections: SectionLine[];
  passed: boolean;
}

export interface Courses {
  courses: Course[];
}

export interface Section {
  course: string;
  serial: number;
  title: string;
  kind: string;
  html: string;
  has_quiz: boolean;
  passed: boolean;
  previous: number | null;
  next: number | null;
}

/** One statement of an attempt, by its place in the attempt. */
export interface Drawn {
  number: number;
  statement: string;
}

/** A draw of statements, marked once. `labels` name the answers for true and for false. */
export interface Attempt {
  id: string;
  prompt_html: string;
  labels: string[];
  pass_percent: number;
  statements: Drawn[];
}

/** True or false for each statement, in the order of the attempt. */
export interface AnswersIn {
  answers: boolean[];
}

export interface Marked {
  number: number;
  statement: string;
  answered: boolean;
  correct: boolean;
  explanation: string;
}

export interface Score {
  right: number;
  of: number;
  percent: number;
  passed: boolean;
  course_passed: boolean;
  marked: Marked[];
}

export interface CourseFile {
  name: string;
  text: string;
}

export interface ImportIn {
  files: CourseFile[];
}

export interface ImportProblem {
  file: string;
  line: number;
  code: string;
  message: string;
}

/** Files with a problem are left out whole; the others are in. */
export interface ImportReport {
  files: number;
  sections: number;
  statements: number;
  skipped: string[];
  problems: ImportProblem[];
}

/** A service. `chat_url` is a written chat, `url` a website. `verified` is the date of the last check (ISO), if it was checked. */
export interface Helpline {
  id: string;
  name: string;
  kind: "abuse" | "crisis" | "emergency" | "general" | "youth";
  audience: "adult" | "all" | "youth";
  phone: string | null;
  text: string | null;
  chat_url: string | null;
  url: string | null;
  hours: string;
  languages: string[];
  cost: string;
  who_answers: string;
  verified: string | null;
  pair: string | null;
}

export interface CountryHelp {
  country: string;
  services: Helpline[];
}

export interface Countries {
  countries: string[];
}

export interface ModeratorIn {
  name: string;
}

export interface RoleIn {
  role: "admin" | "community-manager" | "moderator";
}

/** Clears an adult's listener account for both ages, until then. `check` says which check of the background this rests on; it is kept in the audit log. */
export interface ClearanceIn {
  until: number;
  check: string;
}

/** A listener who may meet teens and adults. `in_force` False: it has ended. */
export interface Clearance {
  person: Person;
  by: string;
  at: number;
  until: number | null;
  in_force: boolean;
}

export interface Clearances {
  clearances: Clearance[];
  next: string | null;
}

/** Corrects an age once declared. The reason is kept in the audit log. */
export interface AgeIn {
  age: "adult" | "teen";
  reason: string;
}

/** `burst` may come at once, then one every `period_ms`. */
export interface LimitIn {
  burst: number;
  period_ms: number;
}

/** A limit in force. The defaults are what the process was started with. `changed_by` None: nobody has changed it. */
export interface Limit {
  name: string;
  counts: "account name" | "account name and address" | "address" | "connection" | "everybody" | "letter box" | "person" | "room" | "session";
  burst: number;
  period_ms: number;
  default_burst: number;
  default_period_ms: number;
  changed_by: string | null;
  changed_at: number | null;
}

export interface FigureIn {
  value: number;
}

/** One figure of the ladder of warnings, of the steps' lengths, or of the ladder of trust. */
export interface Figure {
  name: string;
  value: number;
  default: number;
  least: number;
  most: number;
  changed_by: string | null;
  changed_at: number | null;
}

export interface Limits {
  limits: Limit[];
  figures: Figure[];
}

/** `days` None: until lifted. The reason is shown to the person. */
export interface BanIn {
  name: string;
  reason: string;
  days?: number | null;
}

export interface Ban {
  id: string;
  person: Person;
  reason: string;
  by: string;
  at: number;
  until: number | null;
  lifted: boolean;
}

export interface Bans {
  bans: Ban[];
  next: string | null;
}

/** As staff see a request: `held_by` is who has a lease on it now. */
export interface WaitingRequest {
  id: string;
  person: Person;
  age: string;
  topic: string;
  language: string;
  severity: number;
  since: number;
  state: string;
  held_by: string | null;
}

export interface WaitingRequests {
  requests: WaitingRequest[];
  next: string | null;
}

/** One pool: an age class and a language. `matched` counts the last half hour; `oldest` is since when the first in rank waits. */
export interface PoolStatistics {
  pool: string;
  waiting: number;
  oldest: number;
  matched: number;
  estimate: Estimate;
}

/** The last comparison of the index with the table; all but `rows` is 0 as long as they agree. What differed was put right. */
export interface QueueCheck {
  at: number;
  rows: number;
  missing: number;
  different: number;
  surplus: number;
}

export interface QueueStatistics {
  waiting: number;
  held: number;
  here: number;
  boards: number;
  index_bytes: number;
  pools: PoolStatistics[];
  since_start: Record<string, number>;
  check: QueueCheck;
}

/** One act. `hash` chains it to the entry before: removing or changing one is detected. */
export interface AuditEntry {
  number: number;
  at: number;
  actor: string;
  act: string;
  subject: string;
  details: Record<string, string>;
  hash: string;
}

/** What of the log is read; empty or 0: all. `act` is its beginning, as `person.`; `until` itself is left out. */
export interface AuditQuestion {
  actor: string;
  act: string;
  subject: string;
  since: number;
  until: number;
  newest: boolean;
}

export interface AuditPage {
  entries: AuditEntry[];
  next: string | null;
}

export interface AuditCheck {
  intact: boolean;
  entries: number;
  first_broken: number | null;
}

export interface Report {
  id: string;
  at: number;
  reporter: Person;
  about: Person;
  channel: string | null;
  text: string;
  state: "closed" | "open";
}

export interface Reports {
  reports: Report[];
  next: string | null;
}

/** A new version. `text` is Markdown; `summary` says in plain words what it comes to. `asked_from`: the day, from midnight UTC on, from which people are asked to accept it; today: at once. At the latest `agreement_ahead_days` ahead. */
export interface AgreementDraftIn {
  title: string;
  summary: string;
  text: string;
  asked_from: string;
}

/** `version`: as the preview named it; a conflict if another was published meanwhile. */
export interface AgreementIn {
  title: string;
  summary: string;
  text: string;
  asked_from: string;
  version: string;
}

/** As people will read it. Nothing of it is kept. */
export interface AgreementPreview {
  agreement: Agreement;
  asked_from: number;
}

/** One version. `by` is None for what came with the software. `waits`: nobody is asked for it yet. */
export interface AgreementEdition {
  kind: "guidelines" | "listener" | "member" | "privacy";
  version: string;
  title: string;
  at: number;
  asked_from: number;
  by: string | null;
  state: "in-force" | "over" | "waits";
}

/** Newest first. */
export interface AgreementEditions {
  editions: AgreementEdition[];
  next: string | null;
}

/** One version as it was written: the beginning of the next. */
export interface AgreementSource {
  edition: AgreementEdition;
  summary: string;
  text: string;
}

/** `held`: whether names are refused for it. `by` and `at`: who of staff changed that last; None where it is as it came with the software. */
export interface NameWord {
  kind: "banned" | "reserved";
  word: string;
  shipped: boolean;
  held: boolean;
  by: string | null;
  at: number | null;
}

/** By the word. */
export interface NameWords {
  words: NameWord[];
  next: string | null;
}

export interface NameWordIn {
  held: boolean;
}

/** How many names there are that such a word would match. They stay; nobody new gets one. `more`: not all were counted. */
export interface NameMatches {
  count: number;
  more: boolean;
}

/** What the asker may do as one of staff. */
export interface StaffMe {
  roles: string[];
  permissions: ("ages.correct" | "agreements" | "audit.read" | "bans" | "bulk" | "checks" | "clearances" | "licences" | "people.read" | "people.search" | "people.security" | "reviews" | "roles.give" | "verified" | "words")[];
}

/** Whom to find; empty or 0: everybody. `name` is its beginning, or the whole of it. `created_to` itself is left out. */
export interface Search {
  name: string;
  match: "exact" | "prefix";
  kind: "" | "bot" | "guest" | "listener" | "member" | "therapist";
  role: "" | "admin" | "cleared" | "community-manager" | "moderator" | "room-moderator";
  age: "" | "adult" | "teen";
  banned: boolean | null;
  created_from: number;
  created_to: number;
}

/** One line of the search. */
export interface FoundPerson {
  person: Person;
  age: "adult" | "teen" | null;
  created_at: number;
  banned: boolean;
}

export interface FoundPeople {
  people: FoundPerson[];
  next: string | null;
}

/** Why somebody's card is opened: in words, and which case it belongs to, if one (a report's, concern's or contest's id). */
export interface LookIn {
  reason: string;
  case?: string | null;
}

export interface CardRole {
  role: "admin" | "cleared" | "community-manager" | "moderator" | "room-moderator";
  scope: string;
  at: number;
  until: number | null;
}

export interface CardBan {
  id: string;
  reason: string;
  at: number;
  until: number | null;
  lifted: boolean;
}

/** How safely somebody signs in: for those who give roles. */
export interface CardSecurity {
  second_factor: boolean;
  sessions: number;
  has_password: boolean;
}

/** One account. Never on it: how it is linked, its email address, its devices, what it wrote. `bans` is None for a reader who may not ban, `security` for one who gives no roles. */
export interface PersonCard {
  person: Person;
  age: "adult" | "teen" | null;
  created_at: number;
  status: "break" | "busy" | "offline" | "online";
  languages: string[];
  banned: boolean;
  muted_until: number;
  warnings: number;
  accepted: AgreementVersion[];
  roles: CardRole[];
  bans: CardBan[] | null;
  security: CardSecurity | null;
}

/** What is to be done to whom. `days`: of bans, None for until lifted. `role`: of the two about roles. `hours`: how far back messages are removed. The reason is kept in the audit log; with a ban and a removed message, the person is shown it. */
export interface BulkIn {
  act: "ban" | "clearance-end" | "messages-remove" | "role-give" | "role-take" | "unban";
  names: string[];
  reason: string;
  days?: number | null;
  role?: "admin" | "community-manager" | "moderator" | null;
  hours?: number | null;
}

/** One person of it. `will` is what the preview found; `state` what came of it. `why`: the code of the refusal, or of what is left alone. `count`: messages, where it is about those. `kept`: it was not undone, since somebody changed it meanwhile or it cannot be any more. */
export interface BulkItem {
  name: string;
  will: "change" | "nothing" | "refused";
  why: string;
  count: number;
  state: "done" | "kept" | "skipped" | "undone" | "waiting";
}

export interface BulkSummary {
  id: string;
  act: "ban" | "clearance-end" | "messages-remove" | "role-give" | "role-take" | "unban";
  reason: string;
  days: number | null;
  role: "admin" | "community-manager" | "moderator" | null;
  hours: number | null;
  by: string;
  at: number;
  state: "done" | "planned" | "running" | "undoing" | "undone";
  total: number;
  finished: number;
  expires_at: number;
  undo_until: number | null;
  mine: boolean;
}

export interface Bulk {
  summary: BulkSummary;
  items: BulkItem[];
}

export interface Bulks {
  bulks: BulkSummary[];
  next: string | null;
}

/** What somebody says of their licence: the real name will be public with it, once staff have verified it. */
export interface LicenceIn {
  real_name: string;
  number: string;
  country: string;
  until: number;
}

/** What a therapist writes on their own page. Contact details are welcome there, and there alone. */
export interface TherapistIn {
  about: string;
}

/** One application. `until`: when it ends by itself; `ends_soon`: within the days of the reminder. `words`: what staff say to the person. */
export interface Vetting {
  id: string;
  kind: "check" | "licence" | "verified";
  state: "applied" | "ended" | "passed" | "refused";
  at: number;
  decided_at: number | null;
  until: number | null;
  ends_soon: boolean;
  words: string;
  real_name: string;
  number: string;
  country: string;
}

/** One's own applications, the newest first, and which one could make now. */
export interface MyVetting {
  vettings: Vetting[];
  may_apply: ("check" | "licence" | "verified")[];
}

/** As staff see it. */
export interface VettingCase {
  vetting: Vetting;
  person: Person;
  by: string | null;
}

export interface VettingCases {
  cases: VettingCase[];
  next: string | null;
}

/** What staff found. Passed: until when, at the latest `clearance_max_days` ahead. `basis`: what it rests on, in the audit log; `words`: for the person. */
export interface VettingResultIn {
  outcome: "passed" | "refused";
  basis: string;
  until?: number | null;
  words?: string;
}

/** What everybody reads of a therapist whose licence holds. */
export interface TherapistPage {
  name: string;
  real_name: string;
  number: string;
  country: string;
  until: number;
  verified_at: number;
  about: string;
}

/** `good`: found good, and published with others once there are five; `shown`: on the listener's profile. `id` is chance, and says nothing of when. */
export interface Review {
  id: string;
  listener: Person;
  text: string;
  state: "good" | "refused" | "shown" | "waits";
}

export interface Reviews {
  reviews: Review[];
  next: string | null;
}

/** `refused` takes out one that is shown, too. `reason`: in the audit log. */
export interface ReviewDecisionIn {
  outcome: "good" | "refused";
  reason?: string;
}

/** A new note: about the person of this `name`, or about this `chat` of one's own; one of the two. */
export interface NoteIn {
  text: string;
  name?: string | null;
  chat?: string | null;
}

export interface NoteChange {
  text: string;
}

/** One's own. `name` or `chat`: what it is about. */
export interface Note {
  id: string;
  text: string;
  at: number;
  edited_at: number | null;
  name: string | null;
  chat: string | null;
}

export interface Notes {
  notes: Note[];
}

/** Asks for a copy. `linked`: with the data of the person's other account in the same file, which shows that the two belong together. */
export interface CopyIn {
  linked?: boolean;
}

/** A copy that was asked for. `ready`: it can be fetched, until `until`. */
export interface Copy {
  id: string;
  linked: boolean;
  at: number;
  until: number;
  ready: boolean;
}

export interface Copies {
  copies: Copy[];
}

/** Closes the account, and the linked one. Signing in again within `close_days` brings it back; after that it is erased, posts as said here. */
export interface CloseIn {
  posts: "go" | "stay";
  sure?: boolean;
}

/** Erases now, for good. `only`: of two linked accounts the listener's alone, where the request comes from that; else both. */
export interface EraseIn {
  posts: "go" | "stay";
  only?: boolean;
  sure?: boolean;
}

/** What the person said against a decision, and what came of it. `answer` is for the person. */
export interface Contest {
  at: number;
  text: string;
  state: "open" | "overturned" | "upheld";
  answer: string;
  decided_at: number | null;
  seen: boolean;
}

/** One decision, whole: what, which rule, which words, by a human or a machine, for how long, and how to contest it. */
export interface Decision {
  id: string;
  kind: "ban" | "removal" | "sanction" | "warning";
  what: "ban" | "message-removed" | "mute" | "notice" | "remove" | "room-ban" | "room-mute" | "room-remove" | "site-ban";
  room: string;
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  words: string;
  source: "human" | "machine";
  at: number;
  until: number | null;
  state: "ended" | "in-force" | "overturned";
  seen: boolean;
  contest_until: number;
  can_contest: boolean;
  contest: Contest | null;
  evidence: string;
}

/** All that was decided about the person, newest first. `counting`: warnings that have not faded. */
export interface Standing {
  decisions: Decision[];
  counting: number;
  muted_until: number | null;
}

/** Why the person sees it differently. */
export interface ContestIn {
  text: string;
}

/** A contested decision as staff see it. `can_decide` False: the reader decided it the first time, or it is about them. */
export interface ContestCase {
  id: string;
  person: Person;
  kind: "ban" | "removal" | "sanction" | "warning";
  what: "ban" | "message-removed" | "mute" | "notice" | "remove" | "room-ban" | "room-mute" | "room-remove" | "site-ban";
  room: string;
  rule: "contact" | "graphic" | "kindness" | "off-topic" | "other" | "pressure" | "spam";
  words: string;
  by: string;
  at: number;
  until: number | null;
  evidence: string;
  contest: Contest;
  decided_by: string | null;
  can_decide: boolean;
}

export interface ContestCases {
  contests: ContestCase[];
  next: string | null;
}

/** `overturned` undoes all that followed from the decision. The answer is shown to the person. */
export interface ContestDecisionIn {
  outcome: "overturned" | "upheld";
  answer: string;
}

/** A rule as it is in force, or not. `custom`: staff wrote it; the others are shipped, and only their stage can be changed. `share`: of 1000 people, in the stage `share`. `seen` and `acted`: its hits in the last 30 days, and how many of them acted. */
export interface ScreeningRule {
  name: string;
  about: "abuse-disclosed" | "contact" | "crisis-other" | "crisis-own" | "encouragement" | "hate" | "method-detail" | "sexual-grooming";
  action: "block" | "help" | "hold" | "pass";
  stage: "all" | "shadow" | "share";
  share: number;
  enabled: boolean;
  custom: boolean;
  conversation: boolean;
  language: string;
  owner: string;
  version: number;
  patterns: number;
  seen: number;
  acted: number;
}

export interface ScreeningRules {
  rules: ScreeningRule[];
  next: string | null;
}

/** Who changed a rule, and to what. The shipped state is version 0 and has no entry. */
export interface ScreeningVersion {
  version: number;
  at: number;
  by: string;
  stage: "all" | "shadow" | "share";
  share: number;
  enabled: boolean;
}

/** A rule with its text (JSON, as in the files) and its history, the newest first. */
export interface ScreeningRuleWhole {
  rule: ScreeningRule;
  text: string;
  versions: ScreeningVersion[];
}

/** What is left out stays as it is. `version` is the one that was seen: somebody else's change in the meantime is a conflict. */
export interface ScreeningRuleEdit {
  version: number;
  stage?: "all" | "shadow" | "share" | null;
  share?: number | null;
  enabled?: boolean | null;
}

/** A rule of staff's own. One pattern a line. It begins in the stage `shadow`, where it only counts. */
export interface ScreeningRuleIn {
  name: string;
  about: "abuse-disclosed" | "contact" | "crisis-other" | "crisis-own" | "encouragement" | "hate" | "method-detail" | "sexual-grooming";
  patterns: string;
  unless?: string;
  conversation?: boolean;
  note?: string;
}

/** A text to try; earlier messages of the same author come first, one a line. Nothing of it is kept. */
export interface ScreeningTryIn {
  text: string;
  earlier?: string[];
}

/** `start` and `end` count characters of the text. `acts` False: a rule that only counts. */
export interface ScreeningHit {
  rule: string;
  about: "abuse-disclosed" | "contact" | "crisis-other" | "crisis-own" | "encouragement" | "hate" | "method-detail" | "sexual-grooming";
  start: number;
  end: number;
  acts: boolean;
}

export interface ScreeningTry {
  action: "block" | "help" | "hold" | "pass";
  help: boolean;
  hits: ScreeningHit[];
  words: string;
}

/** Somebody wrote what may be a sign of danger, or said at the gate that there is one. The words are not here: reading them is an act of its own. `urgent`: contact details came with it, and were covered. `calls`: how often staff were called for it. `told_bot`: it was told a bot by somebody who waits, and is for the listener alone to read. `at_gate`: they answered so at the gate, in no words of their own. */
export interface Concern {
  id: string;
  person: Person;
  channel: string;
  about: "abuse" | "other" | "own";
  at: number;
  last_at: number;
  count: number;
  state: "closed" | "open" | "taken";
  readable: boolean;
  urgent: boolean;
  calls: number;
  told_bot: boolean;
  at_gate: boolean;
  taken_by: string | null;
}

export interface Concerns {
  concerns: Concern[];
  waiting: number;
  next: string | null;
}

/** None: the message was not stored, was removed, or is gone. */
export interface ConcernWords {
  seq: number | null;
  text: string | null;
}

/** `code` is stable and is what clients act on; `detail` says what to do, in the reader's language. `start` and `end`: which characters (Unicode code points, the end after the last) of `field` it is about, where that is known. `why`: for whoever writes programs, in English: what of the input does not fit, and where; empty where there is no more to say. `help`: what was not taken may mean danger: show crisis help at once, and say why it was not taken. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  why: string;
  field: string | null;
  retry_at: number | null;
  start: number | null;
  end: number | null;
  help: "" | "abuse" | "other" | "own";
}

/** Where a client was: the channel's epoch and the last number it holds without a gap. */
export interface Position {
  epoch: string;
  seq: number;
}

/** Enters a channel; answered by `subscribed`. With `since`, only what came after it is sent, if that is still whole. */
export interface SubscribeFrame {
  type: "subscribe";
  ref: string;
  channel: string;
  since?: Position | null;
}

export interface UnsubscribeFrame {
  type: "unsubscribe";
  ref: string;
  channel: string;
}

/** Says something; acked after it is stored for good. */
export interface SendFrame {
  type: "send";
  ref: string;
  channel: string;
  text: string;
  reply_to?: number | null;
}

/** Changes one's own message, for 5 minutes. */
export interface EditFrame {
  type: "edit";
  ref: string;
  channel: string;
  seq: number;
  text: string;
}

/** Takes one's own message back, for 5 minutes. */
export interface DeleteFrame {
  type: "delete";
  ref: string;
  channel: string;
  seq: number;
}

/** Never answered. Send it at most every 3 s while the person types. */
export interface TypingFrame {
  type: "typing";
  channel: string;
}

/** Never answered. Both numbers only ever rise. Chats only. */
export interface MarkedFrame {
  type: "mark";
  channel: string;
  delivered: number;
  read: number;
}

/** A listener follows the queue: `board` comes at once, then `board-changed` with each change. */
export interface WatchBoardFrame {
  type: "watch-board";
  ref: string;
}

export interface UnwatchBoardFrame {
  type: "unwatch-board";
  ref: string;
}

/** Marks a warning, or what `decided` told, as read: until then it comes with every connection. */
export interface SeeWarningFrame {
  type: "see-warning";
  ref: string;
  id: string;
}

/** Answered by `pong`: lets a page find out that its connection is dead. */
export interface PingFrame {
  type: "ping";
  ref: string;
}

/** The first frame. An own waiting request, open chats and unseen warnings follow as frames of their own. `ticket`: offered among the subprotocols as `cups.ticket.<ticket>`, it brings this person back quickly, once. */
export interface WelcomeFrame {
  type: "welcome";
  me: Me;
  now: number;
  heartbeat_ms: number;
  ticket: string;
}

/** Done, and stored. For `send`, `edit` and `delete`: the event's number in its channel. */
export interface AckFrame {
  type: "ack";
  ref: string;
  channel: string | null;
  seq: number | null;
  at: number | null;
}

/** Not done. `retry_at` says when it will be allowed; `ref` is None where the frame could not be read. `detail` says what to do, in the person's language; `why` what of the input does not fit, for whoever writes programs. `start` and `end`: which characters (Unicode code points, the end after the last) of `field` it is about, where that is known. */
export interface RefusedFrame {
  type: "error";
  ref: string | null;
  code: string;
  detail: string;
  field: string | null;
  retry_at: number | null;
  start: number | null;
  end: number | null;
  why: string;
}

/** The channel's first state, whole as of `seq`; live events follow from `seq + 1`. It comes again unasked (`ref` None) in a room where what reaches this person has changed, because they blocked somebody or took that back: start afresh. `recovered` True: `messages` holds every message new or changed since the position given; merge by `seq`. False: the position could not be continued, or none was given; `messages` are the last ones, start afresh. */
export interface SubscribedFrame {
  type: "subscribed";
  ref: string | null;
  channel: string;
  kind: "chat" | "room";
  epoch: string;
  seq: number;
  recovered: boolean;
  messages: Message[];
  more: boolean;
  present: Person[];
  present_count: number;
  marks: Mark[];
  can_send: boolean;
  can_moderate: boolean;
  chat: Chat | null;
  room: RoomNow | null;
  pins: Pin[];
  muted_until: number | null;
}

/** A new message; its number is `message.seq`. */
export interface SaidFrame {
  type: "message";
  channel: string;
  message: Message;
}

/** A message was edited or removed; the event's own number is `seq`. */
export interface ChangedFrame {
  type: "changed";
  channel: string;
  seq: number;
  message: Message;
}

/** An event of this number that is kept from this person: somebody whom they have blocked said or changed something. It takes its number, and nothing else. */
export interface WithheldFrame {
  type: "withheld";
  channel: string;
  seq: number;
}

/** Someone is typing; forget it after 5 s. */
export interface TypesFrame {
  type: "types";
  channel: string;
  name: string;
}

/** Who came and went since the last such frame; in big rooms only `count` is told. */
export interface PresenceFrame {
  type: "presence";
  channel: string;
  count: number;
  came: Person[];
  left: string[];
}

export interface ReceiptFrame {
  type: "receipt";
  channel: string;
  mark: Mark;
}

/** The own request: place, estimate, or its end. */
export interface RequestChangedFrame {
  type: "request";
  request: RequestState;
}

/** What this person told a bot while they wait changed, on this device or another. */
export interface BotTalkChangedFrame {
  type: "bot-talk";
  talk: BotTalk;
}

/** The listener's board as of `number`. Comes again where what this listener may take has changed. */
export interface WholeBoardFrame {
  type: "board";
  number: number;
  board: Board;
}

/** What changed since `number - 1`: take out `gone`, then put in each of `came` at its place, in order. Whoever holds another number than the one before watches again. */
export interface BoardChangedFrame {
  type: "board-changed";
  number: number;
  waiting: number;
  gone: string[];
  came: BoardPlace[];
}

/** To a listener: somebody asks for them personally. Comes again with every connection for as long as it rings. */
export interface PersonallyAskedFrame {
  type: "personal";
  request: PersonalRequest;
}

/** It rings no more: `taken` and `declined` by this listener, `missed`, or `over` for every other reason. */
export interface PersonalOverFrame {
  type: "personal-over";
  id: string;
  reason: "declined" | "missed" | "over" | "taken";
}

/** A chat of this person was opened, changed or ended. */
export interface ChatChangedFrame {
  type: "chat";
  chat: Chat;
}

export interface WarnedFrame {
  type: "warning";
  warning: Warning;
}

/** Moderators slowed, closed or opened the room, and this is how it is now. */
export interface RoomIsFrame {
  type: "room";
  channel: string;
  now: RoomNow;
}

/** A message was pinned, or one that is pinned was edited. */
export interface PinnedFrame {
  type: "pinned";
  channel: string;
  pin: Pin;
}

/** Taken from the top of the room: by a moderator, or because the message is gone. */
export interface UnpinnedFrame {
  type: "unpinned";
  channel: string;
  seq: number;
}

/** What this person may do in a room changed while they are in it: as in `subscribed`. */
export interface PlaceFrame {
  type: "place";
  channel: string;
  can_send: boolean;
  can_moderate: boolean;
  muted_until: number | null;
}

/** A moderator muted, removed or banned this person in one room: why, which rule, until when, and how to contest it. */
export interface DecidedFrame {
  type: "decided";
  decision: Decision;
}

/** The server took this connection out of a channel: the room was retired, or the person may not be in it (any more). */
export interface LeftFrame {
  type: "left";
  channel: string;
  code: string;
  detail: string;
  until: number | null;
}

/** Something this person wrote in `channel` may mean danger, for themselves or somebody else, or tell of abuse: show them crisis help. Nothing was held back because of it. `hidden`: contact details in it were covered, for everybody. */
export interface HelpOfferedFrame {
  type: "help";
  channel: string;
  about: "abuse" | "other" | "own";
  hidden: boolean;
}

/** To staff alone: somebody wrote what may be a sign of danger, or said so at the gate, and nobody looks after them yet. No words, no names: the concern has them. `urgent`: contact details came with it, and were covered. `again`: nobody has taken it in time, so all staff are called again. */
export interface StaffCalledFrame {
  type: "staff-called";
  concern: string;
  about: "abuse" | "other" | "own";
  urgent: boolean;
  again: boolean;
}

/** To staff alone: somebody looks after this concern. */
export interface StaffAnsweredFrame {
  type: "staff-answered";
  concern: string;
}

/** Roles, status or sanctions of this person changed. */
export interface MeChangedFrame {
  type: "me";
  me: Me;
}

export interface PongFrame {
  type: "pong";
  ref: string;
  now: number;
}

/** The server is about to close: come back after `after_ms`, with the positions held and this ticket. */
export interface GoAwayFrame {
  type: "go-away";
  after_ms: number;
  ticket: string;
}

export type ClientFrame = SubscribeFrame | UnsubscribeFrame | SendFrame | EditFrame | DeleteFrame | TypingFrame | MarkedFrame | WatchBoardFrame | UnwatchBoardFrame | SeeWarningFrame | PingFrame;
export type ServerFrame = WelcomeFrame | AckFrame | RefusedFrame | SubscribedFrame | SaidFrame | ChangedFrame | WithheldFrame | TypesFrame | PresenceFrame | ReceiptFrame | RequestChangedFrame | BotTalkChangedFrame | WholeBoardFrame | BoardChangedFrame | PersonallyAskedFrame | PersonalOverFrame | ChatChangedFrame | WarnedFrame | RoomIsFrame | PinnedFrame | UnpinnedFrame | PlaceFrame | DecidedFrame | LeftFrame | HelpOfferedFrame | StaffCalledFrame | StaffAnsweredFrame | MeChangedFrame | PongFrame | GoAwayFrame;

export const PROTOCOL = "cups.v1.json";
export const TICKET = "cups.ticket.";
export const CLOSE = {
  PROTOCOL: 4400,
  SIGN_IN: 4401,
  ENDED: 4403,
  RENEWED: 4406,
  SLOW: 4408,
  REPLACED: 4409,
  FLOOD: 4429,
  GOING_AWAY: 1001,
} as const;
