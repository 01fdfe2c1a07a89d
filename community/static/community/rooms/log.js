// What is on the page of what was said: new messages below, older ones above, the past around one message, how far one has
// read, and the way back to the end.

import { base, calm, counted, element, fetchPage, icon, log, me, one, post, room, stream, words } from "community/rooms/page";
import { dateLine, dayBefore, drawMessage, newLine, place, remember, threadLink } from "community/rooms/draw";
import { read } from "laoyou/socket";

const NEAR = 96; // pixels from the end that still count as the end
const READ_EVERY = 1_000;
const MOST_SHOWN = 400; // messages on the page; beyond, the oldest leave it

const jump = document.getElementById("chat-jump");
const told = document.getElementById("chat-told");
const kept = `room ${stream}`;

let whole = !("detached" in room.dataset); // the page shows the end of the room
let live = false;
let lastRead = Number(room.dataset.pointer || 0);
let came = 0; // messages of others since one left the end
let readTimer = 0;
let unreadKept = false; // marked unread by hand: not read again by looking
let loading = false;
let untold = [];
let tellTimer = 0;

const lines = () => log.querySelectorAll(".message[data-seq]");
const firstWaiting = () => log.querySelector("[data-waiting]");
export const find = (seq) => document.getElementById(`m${Number(seq)}`);
export const newest = () => Math.max(0, Number(room.dataset.newest ?? 0), ...Array.from(lines(), (line) => Number(line.dataset.seq)));
export const atEnd = () => whole && log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
const looking = () => !document.hidden && document.hasFocus();

// A picture that arrives after its words pushes what stood at the end out of sight: whoever stood there stays there.
let stays = false; // until the page stands at the end
log.addEventListener("scroll", () => (stays = atEnd()), { passive: true });
log.addEventListener("load", ({ target }) => stays && target.matches(".message-text img") && toEnd(), true);

export function toEnd() {
  log.scrollTop = log.scrollHeight;
  stays = true;
  came = 0;
  drawJump();
}

// ---- What comes ----

/** A message that came: new, or an old one that changed. */
export function show(data) {
  const known = find(data.seq);
  if (data.thread) return data.thread.count === undefined ? undefined : countReplies(data);
  if (known) {
    const stay = atEnd();
    redraw(known, drawMessage(data));
    if (stay) toEnd(); // it may have grown: by a picture, a reaction
    return quotes(data);
  }
  const last = newest();
  if (data.seq <= last) return quotes(data); // an old one, not on the page
  const mine = me && data.author.id === me;
  if (!whole) {
    room.dataset.newest = data.seq;
    if (!mine) came += 1;
    return drawJump();
  }
  const stay = atEnd();
  log.querySelector(".chat-empty")?.remove();
  const before = firstWaiting();
  if (!mine && data.kind !== "line") markNew(last, before);
  place(data, before ? before.previousElementSibling : log.lastElementChild, (line) => log.insertBefore(line, before));
  if (stay || mine) toEnd();
  else if (data.kind !== "line") {
    came += 1;
    drawJump();
  }
  if (!mine && !data.removed) tell(data);
  if (stay) trim();
}

/** In the place of what stood there; what is open beside it, written in it or has the focus stays. */
export function redraw(known, drawn) {
  const focused = known.contains(document.activeElement) ? document.activeElement : null;
  const acts = drawn.querySelector(".message-acts");
  drawn.classList.toggle("selected", known.matches(".selected"));
  known.replaceWith(drawn);
  for (const held of known.querySelectorAll(".message-bar, .message-menu")) if (acts) held.matches(".message-bar") ? acts.prepend(held) : acts.append(held);
  for (const held of known.querySelectorAll(":scope > .react-picker, :scope > .message-editor")) if (acts) acts.before(held);
  drawn.classList.toggle("editing", Boolean(drawn.querySelector(".message-editor")));
  if (!focused || focused === document.activeElement) return;
  const again = focused.isConnected ? focused : drawn.querySelector(focused.dataset.react ? `[data-react=${focused.dataset.react}]` : "[data-more]");
  (again ?? drawn).focus({ preventScroll: true });
}

/** A quote of a message changes with it. */
function quotes({ seq, removed }) {
  for (const link of document.querySelectorAll(`a.message-parent[data-to="${seq}"]`)) {
    const text = find(seq)?.querySelector(".message-text")?.textContent.trim().replace(/\s+/g, " ");
    link.lastElementChild.textContent = removed ? words("removed") : text || link.lastElementChild.textContent;
  }
}

/** The line "New" stands above what came while one was away, until one leaves again. */
function markNew(last, before) {
  const there = document.getElementById("new");
  if (looking() || (there && lastRead < last)) return;
  there?.remove();
  log.insertBefore(newLine(), before);
}

