// One channel as this page holds it: its messages in order, who is there, what is on its way. No socket, no DOM, told the time.
//
// Events are numbered without a gap: a new message by its `seq`, an edit or removal by a number of its own. `seq` here is the last
// number held without a gap; whoever finds one subscribes again from it. Messages are replaced, never changed in place, so that a
// view may compare them by identity.

import type { Chat, History, Mark, Message, Person, Pin, Position, RoomNow, ServerFrame, SubscribedFrame } from "../generated/wire";
import type { Refusal } from "./connection";

/** A message of one's own that the server has not been seen to hold yet. */
export interface Pending {
  ref: string;
  text: string;
  replyTo: number | null;
  state: "sending" | "refused";
  refusal: Refusal | null;
  /** Its place once acked; it leaves this list as soon as the message of that place is here. */
  seq: number | null;
}

/** Words that the server held back: they belong where they were written, to be changed. */
export interface Held {
  text: string;
  replyTo: number | null;
  refusal: Refusal;
}

export type Applied = "applied" | "known" | "gap";

export const TYPING_FOR = 5_000;

export class Channel {
  kind: "chat" | "room" = "chat";
  /** False until the first `subscribed`. */
  ready = false;
  epoch: string | null = null;
  seq = 0;
  messages: readonly Message[] = [];
  /** Whether older messages can be asked for. */
  more = false;
  /** Whether something between the messages held before and now was lost for good: told to the person, never hidden. */
  broken = false;
  pending: readonly Pending[] = [];
  present: readonly Person[] = [];
  presentCount = 0;
  marks: ReadonlyMap<string, Mark> = new Map();
  canSend = false;
  canModerate = false;
  chat: Chat | null = null;
  /** How a room is now: slow, closed. */
  room: RoomNow | null = null;
  pins: readonly Pin[] = [];
  /** Until when this person does not write in this room, by a moderator's decision. */
  mutedUntil: number | null = null;
  left: { code: string; detail: string; until: number | null } | null = null;
  /** What was held back last, until the composer has it. */
  held: Held | null = null;
  private typists: ReadonlyMap<string, number> = new Map();

  constructor(readonly id: string) {}

  /** Where to go on after a lost connection; null before anything is held. */
  position(): Position | null {
    return this.epoch === null ? null : { epoch: this.epoch, seq: this.seq };
  }

  subscribed(frame: SubscribedFrame): void {
    if (frame.recovered) {
      this.merge(frame.messages);
    } else {
      const held = this.messages.at(-1);
      const first = frame.messages[0];
      this.broken = held !== undefined && first !== undefined && (frame.epoch !== this.epoch || first.seq > this.seq + 1);
      this.messages = [];
      this.typists = new Map();
      this.merge(frame.messages);
      this.more = frame.more;
    }
    this.ready = true;
    this.left = null;
    this.kind = frame.kind;
    this.epoch = frame.epoch;
    this.seq = frame.seq;
    this.present = frame.present;
    this.presentCount = frame.present_count;
    this.marks = new Map(frame.marks.map((mark) => [mark.name, mark]));
    this.canSend = frame.can_send;
    this.canModerate = frame.can_moderate;
    this.chat = frame.chat;
    this.room = frame.room;
    this.pins = frame.pins;
    this.mutedUntil = frame.muted_until;
    this.dropArrived();
  }

