// The site's ONE WebSocket. Pages subscribe to streams; all of them share this connection. Where a network blocks it, polls
// say the same (laoyou/polling, loaded only then), until a socket opens again; pages notice nothing. docs/realtime.md tells all.
//
// Server to client   {stream, seq, type, data}             seq is null for hints that are never replayed (typing, presence)
//                    {stream, seq, prev, type, data}       a repair: it follows on `prev`, whatever lay between changed again
//                    {stream, type: "not_allowed"}         the right to hear it was lost
//                    {stream, type: "reset", seq, data}     too far behind to replay: load the page's state again
//                    {op: "ok", ref, …}                     answer; to a subscribe: {seq} = the stream's last, AFTER the replay
//                    {op: "refused", ref, code, message, retry_after}
//                    {op: "seqs", seqs: {stream: last}}     answer to a heartbeat
// Client to server   {op: "subscribe", ref, stream, since}  since = last seq seen, or absent for "from now on"
//                    {op: "unsubscribe", stream}
//                    {op: "send", ref, stream, client_id, data}
//                    {op: "read", stream, seq}   {op: "typing", stream}   {op: "heartbeat", seqs: {stream: last}}
//
// Exactly once, in order: a page loads its state with the stream's seq, subscribes with it as `since`, and frames that
// arrive while a replay is under way wait until it is complete. A replay may have holes (a row is stamped with its latest
// change only); live frames may not, so a hole among them asks again with `since`.

const HEARTBEAT = 30_000;
const ANSWER_WITHIN = 10_000;
const SEND_WITHIN = 30_000;
const SEND_AGAIN = 5_000;
const TYPING_EVERY = 10_000;
const OPEN_WITHIN = 4_000;
const TRIES = 2; // attempts in a row that open nothing, before polls begin

const streams = new Map(); // name -> {name, last, replaying, held, state, greeted, listeners}
const asked = new Map(); // ref -> {frame, resolve, reject, timer}
const typedAt = new Map();

let address = "";
let socket = null;
let state = "idle"; // idle, connecting, live, offline, signed-out
let attempts = 0;
let references = 0;
let reconnectTimer = 0;
let heartbeatTimer = 0;
let answerTimer = 0;
let openTimer = 0;
let failures = 0;
let everOpen = false;
let poller = null;