function countReplies({ seq, at, thread }) {
  const root = find(thread.seq);
  const link = root?.querySelector(".message-thread");
  const drawn = threadLink(thread.seq, thread.count, seq === thread.last_reply_seq ? new Date(at) : null);
  if (!root) return;
  if (link && drawn) link.replaceWith(drawn);
  else if (drawn) root.insertBefore(drawn, root.querySelector(".message-acts"));
  else link?.remove();
}

/** Said to those who hear the page, at most every five seconds: one message in full, more as a number. */
function tell(data) {
  if (document.hidden || !told) return;
  untold.push(data);
  tellTimer ||= setTimeout(() => {
    const text = document.createElement("div");
    if (untold.length === 1) text.append(...find(untold[0].seq)?.querySelector(".message-text")?.cloneNode(true).childNodes ?? []);
    told.textContent = untold.length === 1 ? `${untold[0].author.name}: ${text.textContent.trim()}` : counted("came", untold.length);
    untold = [];
    tellTimer = 0;
  }, told.textContent ? 5_000 : 300);
}

function trim() {
  const all = lines();
  if (all.length <= MOST_SHOWN + 50) return;
  const first = all[all.length - MOST_SHOWN].closest(".message-group");
  while (log.firstElementChild !== first) log.firstElementChild.remove();
  const at = new Date(first.querySelector(".message").dataset.at);
  log.prepend(olderLine(first.querySelector(".message").dataset.seq), dateLine(at));
  watch();
  toEnd();
}

function drawJump() {
  if (atEnd()) came = 0;
  jump.hidden = whole && (atEnd() || log.scrollHeight - log.scrollTop - log.clientHeight < log.clientHeight / 2) && !came;
  jump.querySelector("span").textContent = came ? counted("came", came) : words("toNewest");
}

// ---- How far one has read ----

/** The pointer moves only when the newest message is seen: in a window that is looked at, at the end of the log. */
export function noteRead() {
  if (!me || unreadKept || readTimer || !looking() || !atEnd() || newest() <= lastRead) return;
  readTimer = setTimeout(() => {
    readTimer = 0;
    if (looking() && atEnd()) markRead();
  }, READ_EVERY / 4);
}

function markRead() {
  const seq = newest();
  if (!me || seq <= lastRead) return;
  lastRead = seq;
  if (live) read(stream, seq);
  else post(`${base}read/`, { seq }).catch(() => (lastRead = 0));
}

/** Esc: everything here is read. */
export function readAll() {
  unreadKept = false;
  document.getElementById("new")?.remove();
  if (whole) toEnd();
  else startAgain();
  markRead();
}

export async function unreadFrom(seq) {
  await post(`${one(seq)}unread/`);
  unreadKept = true;
  lastRead = seq - 1;
  document.getElementById("new")?.remove();
  const group = find(seq)?.closest(".message-group");
  const list = find(seq)?.parentElement;
  if (!group) return;
  const above = [...list.children].slice(0, [...list.children].indexOf(find(seq)));
  if (above.length) {
    const first = group.cloneNode(true);
    first.querySelector(".message-list").replaceChildren(...above);
    group.before(first);
  }
  group.before(newLine());
}

export const mineAreRead = () => (unreadKept = false);

// ---- Older, newer, around ----

const watcher = new IntersectionObserver((seen) => seen.forEach((one) => one.isIntersecting && more(one.target)), { root: log, rootMargin: "300px" });

export function watch() {
  watcher.disconnect();
  if (log.scrollHeight <= log.clientHeight) return;
  for (const link of log.querySelectorAll("#older, #newer")) watcher.observe(link);
}

function olderLine(before) {
  const link = element("a", { className: "button small", id: "older", href: `?before=${before}`, "data-seq-before": before });
  link.append(icon("arrow-up"), words("older"));
  return element("li", { className: "chat-older" }, link);
}

function newerLine(after) {
  const link = element("a", { className: "button small", id: "newer", href: `?after=${after}`, "data-seq-after": after });
  link.append(icon("arrow-down"), words("newer"));
  return element("li", { className: "chat-older" }, link);
}

async function more(link) {
  if (loading) return;
  loading = true;
  link.setAttribute("aria-busy", "true");
  const before = link.dataset.seqBefore;
  const page = await fetchPage(before ? `?before=${before}` : `?after=${link.dataset.seqAfter}`);
  loading = false;
  link.removeAttribute("aria-busy");
  if (!page || !link.isConnected) return;
  remember(page);
  if (before) above(link, page);
  else below(link, page);
  watch();
}

