// What this page knows from its connection: the person, their request, chats, rooms, warnings. It hands each frame to where it
// belongs, subscribes again where something is missing, and tells whoever listens that something changed.

import type { BotTalk, Chat, Decision, HelpOfferedFrame, Me, PersonalOverFrame, PersonalRequest, ServerFrame, StaffCalledFrame, Warning } from "../generated/wire";
import { Channel, TYPING_FOR } from "./channel";
import type { Answer, Connection, State } from "./connection";
import { Outbox, SENT_BY_ITSELF_FOR } from "./outbox";
import { ListenerBoard, OwnRequest } from "./queue";

export const TYPING_EVERY = 3_000;

export interface Time {
  now(): number;
  after(ms: number, act: () => void): () => void;
}

export class Live {
  me: Me | null = null;
  request = new OwnRequest(null);
  /** What this person told a bot while they wait, as last told by the server. */
  botTalk: BotTalk | null = null;
  board = new ListenerBoard(null);
  chats: ReadonlyMap<string, Chat> = new Map();
  warnings: readonly Warning[] = [];
  /** What moderators decided about this person by hand, and they have not read yet. */
  decisions: readonly Decision[] = [];
  /** What something this person wrote may mean: crisis help is shown until they put it away. */
  help: HelpOfferedFrame["about"] | null = null;
  /** Whether contact details were covered in it. */
  helpHidden = false;
  /** Of staff: calls that nobody has answered yet, by concern. */
  calls: ReadonlyMap<string, StaffCalledFrame> = new Map();
  /** Of a listener: who asks for them personally now; and how the last such request ended. */
  ring: PersonalRequest | null = null;
  ringOver: { name: string; reason: PersonalOverFrame["reason"] } | null = null;
  /** How many frames about concerns have come: lists of them are read again after each. */
  concernsTold = 0;

  private readonly channels = new Map<string, Channel>();
  private readonly subscribing = new Set<string>();
  private readonly typedAt = new Map<string, number>();
  private readonly marked = new Map<string, { delivered: number; read: number }>();
  private readonly listeners = new Set<() => void>();
  private watching = false;

  constructor(
    private readonly connection: Connection,
    readonly time: Time,
    private readonly outbox: Outbox | null = null,
  ) {
    connection.onFrame = (frame) => {
      this.take(frame);
      this.tell();
    };
    connection.onState = () => this.tell();
    connection.onWelcome = () => {
      this.subscribing.clear();
      for (const id of this.channels.keys()) {
        this.subscribe(id);
        this.sendLeftOver(id);
      }
      if (this.watching) void this.connection.ask({ type: "watch-board" });
    };
  }

  get state(): State {
    return this.connection.state;
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
  }

  retryNow(): void {
    this.connection.retryNow();
  }

  /** Calls `act` after every change; the answer undoes it. */
  listen(act: () => void): () => void {
    this.listeners.add(act);
    return () => this.listeners.delete(act);
  }

  /** Says that something changed that did not come from the connection (an answer of the REST API, say). */
  tell(): void {
    for (const act of this.listeners) act();
  }

  /** The channel, entered on first use and kept over lost connections. */
  enter(id: string): Channel {
    const held = this.channels.get(id);
    if (held !== undefined) return held;
    const channel = new Channel(id);
    this.channels.set(id, channel);
    if (this.state.kind === "online") {
      this.subscribe(id);
      // Not within a drawing of the page, which `tell` would begin anew.
      queueMicrotask(() => this.sendLeftOver(id));
    }
    return channel;
  }

  channel(id: string): Channel | undefined {
    return this.channels.get(id);
  }

  leave(id: string): void {
    if (this.channels.delete(id) && this.state.kind === "online") void this.connection.ask({ type: "unsubscribe", channel: id });
  }

  /** Goes into a channel again that the server had taken this page out of. */
  enterAgain(id: string): void {
    if (this.channels.has(id)) this.subscribe(id);
  }

  watchBoard(): void {
    this.watching = true;
    if (this.state.kind === "online") void this.connection.ask({ type: "watch-board" });
  }