/** The server said no, or nothing. `code` is a word for programs, `message` is for people, `retryAfter` in seconds. */
export class Refused extends Error {
  constructor({ code = "refused", message = "", retry_after: retryAfter = null } = {}) {
    super(message || code);
    this.name = "Refused";
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Open the socket if it is not open. Does nothing on pages without an address (guests). "/ws/" is one of this host. */
export function connect() {
  const given = document.querySelector("meta[name=laoyou-socket]")?.content;
  if (!given || state !== "idle") return;
  address = new URL(given, location.href).href.replace(/^http/, "ws");
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  open();
}

/**
 * Hear a stream. `since`: the last seq the page already shows (null: from now on). onFrame(frame) gets each frame once and
 * in order; onReset(frame) means "load again"; onState(state, error) tells connecting, live, offline, signed-out or refused.
 * Returns a function that ends the subscription.
 */
export function subscribe(name, { since = null, onFrame = null, onReset = null, onState = null } = {}) {
  const listener = { onFrame, onReset, onState };
  let stream = streams.get(name);
  if (stream) {
    stream.last ??= since;
    stream.listeners.add(listener);
  } else {
    stream = { name, last: since, replaying: false, held: [], state: "", greeted: false, listeners: new Set([listener]) };
    streams.set(name, stream);
    if (state === "live") ask(stream);
    else poller?.changed();
  }
  onState?.(stream.state || (state === "live" ? "connecting" : state)); // live when the server has said so
  return () => {
    stream.listeners.delete(listener);
    if (stream.listeners.size || streams.get(name) !== stream) return;
    streams.delete(name);
    post({ op: "unsubscribe", stream: name });
  };
}

/**
 * Send data to a stream; the promise gives the server's answer or fails with Refused. The clientId makes a resend the same
 * message, so an unanswered one is sent again every 5 seconds and after a reconnect.
 */
export function send(name, data, clientId = crypto.randomUUID()) {
  if (state === "signed-out") return Promise.reject(new Refused({ code: "signed-out" }));
  return request({ op: "send", stream: name, client_id: clientId, data }, SEND_WITHIN);
}

/** Tell the server that everything up to `seq` was read. */
export function read(name, seq) {
  post({ op: "read", stream: name, seq });
}

/** How we hear: "socket", "polling", or "" while there is no line. */
export function way() {
  if (state !== "live") return "";
  return poller ? "polling" : "socket";
}

/** Tell others that the reader is typing: call on every key, it is sent at most every 10 seconds. */
export function typing(name) {
  const now = Date.now();
  if (now - (typedAt.get(name) ?? 0) < TYPING_EVERY) return;
  typedAt.set(name, now);
  post({ op: "typing", stream: name });
}

function open() {
  clearTimeout(reconnectTimer);
  clearTimeout(openTimer);
  if (!poller) become("connecting");
  let mine;
  try {
    mine = new WebSocket(address);
  } catch {
    return closed(1006, ""); // a browser that may not even try
  }
  socket = mine;
  openTimer = setTimeout(() => {
    failures = TRIES; // something on the way swallows it
    mine.close();
  }, OPEN_WITHIN);
  mine.addEventListener("open", () => mine === socket && opened());
  mine.addEventListener("message", (event) => mine === socket && received(event.data));
  mine.addEventListener("close", (event) => mine === socket && closed(event.code, event.reason));
}

function opened() {
  clearTimeout(openTimer);
  failures = 0;
  everOpen = true;
  poller?.stop();
  poller = null;
  become("live");
  for (const stream of streams.values()) ask(stream);
  for (const { frame } of asked.values()) if (frame.op === "send") post(frame);
  clearInterval(heartbeatTimer);
  heartbeatTimer = setInterval(beat, HEARTBEAT);
}

function received(text) {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return; // not ours to judge; the next heartbeat heals what was lost
  }
  attempts = 0;
  clearTimeout(answerTimer);
  if (frame.op === "ok" || frame.op === "refused") answered(frame);
  else if (frame.op === "seqs") compare(frame.seqs ?? {});
  else if (frame.stream) streamed(frame);
}

function closed(code, reason) {
  const wasOpen = state === "live" && !poller;
  socket = null;
  clearTimeout(openTimer);
  clearInterval(heartbeatTimer);
  clearTimeout(answerTimer);
  if (poller) {
    // A server that was there comes back soon; a network that lets none through seldom changes.
    const step = everOpen ? Math.min(30, 4 + 2 * attempts++) : 45;
    reconnectTimer = setTimeout(open, step * (700 + Math.random() * 600));
    return;
  }
  for (const stream of streams.values()) {
    stream.replaying = false;
    stream.held = [];
  }
  for (const [ref, { frame }] of asked) if (frame.op !== "send") settle(ref);
  if (code === 4001) return signedOut();
  if (!wasOpen && ++failures >= TRIES) fallBack();
  else become("offline");
  reconnectTimer = setTimeout(open, delay(code, reason));
}

function signedOut() {
  clearTimeout(reconnectTimer);
  poller?.stop();
  poller = null;
  become("signed-out");
  for (const ref of [...asked.keys()]) settle(ref, { code: "signed-out" });
}

/** No socket opens: the same streams by polls, and sends by POST, until one does. */
async function fallBack() {
  become("connecting");
  const polling = await import("laoyou/polling").catch(() => null);
  if (!polling) return become("offline"); // no line at all; the next attempt comes here again
  if (poller || state === "signed-out" || socket?.readyState === WebSocket.OPEN) return;
  for (const stream of streams.values()) stream.greeted = false;
  const mine = polling.poll({
    address,
    spread: everOpen ? 10_000 : 0, // whose socket broke are many, and all at once
    wanted: () => [...streams.values()].filter((stream) => stream.state !== "refused"),
    heard: (answer) => poller === mine && polled(answer),
    answered,
    down: () => poller === mine && state !== "connecting" && become("connecting"),
    signedOut,
  });
  poller = mine;
  for (const { frame } of asked.values()) if (frame.op === "send") post(frame);
}

/** The answer to a poll: frames in order, without holes, after what was asked for. */
function polled({ frames = [], seqs = {}, refused = [] }) {
  state = "live";
  for (const name of refused) {
    if (name === "member") return signedOut();
    const stream = streams.get(name);
    if (stream) tell(stream, "refused", new Refused({ code: "not_allowed" }));
  }
  for (const frame of frames) {
    const stream = streams.get(frame.stream);
    if (frame.seq == null || frame.type === "reset") streamed(frame);
    else if (stream && (stream.last === null || frame.seq > stream.last)) {
      stream.last = frame.seq;
      give(stream, frame);
    }
  }
  for (const [name, seq] of Object.entries(seqs)) {
    const stream = streams.get(name);
    if (stream) stream.last = Math.max(stream.last ?? 0, seq);
  }
  for (const stream of streams.values()) if (!["live", "refused"].includes(stream.state)) tell(stream, "live");
}

/** Milliseconds until the next attempt: the close code says how sure we may be that the server wants us back. */
function delay(code, reason) {
  const step = Math.min(30, 2 ** attempts++);
  if (code === 4008 && step === 1) return 0; // too slow a reader: come back at once and replay
  if (code === 1001) return 1000 + Math.random() * 9000; // the server restarts: not all at the same moment
  if (code === 4029) return retryAfter(reason) * 1000 + Math.random() * 1000;
  if (code === 4003) return 15_000 + Math.random() * 15_000; // no longer allowed: ask again, but calmly
  return Math.random() * step * 1000;
}

function retryAfter(reason) {
  const number = Number.parseFloat(/\d+(\.\d+)?/.exec(reason ?? "")?.[0] ?? "");
  return Number.isFinite(number) ? Math.min(number, 300) : 10;
}

function ask(stream) {
  if (poller) return poller.changed();
  stream.replaying = true;
  stream.held = [];
  const frame = { op: "subscribe", stream: stream.name };
  if (stream.last !== null) frame.since = stream.last;
  request(frame, ANSWER_WITHIN).then(
    (answer) => replayed(stream, answer),
    (error) => {
      stream.replaying = false;
      if (error.code === "timeout") return socket?.close();
      if (error.code === "lost") return;
      tell(stream, "refused", error);
      if (error.retryAfter) setTimeout(() => streams.get(stream.name) === stream && state === "live" && ask(stream), error.retryAfter * 1000);
    },
  );
}

function replayed(stream, answer) {
  stream.replaying = false;
  const held = stream.held.filter((frame) => frame.seq != null).sort((a, b) => a.seq - b.seq);
  stream.held = [];
  for (const frame of held) {
    if (stream.last !== null && frame.seq <= stream.last) continue;
    stream.last = frame.seq;
    give(stream, frame);
  }
  if (answer.seq != null) stream.last = Math.max(stream.last ?? 0, answer.seq);
  tell(stream, "live");
}

function streamed(frame) {
  const stream = streams.get(frame.stream);
  if (!stream) return;
  if (frame.type === "not_allowed") {
    tell(stream, "refused", new Refused({ code: "not_allowed" }));
  } else if (frame.type === "reset") {
    stream.held = stream.held.filter((held) => held.seq > frame.seq);
    stream.last = frame.seq ?? null;
    for (const listener of stream.listeners) listener.onReset?.(frame);
  } else if (frame.seq == null) give(stream, frame);
  else if (stream.replaying) stream.held.push(frame);
  else if (stream.last !== null && frame.seq <= stream.last) return;
  else if (stream.last === null || (frame.prev ?? frame.seq - 1) <= stream.last) {
    stream.last = frame.seq;
    give(stream, frame);
  } else ask(stream);
}

function give(stream, frame) {
  if (frame.type === "rights") askRefused();
  for (const listener of stream.listeners) {
    try {
      listener.onFrame?.(frame);
    } catch (error) {
      console.error(error); // one page module's fault must not silence the others
    }
  }
}

/** What one may hear is another thing now: what was refused may be heard. */
function askRefused() {
  for (const stream of streams.values()) {
    if (stream.state !== "refused") continue;
    stream.state = "";
    ask(stream);
  }
}

function request(frame, within) {
  return new Promise((resolve, reject) => {
    const ref = String(++references);
    const whole = { ...frame, ref };
    const timer = setTimeout(() => settle(ref, { code: "timeout" }), within);
    const again = frame.op === "send" ? setInterval(() => post(whole), SEND_AGAIN) : 0;
    asked.set(ref, { frame: whole, resolve, reject, timer, again });
    post(whole);
  });
}

function answered(frame) {
  if (frame.op === "ok") {
    const question = asked.get(String(frame.ref));
    if (!question) return;
    forget(String(frame.ref), question);
    question.resolve(frame);
  } else settle(String(frame.ref), frame);
}

function settle(ref, refusal = { code: "lost" }) {
  const question = asked.get(ref);
  if (!question) return;
  forget(ref, question);
  question.reject(new Refused(refusal));
}

function forget(ref, question) {
  clearTimeout(question.timer);
  clearInterval(question.again);
  asked.delete(ref);
}

function compare(seqs) {
  for (const [name, seq] of Object.entries(seqs)) {
    const stream = streams.get(name);
    if (stream && !stream.replaying && stream.last !== null && seq > stream.last) ask(stream);
  }
}

function beat() {
  const seqs = {};
  for (const stream of streams.values()) if (stream.last !== null) seqs[stream.name] = stream.last;
  post({ op: "heartbeat", seqs });
  clearTimeout(answerTimer);
  answerTimer = setTimeout(() => socket?.close(), ANSWER_WITHIN); // a dead line may look open for minutes
}

function wake() {
  if (poller) {
    poller.changed();
    if (!socket) open();
  } else if (state === "offline") open();
  else if (state === "live") beat();
}

function post(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
  else poller?.post(frame);
}

function become(next) {
  state = next;
  for (const stream of streams.values()) if (next !== "live") tell(stream, next);
}

function tell(stream, next, error = null) {
  stream.state = next;
  for (const listener of stream.listeners) listener.onState?.(next, error);
}