function above(link, page) {
  const fromEnd = log.scrollHeight - log.scrollTop;
  const holder = document.createElement("ol");
  let last = null;
  for (const data of page.messages) if (!data.thread) last = place(data, last, (line) => holder.append(line));
  const next = link.parentElement.nextElementSibling;
  if (next?.matches(".date-line") && dayBefore(last) === next.dataset.day) next.remove();
  const first = page.messages[0]?.seq;
  link.parentElement.replaceWith(...(page.more && first ? [olderLine(first)] : []), ...holder.children);
  log.scrollTop = log.scrollHeight - fromEnd;
}

function below(link, page) {
  const line = link.parentElement;
  for (const data of page.messages) if (!data.thread && !find(data.seq)) place(data, line.previousElementSibling, (one) => log.insertBefore(one, line));
  const last = page.messages.at(-1)?.seq;
  if (page.more && last) return line.replaceWith(newerLine(last));
  line.remove();
  whole = true;
  delete room.dataset.newest;
  drawJump();
}

function fill(page, { newer = false, older = true } = {}) {
  remember(page);
  for (const line of [...log.children]) if (!line.hasAttribute("data-waiting")) line.remove();
  const before = firstWaiting();
  if (older && page.messages.length) log.insertBefore(olderLine(page.messages[0].seq), before);
  let last = null;
  for (const data of page.messages) if (!data.thread) last = place(data, last, (line) => log.insertBefore(line, before));
  if (newer && page.messages.length) log.insertBefore(newerLine(page.messages.at(-1).seq), before);
  whole = !newer;
  if (whole) delete room.dataset.newest;
}

/** The end of the room, as the server has it now. */
export async function startAgain() {
  const page = await fetchPage("");
  if (!page) return;
  fill(page, { older: page.more });
  toEnd();
  watch();
  noteRead();
}

/** Go to a message; what was said around it is brought when it is not on the page. */
export async function goTo(seq, { focus = true } = {}) {
  if (!find(seq)) {
    const page = await fetchPage(`?around=${seq}`);
    if (!page?.messages.some((one) => one.seq === seq)) return false;
    room.dataset.newest = Math.max(newest(), page.seq ?? 0);
    fill(page, { older: page.more, newer: page.newer });
  }
  const line = find(seq);
  line.scrollIntoView({ block: "center", behavior: calm() });
  line.classList.remove("pointed");
  requestAnimationFrame(() => line.classList.add("pointed"));
  if (focus) line.focus({ preventScroll: true });
  watch();
  drawJump();
  return true;
}

log.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("#older, #newer, a[data-to]");
  if (!link) return;
  event.preventDefault();
  if (!link.dataset.to) more(link);
  else goTo(Number(link.dataset.to)).then((found) => found || location.assign(link.href));
});

// ---- Where one was ----

function remember_() {
  const top = log.getBoundingClientRect().top;
  const line = [...lines()].find((one) => one.getBoundingClientRect().bottom > top);
  try {
    if (!line || atEnd()) sessionStorage.removeItem(kept);
    else sessionStorage.setItem(kept, JSON.stringify([Number(line.dataset.seq), Math.round(line.getBoundingClientRect().top - top)]));
  } catch {
    // a browser that keeps nothing
  }
}

async function where() {
  const named = /^#m(\d+)$/.exec(location.hash);
  if (named && (await goTo(Number(named[1])))) return;
  let held = null;
  try {
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") held = JSON.parse(sessionStorage.getItem(kept));
  } catch {
    // a browser that keeps nothing
  }
  if (held && !find(held[0])) await goTo(held[0], { focus: false });
  const line = held && find(held[0]);
  if (line) return void (log.scrollTop += line.getBoundingClientRect().top - log.getBoundingClientRect().top - held[1]);
  if (!whole) return;
  const divider = document.getElementById("new");
  const fresh = divider ? [...lines()].filter((line) => divider.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING && line.closest("[data-author]")?.dataset.author !== me).length : 0;
  toEnd();
  came = fresh;
  if (divider && divider.offsetTop - log.offsetTop < log.scrollTop) {
    stays = false;
    divider.scrollIntoView({ block: "start" });
  }
}

export function logLine(now) {
  live = now;
  if (live) noteRead();
}

export function startLog() {
  where().then(() => {
    drawJump();
    watch();
    noteRead();
  });
  log.addEventListener("scroll", () => {
    drawJump();
    noteRead();
  });
  jump.addEventListener("click", () => {
    if (whole) toEnd();
    else startAgain();
    log.focus({ preventScroll: true });
    noteRead();
  });
  addEventListener("pagehide", remember_);
  addEventListener("hashchange", () => /^#m\d+$/.test(location.hash) && goTo(Number(location.hash.slice(2))));
  addEventListener("focus", noteRead);
  document.addEventListener("visibilitychange", () => (document.hidden ? remember_() : noteRead()));
}

