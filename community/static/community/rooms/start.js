// A chat room: own messages appear at once, others' as they are said. The page is complete without this.

import { log, me, room, stream, words } from "community/rooms/page";
import { logLine, noteRead, readAll, show, startAgain, startLog } from "community/rooms/log";
import { closeAll, composerLine, confirmed, openComposer, poll } from "community/rooms/composer";
import { drawTyping, nowHere, nowTyping, spoke } from "community/rooms/presence";
import { actOn, asQuoted, editLast, listen, offerUndo } from "community/rooms/acts";
import { closePanel, openThread, picture, replyIn, select, threadHeard } from "community/rooms/panel";
import { connect, subscribe } from "laoyou/socket";

const PATIENCE = 8_000; // without a socket by then, the form is sent the plain way
const POLL = 15_000;
const STATES = { live: "live", connecting: "connecting", idle: "connecting", polling: "polling", offline: "offline", "signed-out": "signedOut", refused: "closed" };

const stateLine = document.getElementById("live-state");
const form = document.getElementById("chat-composer");
const composer = form ? openComposer(form, { onArrowUp: editLast }) : null;
let live = false;
let everLive = false;

function heard(frame) {
  const { type, data } = frame;
  if (type === "message") said(data);
  else if (type === "typing") nowTyping(data);
  else if (type === "presence") nowHere(data);
  else if (type === "room") changed(data);
}

function said(data) {
  if (me && data.author.id === me && !data.thread) confirmed(data.client_id);
  spoke(data.author.id);
  show(data);
  if (data.kind === "line" && data.seq > lastLine) ordered(data);
  threadHeard(data);
  if (data.removed) offerUndo(data.seq);
  noteRead();
}

let lastLine = Number(room.dataset.seq);

/** What a moderator did to the room: slower, quiet, open again, about something else. */
function ordered({ seq, line }) {
  lastLine = seq;
  const { code, args = {} } = line ?? {};
  if (code === "slow" || code === "slow_rush") changed({ slow: args.seconds });
  else if (code === "slow_off" || code === "slow_calm") changed({ slow: 0 });
  else if (code === "topic" || code === "topic_cleared") changed({ topic: args.topic ?? "" });
  else if (code === "renamed") changed({ name: args.to });
  else if (code === "read_only" || code === "archived") changed({ status: code });
  else if (code === "opened") changed({ status: "open" });
}

/** The room itself: its name, what is talked about, how slow it is. */
function changed({ name, topic, slow, status }) {
  const [title, line] = [room.querySelector(".chat-head h1"), room.querySelector("[data-topic-line]")]; // a show has neither
  if (name && title) title.textContent = name;
  if (topic !== undefined && line) line.textContent = topic || line.dataset.topicLine;
  if (slow !== undefined) {
    room.dataset.slow = slow;
    for (const button of room.querySelectorAll("button[name=slow]")) button.setAttribute("aria-pressed", String(Number(button.value) === Number(slow)));
  }
  if (status && status !== room.dataset.status) room.dataset.status = status;
  if (status) speaking(status);
}

/** Who may speak is another one now: the form goes and comes, what is half written stays in it. Nobody loads the page again. */
function speaking(status) {
  const closedLine = document.getElementById("chat-closed");
  if (!form || !closedLine) return; // whoever would not speak here anyway
  const still = status === "open" || (status === "read_only" && ("moderator" in room.dataset || "team" in room.dataset));
  room.toggleAttribute("data-speaks", still);
  form.hidden = !still;
  closedLine.hidden = still;
  if (!still) closedLine.querySelector("[data-words]").textContent = closedLine.dataset[`w_${status}`] ?? words("closed");
}

// A show is paused, slowed and ended by its stage.
document.addEventListener("laoyou:room", ({ detail }) => changed(detail));

function lineIs(state) {
  live = state === "live";
  everLive ||= live;
  if (stateLine) {
    stateLine.classList.toggle("live", live);
    stateLine.textContent = words(STATES[state] ?? "offline");
  }
  if (state === "refused") closeAll(true);
  else if (live) closeAll(false);
  logLine(live);
  composerLine(live);
}

function move(by) {
  const all = [...log.querySelectorAll(".message[data-seq]")];
  const here = all.indexOf(document.activeElement?.closest?.(".message"));
  const next = here < 0 ? all.at(by > 0 ? 0 : -1) : all[here + by];
  if (!next) return false;
  const start = here < 0 ? (all.findLast((one) => one.getBoundingClientRect().top < log.getBoundingClientRect().bottom - 24) ?? next) : next;
  start.focus({ preventScroll: true });
  start.scrollIntoView({ block: "nearest" });
  return true;
}

const typing = (target) => target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
const keysOn = () => Boolean(document.getElementById("keys-script")?.dataset.help);

// Before the keys of every page: in a room they mean the message that has the focus.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return; // below, when nothing smaller took it
    if (typing(event.target) || event.target.closest?.(".message-menu, .react-picker")) return;
    const arrows = log.contains(event.target) && (event.target === log || event.target.matches(".message"));
    if (arrows && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      if (event.target !== log && move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
      return;
    }
    if (!keysOn()) return;
    const line = document.activeElement?.closest?.(".message[data-seq]");
    const done = event.key === "j" || event.key === "k" ? move(event.key === "j" ? 1 : -1) : event.key === "c" ? composer && (composer.focus(), true) : actOn(event.key, line);
    if (!done) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], details[data-menu][open]")) return;
  if (!closePanel()) readAll();
});

listen(log, {
  reply: (line) => replyIn(line) || composer?.replyTo(asQuoted(line)),
  thread: openThread,
  picture,
  select,
  changed: said,
});
const panel = document.getElementById("chat-panel");
if (panel) listen(panel, {});

setInterval(drawTyping, 3_000);
setInterval(() => live || document.hidden || poll(said), POLL);
setTimeout(() => everLive || lineIs("offline"), PATIENCE);
startLog();
connect();
subscribe(stream, { since: Number(room.dataset.seq), onFrame: heard, onReset: startAgain, onState: lineIs });