  /** Sends, and shows it as on its way until it is seen in the channel or refused. */
  send(id: string, text: string, replyTo: number | null = null): void {
    this.sendAs(id, this.connection.newRef(), text, replyTo);
  }

  /** Sends a refused message again, under its old ref: were it stored after all, it is not doubled. */
  retry(id: string, ref: string): void {
    const one = this.channels.get(id)?.pending.find((pending) => pending.ref === ref);
    if (one?.state === "refused") this.sendAs(id, ref, one.text, one.replyTo);
  }

  discard(id: string, ref: string): void {
    this.channels.get(id)?.discard(ref);
    this.outbox?.drop(ref);
    this.tell();
  }

  edit(id: string, seq: number, text: string): Promise<Answer> {
    return this.connection.ask({ type: "edit", channel: id, seq, text }, { lasting: true });
  }

  takeBack(id: string, seq: number): Promise<Answer> {
    return this.connection.ask({ type: "delete", channel: id, seq }, { lasting: true });
  }

  /** Called on every key; said every 3 s at the most. */
  typing(id: string): void {
    const now = this.time.now();
    if (now - (this.typedAt.get(id) ?? -TYPING_EVERY) < TYPING_EVERY) return;
    this.typedAt.set(id, now);
    this.connection.say({ type: "typing", channel: id });
  }

  /** Says how far a chat has come here. `shown`: whether the person can see it now. */
  mark(id: string, shown: boolean): void {
    const channel = this.channels.get(id);
    if (channel === undefined || !channel.ready || channel.kind !== "chat" || this.state.kind !== "online") return;
    const before = this.marked.get(id) ?? { delivered: 0, read: 0 };
    const delivered = Math.max(before.delivered, channel.seq);
    const read = shown ? delivered : before.read;
    if (delivered === before.delivered && read === before.read) return;
    this.marked.set(id, { delivered, read });
    this.connection.say({ type: "mark", channel: id, delivered, read });
  }

  /** A call that comes again is shown again. */
  putCallsAway(): void {
    this.calls = new Map();
    this.tell();
  }

  /** A ref for something that goes over REST. */
  newRef(): string {
    return this.connection.newRef();
  }

  /** Takes in a talk with a bot that came as an answer. */
  holdBotTalk(talk: BotTalk): void {
    this.botTalk = talk;
    this.tell();
  }

  /** The answer to something written over REST says that it may mean danger: the frame that says so as well may be late. */
  offerHelp(about: HelpOfferedFrame["about"], hidden: boolean): void {
    this.help = about;
    this.helpHidden ||= hidden;
    this.tell();
  }

  /** This request rings no more: the server said so, or this page knows it before. A late word about one ends no other. */
  ringEnds(id: string, reason: PersonalOverFrame["reason"]): void {
    if (this.ring?.id !== id) return;
    this.ringOver = { name: this.ring.person.name, reason };
    this.ring = null;
    this.tell();
  }

  putHelpAway(): void {
    this.help = null;
    this.helpHidden = false;
    this.tell();
  }

  /** Of a warning, or of what was decided by hand. */
  async seeWarning(id: string): Promise<void> {
    this.warnings = this.warnings.filter((warning) => warning.id !== id);
    this.decisions = this.decisions.filter((decision) => decision.id !== id);
    this.tell();
    await this.connection.ask({ type: "see-warning", id }, { lasting: true });
  }

  /** Takes in a chat that came by another way than a frame. */
  holdChat(chat: Chat): void {
    this.chats = new Map(this.chats).set(chat.id, chat);
    this.channels.get(chat.id)?.apply({ type: "chat", chat }, this.time.now());
    this.tell();
  }

  private sendAs(id: string, ref: string, text: string, replyTo: number | null, at = this.time.now()): void {
    const channel = this.channels.get(id);
    if (channel === undefined) return;
    channel.sending(ref, text, replyTo);
    const by = this.me?.person?.name;
    if (by !== undefined) this.outbox?.keep({ ref, channel: id, by, text, replyTo, at });
    this.typedAt.delete(id);
    this.tell();
    const question = { type: "send" as const, channel: id, text, reply_to: replyTo };
    void this.connection.ask(question, { lasting: true, ref }).then((answer) => {
      if (!answer.ok) channel.refused(ref, answer.refusal);
      else channel.acked(ref, answer.frame.type === "ack" ? answer.frame.seq : null);
      // What was refused still stands there to be sent again, unless it went back to where it was written.
      if (answer.ok || channel.pending.every((one) => one.ref !== ref)) this.outbox?.drop(ref);
      this.tell();
    });
  }