  /** Takes one live frame of this channel. `gap`: nothing was taken, subscribe again. `known`: it was here already. */
  apply(frame: ServerFrame, now: number): Applied {
    switch (frame.type) {
      case "message":
        return this.numbered(frame.message.seq, () => {
          this.merge([frame.message]);
          this.stopTyping(frame.message.author.name);
        });
      case "changed":
        return this.numbered(frame.seq, () => {
          // An old message that this page never loaded stays unloaded.
          if (this.messages.some((held) => held.seq === frame.message.seq)) this.merge([frame.message]);
          // Its words must not stand in the pin any longer than in the message.
          if (frame.message.removed !== null) this.unpin(frame.message.seq);
        });
      case "withheld":
        return this.numbered(frame.seq, () => {});
      case "types":
        this.typists = new Map(this.typists).set(frame.name, now + TYPING_FOR);
        return "applied";
      case "presence": {
        const gone = new Set([...frame.left, ...frame.came.map((person) => person.name)]);
        this.present = [...this.present.filter((person) => !gone.has(person.name)), ...frame.came];
        this.presentCount = frame.count;
        return "applied";
      }
      case "receipt":
        this.marks = new Map(this.marks).set(frame.mark.name, frame.mark);
        return "applied";
      case "chat":
        this.chat = frame.chat;
        if (frame.chat.ended_at !== null) this.canSend = false;
        return "applied";
      case "room":
        this.room = frame.now;
        return "applied";
      case "pinned": {
        const known = this.pins.some((held) => held.message.seq === frame.pin.message.seq);
        this.pins = known ? this.pins.map((held) => (held.message.seq === frame.pin.message.seq ? frame.pin : held)) : [...this.pins, frame.pin];
        return "applied";
      }
      case "unpinned":
        this.unpin(frame.seq);
        return "applied";
      case "place":
        this.canSend = frame.can_send;
        this.canModerate = frame.can_moderate;
        this.mutedUntil = frame.muted_until;
        return "applied";
      case "left":
        this.left = { code: frame.code, detail: frame.detail, until: frame.until };
        this.canSend = false;
        return "applied";
      default:
        return "known";
    }
  }

  private unpin(seq: number): void {
    this.pins = this.pins.filter((held) => held.message.seq !== seq);
  }

  /** Older messages, from the history. */
  older(history: History): void {
    if (history.epoch !== this.epoch) return;
    this.merge(history.messages);
    this.more = history.more;
  }

  typing(now: number, except: string | null): string[] {
    return [...this.typists].filter(([name, until]) => until > now && name !== except).map(([name]) => name);
  }

  sending(ref: string, text: string, replyTo: number | null): void {
    const fresh: Pending = { ref, text, replyTo, state: "sending", refusal: null, seq: null };
    this.held = null;
    const known = this.pending.some((one) => one.ref === ref);
    this.pending = known ? this.pending.map((one) => (one.ref === ref ? fresh : one)) : [...this.pending, fresh];
  }

  /** One that was written long ago and never arrived: it waits for its writer to say what becomes of it. */
  unsent(ref: string, text: string, replyTo: number | null): void {
    this.pending = [...this.pending, { ref, text, replyTo, state: "refused", refusal: null, seq: null }];
  }

  acked(ref: string, seq: number | null): void {
    if (seq === null) this.discard(ref);
    else this.pending = this.pending.map((one) => (one.ref === ref ? { ...one, seq } : one));
    this.dropArrived();
  }

  refused(ref: string, refusal: Refusal): void {
    const one = this.pending.find((pending) => pending.ref === ref);
    if (one !== undefined && refusal.code.startsWith("held-")) {
      this.held = { text: one.text, replyTo: one.replyTo, refusal };
      this.discard(ref);
      return;
    }
    this.pending = this.pending.map((one) => (one.ref === ref ? { ...one, state: "refused", refusal } : one));
  }

  discard(ref: string): void {
    this.pending = this.pending.filter((one) => one.ref !== ref);
  }

  /** How far the other side of a chat has got with the message at `seq`. */
  progress(seq: number, other: string): "sent" | "delivered" | "read" {
    const mark = this.marks.get(other);
    if (mark === undefined || mark.delivered < seq) return "sent";
    return mark.read < seq ? "delivered" : "read";
  }

  private numbered(number: number, take: () => void): Applied {
    if (!this.ready || number > this.seq + 1) return "gap";
    if (number <= this.seq) return "known";
    take();
    this.seq = number;
    this.dropArrived();
    return "applied";
  }

  private merge(incoming: readonly Message[]): void {
    const bySeq = new Map(this.messages.map((message) => [message.seq, message]));
    for (const message of incoming) {
      const held = bySeq.get(message.seq);
      if (held === undefined || message.rev > held.rev) bySeq.set(message.seq, message);
    }
    this.messages = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  }

  private dropArrived(): void {
    // By number and not by presence alone: a message acked and then out of the kept window is held by the server all the same.
    this.pending = this.pending.filter((one) => one.seq === null || one.seq > this.seq);
  }

  private stopTyping(name: string): void {
    if (!this.typists.has(name)) return;
    const rest = new Map(this.typists);
    rest.delete(name);
    this.typists = rest;
  }
}
