// A chat room: own messages appear at once, others' as they are said, older ones when one scrolls up.
// The page is complete without this. What is drawn here is what community/rooms/_message.html draws.

import { connect, read, send, subscribe, typing } from "laoyou/socket";
import { cooked } from "laoyou/trusted-html";

const GROUPED_WITHIN = 300_000;
const NEAR = 96; // pixels from the end that still count as the end
const TYPING_FOR = 15_000;
const PATIENCE = 8_000; // without a socket by then, the form is sent the plain way
const POLL = 15_000;

const room = document.getElementById("room");
const log = document.getElementById("chat-log");
const form = document.getElementById("chat-composer");
const box = document.getElementById("chat-text");
const refusalLine = document.getElementById("chat-refusal");
const typingLine = document.getElementById("chat-typing");
const stateLine = document.getElementById("live-state");
const jump = document.getElementById("chat-jump");
const { stream, me = "", zone } = room.dataset;
const moderator = "moderator" in room.dataset;
const words = (name) => room.dataset[`words${name}`];

const language = document.documentElement.lang || undefined;
const inZone = (options) => new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
const clock = inZone({ hour: "2-digit", minute: "2-digit", hour12: false });
const calendar = inZone({ dateStyle: "long" });
const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: zone }); // 2026-05-03

const waiting = new Map(); // client id -> {text, line} of own messages the server has not confirmed
const talkers = new Map(); // member id -> {name, until}
let everLive = false;
let live = false;
let lastRead = 0;
let loadingOlder = false;

// --- Drawing ---------------------------------------------------------------------------------------------------------

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("data-") || name.startsWith("aria-")) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