  /** Takes up what an earlier page of this tab could not bring to its end. */
  private sendLeftOver(id: string): void {
    const channel = this.channels.get(id);
    const by = this.me?.person?.name;
    if (channel === undefined || by === undefined) return;
    for (const one of this.outbox?.of(id, by) ?? []) {
      if (channel.pending.some((pending) => pending.ref === one.ref)) continue;
      if (this.time.now() - one.at <= SENT_BY_ITSELF_FOR) this.sendAs(id, one.ref, one.text, one.replyTo, one.at);
      else channel.unsent(one.ref, one.text, one.replyTo);
    }
  }

  private subscribe(id: string): void {
    const channel = this.channels.get(id);
    // One question at a time: every frame after a gap would ask again.
    if (channel === undefined || this.subscribing.has(id)) return;
    this.subscribing.add(id);
    void this.connection.ask({ type: "subscribe", channel: id, since: channel.position() }).then((answer) => {
      this.subscribing.delete(id);
      // A connection lost meanwhile is not a refusal: the next welcome subscribes again.
      if (answer.ok || this.state.kind !== "online") return;
      const { code, detail, retry_at: until } = answer.refusal;
      channel.apply({ type: "left", channel: id, code, detail, until }, this.time.now());
      this.tell();
    });
  }

  private take(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        this.me = frame.me;
        // An answer may have been missed: whoever still waits is called once more.
        this.calls = new Map();
        // What still rings is told again.
        this.ring = null;
        return;
      case "personal":
        this.ring = frame.request;
        this.ringOver = null;
        return;
      case "personal-over":
        this.ringEnds(frame.id, frame.reason);
        return;
      case "me":
        this.me = frame.me;
        return;
      case "request":
        this.request.changed(frame.request);
        return;
      case "bot-talk":
        this.botTalk = frame.talk;
        return;
      case "board":
        this.board.whole(frame.board, frame.number);
        return;
      case "board-changed":
        if (!this.board.changed(frame)) this.watchBoard();
        return;
      case "help":
        this.help = frame.about;
        this.helpHidden ||= frame.hidden;
        return;
      case "staff-called":
        this.calls = new Map(this.calls).set(frame.concern, frame);
        this.concernsTold += 1;
        return;
      case "staff-answered": {
        const rest = new Map(this.calls);
        rest.delete(frame.concern);
        this.calls = rest;
        this.concernsTold += 1;
        return;
      }
      case "warning":
        this.warnings = [...this.warnings.filter((held) => held.id !== frame.warning.id), frame.warning];
        return;
      case "decided":
        this.decisions = [...this.decisions.filter((held) => held.id !== frame.decision.id), frame.decision];
        return;
      case "chat":
        this.chats = new Map(this.chats).set(frame.chat.id, frame.chat);
        this.channels.get(frame.chat.id)?.apply(frame, this.time.now());
        return;
      case "subscribed": {
        this.subscribing.delete(frame.channel);
        this.marked.delete(frame.channel);
        this.channels.get(frame.channel)?.subscribed(frame);
        if (frame.chat !== null) this.chats = new Map(this.chats).set(frame.chat.id, frame.chat);
        return;
      }
      case "message":
      case "changed":
      case "withheld":
      case "types":
      case "presence":
      case "receipt":
      case "room":
      case "pinned":
      case "unpinned":
      case "place":
      case "left":
        this.inChannel(frame.channel, frame);
        return;
      case "ack":
      case "error":
      case "pong":
      case "go-away":
        return;
    }
  }

  private inChannel(id: string, frame: ServerFrame): void {
    if (this.channels.get(id)?.apply(frame, this.time.now()) === "gap") this.subscribe(id);
    if (frame.type === "types") this.time.after(TYPING_FOR, () => this.tell());
  }
}