function icon(name) {
  const sprite = document.querySelector("svg use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

function initials(name) {
  const parts = name.split(/\s+/).filter((part) => /^[\p{L}\p{N}]/u.test(part));
  if (!parts.length) return "·";
  const first = (text) => Array.from(text)[0].toUpperCase();
  return parts.length > 1 && parts[0].codePointAt(0) < 0x2e80 ? first(parts[0]) + first(parts.at(-1)) : first(parts[0]);
}

function tint(name) {
  let sum = -1;
  for (const byte of new TextEncoder().encode(name)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return (((sum ^ -1) >>> 0) % 6) + 1;
}

function avatar({ name, avatar: url }) {
  const box = element("span", { className: url ? "avatar" : `avatar tint-${tint(name)}`, "aria-hidden": "true" });
  box.append(url ? element("img", { src: url, alt: "", width: 96, height: 96 }) : initials(name));
  return box;
}

function badge({ label, kind, title }) {
  const tier = /^tier-([1-4])$/.exec(kind);
  const made = element("span", { className: tier ? `tier ${kind}` : `badge ${kind}`, title });
  made.append(...(tier ? [icon(kind)] : []), label);
  return made;
}

function dateLine(at) {
  const time = element("time", { dateTime: dayOf.format(at), "data-absolute": "" }, calendar.format(at));
  return element("li", { className: "date-line", "data-day": dayOf.format(at) }, time);
}

function newLine() {
  return element("li", { className: "unread-line", id: "new" }, words("New"));
}

function emptyGroup(author, at) {
  const profile = element("a", { href: author.url, tabIndex: -1, "aria-hidden": "true" }, avatar(author));
  const head = element(
    "div",
    { className: "message-head" },
    element("a", { className: "person-name", href: author.url }, author.name),
    ...(author.badges ?? []).map(badge),
    element("time", { dateTime: at.toISOString(), "data-absolute": "" }, clock.format(at)),
  );
  const list = element("ul", { className: "message-list" });
  return element("li", { className: "message-group", "data-author": author.id, "data-day": dayOf.format(at) }, profile, head, list);
}

function drawMessage(data) {
  const line = element("li", {
    className: data.removed ? "message removed" : "message",
    id: `m${data.seq}`,
    "data-seq": data.seq,
    "data-client-id": data.client_id,
    "data-at": data.at,
  });
  if (data.removed) {
    line.append(words("Removed"));
    return line;
  }
  const text = element("div", { className: "message-text prose" });
  text.append(cooked(data.html));
  line.append(text);
  if (data.edited) line.append(element("span", { className: "message-edited" }, words("Edited")));
  const mine = moderator || (me && data.author.id === me);
  const link = element("a", {
    className: "button quiet icon-only small",
    href: `${room.dataset.message}${data.seq}/`,
    "aria-label": words(mine ? "Edit" : "Link"),
  });
  link.append(icon(mine ? "edit" : "link"));
  line.append(element("span", { className: "message-acts" }, link));
  return line;
}

/** Put a message below `above` (the last line before it): into its group, or with a date line and a group of its own. */
function place(data, above, put) {
  const at = new Date(data.at);
  const day = dayOf.format(at);
  const last = above?.matches?.(".message-group") ? above : null;
  const lastAt = last?.querySelector(".message:last-child")?.dataset.at;
  const goesOn = last && last.dataset.author === data.author.id && last.dataset.day === day && at - new Date(lastAt) < GROUPED_WITHIN;
  if (goesOn) {
    last.querySelector(".message-list").append(drawMessage(data));
    return last;
  }
  if (above?.dataset?.day !== day && dayBefore(above) !== day) put(dateLine(at));
  const group = emptyGroup(data.author, at);
  group.querySelector(".message-list").append(drawMessage(data));
  put(group);
  return group;
}

function dayBefore(line) {
  let found = line;
  while (found && !found.dataset.day) found = found.previousElementSibling;
  return found?.dataset.day;
}

// --- What comes ------------------------------------------------------------------------------------------------------

const newest = () => Math.max(0, ...Array.from(log.querySelectorAll("[data-seq]"), (line) => Number(line.dataset.seq)));
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
const toEnd = () => (log.scrollTop = log.scrollHeight);
const firstWaiting = () => log.querySelector("[data-waiting]");

function heard(frame) {
  if (frame.type === "message") show(frame.data);
  else if (frame.type === "typing") nowTyping(frame.data);
}

function show(data) {
  const stay = atEnd();
  const mine = me && data.author.id === me;
  if (mine) confirmed(data.client_id);
  talkers.delete(data.author.id);
  const known = log.querySelector(`[data-seq="${data.seq}"]`);
  if (known) known.replaceWith(drawMessage(data));
  else if (data.seq > newest()) {
    log.querySelector(".chat-empty")?.remove();
    const before = firstWaiting();
    if (document.hidden && !mine && !document.getElementById("new")) log.insertBefore(newLine(), before);
    place(data, before ? before.previousElementSibling : log.lastElementChild, (line) => log.insertBefore(line, before));
    if (stay || mine) toEnd();
    else jump.hidden = false;
  }
  drawTyping();
  noteRead();
}

function noteRead() {
  const seq = newest();
  if (!me || !live || document.hidden || !atEnd() || seq <= lastRead) return;
  lastRead = seq;
  read(stream, seq);
}

async function startAgain() {
  const page = await fetchPage("");
  if (!page) return;
  for (const line of [...log.children]) if (!line.hasAttribute("data-waiting")) line.remove();
  const before = firstWaiting();
  if (page.more) log.insertBefore(olderLine(page.messages[0].seq), before);
  let above = null;
  for (const data of page.messages) above = place(data, above, (line) => log.insertBefore(line, before));
  toEnd();
  watchOlder();
  noteRead();
}

async function fetchPage(query) {
  try {
    const answer = await fetch(room.dataset.history + query, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // no line; the next try comes by itself
  }
}

// --- Older messages --------------------------------------------------------------------------------------------------

const watcher = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && older(), { root: log, rootMargin: "200px" });

function watchOlder() {
  watcher.disconnect();
  const link = document.getElementById("older");
  if (link && log.scrollHeight > log.clientHeight) watcher.observe(link);
}

function olderLine(before) {
  const link = element("a", { className: "button small", id: "older", href: `?before=${before}`, "data-before": before });
  link.append(icon("arrow-up"), room.dataset.wordsOlder);
  return element("li", { className: "chat-older" }, link);
}

async function older() {
  const link = document.getElementById("older");
  if (!link || loadingOlder) return;
  loadingOlder = true;
  link.setAttribute("aria-busy", "true");
  const page = await fetchPage(`?before=${link.dataset.before}`);
  loadingOlder = false;
  link.removeAttribute("aria-busy");
  if (!page) return;
  const fromEnd = log.scrollHeight - log.scrollTop;
  const holder = document.createElement("ol");
  let above = null;
  for (const data of page.messages) above = place(data, above, (line) => holder.append(line));
  const next = link.parentElement.nextElementSibling;
  if (next?.matches(".date-line") && dayBefore(above) === next.dataset.day) next.remove();
  link.parentElement.replaceWith(...(page.more ? [olderLine(page.messages[0].seq)] : []), ...holder.children);
  log.scrollTop = log.scrollHeight - fromEnd;
  watchOlder();
}

log.addEventListener("click", (event) => {
  if (!event.target.closest("#older")) return;
  event.preventDefault();
  older();
});

// --- What goes -------------------------------------------------------------------------------------------------------

function newClientId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Show one's own words at once; the frame with the same client id takes their place. */
function echo(clientId, text) {
  const author = { id: me, name: room.dataset.meName, avatar: room.dataset.meAvatar, url: "#" };
  const above = log.lastElementChild;
  const goesOn = above?.matches(".message-group") && above.dataset.author === me;
  const group = emptyGroup(author, new Date());
  group.setAttribute("data-waiting", "");
  if (goesOn) group.classList.add("goes-on");
  const words_ = element("div", { className: "message-text echo" }, text);
  const line = element("li", { className: "message sending" }, words_, element("span", { className: "message-note" }, words("Sending")));
  group.querySelector(".message-list").append(line);
  log.querySelector(".chat-empty")?.remove();
  log.append(group);
  toEnd();
  return group;
}

function confirmed(clientId) {
  waiting.get(clientId)?.line.remove();
  waiting.delete(clientId);
}

function note(clientId, text, failed) {
  const line = waiting.get(clientId)?.line.querySelector(".message");
  if (!line) return;
  line.classList.toggle("failed", failed);
  line.querySelector(".message-note").textContent = text;
}

async function deliver(clientId) {
  const message = waiting.get(clientId);
  if (!message || message.under_way) return;
  message.under_way = true;
  try {
    await send(stream, { text: message.text }, clientId);
    // The line stays until its frame comes, which carries the cooked text and the place.
    setTimeout(() => waiting.has(clientId) && startAgain().then(() => confirmed(clientId)), 15_000);
  } catch (refusal) {
    message.under_way = false;
    if (refusal.code === "timeout" || refusal.code === "lost") return note(clientId, words("Unanswered"), true);
    giveBack(clientId, refusal);
  }
}

/** The server said no: the words return into the box, with the reason. */
function giveBack(clientId, refusal) {
  const { text } = waiting.get(clientId);
  confirmed(clientId);
  box.value = box.value ? `${text}\n${box.value}` : text;
  keepDraft();
  const reason = refusal.code === "signed-out" ? words("SignedOut") : refusal.message === refusal.code ? "" : refusal.message;
  complain(`${words("Failed")} ${reason}`);
  box.focus();
}

function complain(text) {
  refusalLine.textContent = text;
  refusalLine.hidden = !text;
  box.toggleAttribute("aria-invalid", Boolean(text));
}

const draft = `draft ${stream}`;

function keepDraft() {
  try {
    if (box.value) sessionStorage.setItem(draft, box.value);
    else sessionStorage.removeItem(draft);
  } catch {
    // a browser that keeps nothing
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    if (!live && !everLive) return; // no socket: the plain form works
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    const clientId = newClientId();
    box.value = "";
    keepDraft();
    complain("");
    waiting.set(clientId, { text, line: echo(clientId, text) });
    deliver(clientId);
  });
  box.addEventListener("keydown", (event) => {
    const finger = matchMedia("(pointer: coarse)").matches; // there Enter is the only way to a new line
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing || finger) return;
    event.preventDefault();
    form.requestSubmit();
  });
  box.addEventListener("input", () => {
    keepDraft();
    if (box.value.trim()) typing(stream);
  });
  try {
    box.value ||= sessionStorage.getItem(draft) ?? "";
  } catch {
    // a browser that keeps nothing
  }
}

// --- Who is typing ---------------------------------------------------------------------------------------------------

function nowTyping({ id, name }) {
  if (id === me) return;
  talkers.set(id, { name, until: Date.now() + TYPING_FOR });
  drawTyping();
}

function drawTyping() {
  for (const [id, { until }] of talkers) if (until < Date.now()) talkers.delete(id);
  const names = Array.from(talkers.values(), ({ name }) => name);
  const sentence = [() => "", () => words("TypingOne"), () => words("TypingTwo")][names.length] ?? (() => words("TypingMany"));
  typingLine.textContent = sentence().replace("NAME", () => names[0]).replace("OTHER", () => names[1]);
}

// --- The line --------------------------------------------------------------------------------------------------------

const WORDS_OF = { live: "Live", connecting: "Connecting", idle: "Connecting", offline: "Offline", "signed-out": "SignedOut", refused: "Refused" };

function lineIs(state) {
  live = state === "live";
  stateLine.classList.toggle("live", live);
  stateLine.textContent = words(WORDS_OF[state] ?? "Offline");
  if (state === "refused" && box) box.disabled = true;
  if (!live) return;
  everLive = true;
  if (box) box.disabled = false;
  for (const clientId of waiting.keys()) deliver(clientId);
  noteRead();
}

function start() {
  if (!location.hash.startsWith("#m")) (document.getElementById("new") ?? log.lastElementChild)?.scrollIntoView({ block: "end" });
  log.addEventListener("scroll", () => {
    if (!atEnd()) return;
    jump.hidden = true;
    noteRead();
  });
  jump.addEventListener("click", () => {
    toEnd();
    log.focus({ preventScroll: true });
  });
  document.addEventListener("visibilitychange", noteRead);
  setInterval(drawTyping, 3_000);
  setInterval(async () => {
    // The socket is blocked or away: look now and then.
    if (live || document.hidden) return;
    for (const data of (await fetchPage(""))?.messages ?? []) show(data);
  }, POLL);
  setTimeout(() => !everLive && lineIs("offline"), PATIENCE);
  connect();
  subscribe(stream, { since: Number(room.dataset.seq), onFrame: heard, onReset: startAgain, onState: lineIs });
  watchOlder();
}

if ("lookingBack" in room.dataset) stateLine.hidden = true;
else start();
