// Inside a live session: the stage, questions, polls and presents as they change; one's own place; signs of life.
// The page is complete without this: every act is a form. The talk is the room's own module.

import { connect, send, subscribe } from "laoyou/socket";
import { toast } from "laoyou/toast";

const root = document.querySelector("[data-session]");
const { session: id, liveUrl: url } = root.dataset;
const stream = `session:${id}`;
const reads = "liveSeq" in root.dataset;
const skew = Date.parse(root.dataset.now) - Date.now(); // the server's clock decides what is open
const ranks = JSON.parse(root.dataset.ranks ?? "{}");
const ATTENTION = 6_000;
const words = (name, values = {}) =>
  Object.entries(values).reduce((said, [key, value]) => said.replace(`%${key}`, () => value), root.dataset[`w${name}`] ?? "");
const now = () => Date.now() + skew;

let live = false;
let seat = root.dataset.seat;

// ---- Acts: the forms, sent without leaving the page -------------------------------------------------------------------

async function post(address, body) {
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.message || words("Lost"));
  return told;
}

root.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("act" in form.dataset)) return;
  event.preventDefault();
  const button = event.submitter;
  if (form.dataset.sending) return;
  form.dataset.sending = "true";
  button?.setAttribute("aria-busy", "true");
  try {
    const told = await post(form.action, new FormData(form, button));
    if (form.dataset.act === "reload") return location.reload();
    if (form.dataset.act === "clear") form.reset();
    const key = form.querySelector("[name=client_id]");
    if (key) key.value = crypto.randomUUID();
    mark(form.closest("[data-id]"), told);
    if (told.message) toast(told.message);
    if (form.dataset.act === "clear" && form.elements.tab && form.closest("[data-panel-of=host]")) open(form.elements.tab.value);
    if (!live) refresh();
  } catch (refusal) {
    toast(refusal.message, { icon: "warning" });
  } finally {
    delete form.dataset.sending;
    button?.removeAttribute("aria-busy");
  }
});

/** What is one's own changes with the answer of the act; what others see comes by the stream. */
function mark(line, told) {
  if (!line) return;
  if ("voted" in told) {
    const button = line.querySelector(".question-vote");
    button.setAttribute("aria-pressed", String(told.voted));
    button.value = told.voted ? "unvote" : "vote";
  }
  if ("number" in told) line.dataset.mine = "";
}

// ---- What comes ---------------------------------------------------------------------------------------------------------

const field = (line, name) => line.querySelector(`[data-f="${name}"]`);
const lists = { question: document.getElementById("live-questions"), poll: document.getElementById("live-polls"), drop: document.getElementById("live-drops") };
const letter = { question: "q", poll: "p", drop: "d" };

function lineOf(kind, data) {
  const known = document.getElementById(`${letter[kind]}-${data.id}`);
  if (known) return [known, false];
  const line = document.getElementById(`${kind}-template`).content.firstElementChild.cloneNode(true);
  for (const holder of [line, ...line.querySelectorAll("*")])
    for (const { name, value } of [...holder.attributes]) if (value.includes("ID")) holder.setAttribute(name, value.replace(/\bID\b/, data.id));
  lists[kind].prepend(line);
  return [line, true];
}

function drawQuestion(data) {
  if (data.state === "gone") {
    if (!("moderates" in root.dataset)) document.getElementById(`q-${data.id}`)?.remove();
    else document.getElementById(`q-${data.id}`)?.setAttribute("data-state", "hidden");
    return count();
  }
  const [line] = lineOf("question", data);
  Object.assign(line.dataset, { state: data.state, votes: data.votes, at: data.at });
  if (data.author?.id && data.author.id === root.dataset.me) {
    line.dataset.own = "";
    line.querySelector(".question-vote").disabled = true;
    line.querySelector(".question-vote").setAttribute("aria-pressed", "true");
  }
  field(line, "text").textContent = data.text;
  field(line, "votes").textContent = data.votes;
  field(line, "author").textContent = data.author?.name ?? "";
  order();
  count();
}

/** On now, then by votes, the older first; what is answered below. A list that somebody is using does not move. */
function order() {
  const list = lists.question;
  if (list.matches(":hover, :focus-within")) return setTimeout(order, 1_000);
  const group = { now: 0, open: 1, hidden: 2 };
  const key = (line) => [group[line.dataset.state] ?? 3, -Number(line.dataset.votes), line.dataset.at];
  const sorted = [...list.children].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x[0] - y[0] || x[1] - y[1] || (x[2] < y[2] ? -1 : 1);
  });
  if (sorted.some((line, index) => list.children[index] !== line)) list.replaceChildren(...sorted);
}

function drawPoll(data) {
  const [line, fresh] = lineOf("poll", data);
  line.toggleAttribute("data-closed", data.closed);
  line.toggleAttribute("data-shown", data.shown);
  if (data.counts || data.closed) line.setAttribute("data-counted", "");
  field(line, "question").textContent = data.question;
  field(line, "votes").textContent = data.votes;
  const list = field(line, "options");
  while (list.children.length < data.options.length) list.append(list.children[0].cloneNode(true));
  while (list.children.length > data.options.length) list.lastElementChild.remove();
  data.options.forEach((text, index) => {
    const option = list.children[index];
    const choice = option.querySelector("input");
    choice.value = index;
    choice.disabled = data.closed || !("inside" in root.dataset);
    option.querySelector("[data-o=text]").textContent = text;
    const bar = option.querySelector("[data-o=bar]");
    bar.setAttribute("aria-label", text);
    if (!data.counts) return;
    option.querySelector("[data-o=votes]").textContent = data.counts[index];
    bar.value = data.votes ? Math.round((100 * data.counts[index]) / data.votes) : 0;
  });
  if (fresh && !data.closed) attract("polls", words("Poll", { name: data.question }));
  count();
}

function drawDrop(data) {
  const [line, fresh] = lineOf("drop", data);
  Object.assign(line.dataset, { opens: data.opens_at, ends: data.ends_at, left: data.left, rank: data.rank });
  line.toggleAttribute("data-closed", data.closed);
  field(line, "name").textContent = data.name;
  field(line, "left").textContent = data.left;
  field(line, "stock").textContent = data.stock;
  field(line, "rank").textContent = data.rank ? ` · ${words("From", { tier: ranks[data.rank] ?? data.rank })}` : "";
  tickDrop(line);
  if (fresh && !data.closed) attract("drops", words("Drop", { name: data.name }));
  count();
}

function drawStage(data) {
  root.dataset.liveState = data.state;
  const over = data.state === "ended" || data.state === "cancelled";
  document.dispatchEvent(new CustomEvent("laoyou:room", { detail: { slow: data.slow, status: over ? "over" : data.locked ? "read_only" : "open" } }));
  const list = root.querySelector("[data-f=people]");
  const known = new Map([...list.children].map((line) => [line.querySelector("a").getAttribute("href"), line]));
  list.replaceChildren(
    ...data.people.map((person) => {
      const line = known.get(person.url) ?? faceOf(person);
      return line;
    }),
  );
  const picture = root.querySelector("[data-f=picture]");
  picture.hidden = !data.picture;
  picture.replaceChildren();
  if (data.picture) picture.append(Object.assign(new Image(data.picture.width, data.picture.height), { src: data.picture.url, alt: data.picture.alt || "" }));
  shown("now", data.now, (one) => (one.textContent = data.now));
  shown("notice", data.notice, (one) => (one.querySelector("[data-words]").textContent = data.notice));
  shown("stream", data.stream_url, (one) => (one.href = data.stream_url));
  shown("recording", data.recording_url, (one) => (one.href = data.recording_url));
  if (data.summary) root.querySelector("[data-f=summary]").hidden = false;
}

function shown(name, value, write) {
  const one = root.querySelector(`[data-f="${name}"]`);
  one.hidden = !value;
  if (value) write(one);
}

function faceOf({ name, url: address, avatar }) {
  const line = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: address, title: name });
  const face = Object.assign(document.createElement("span"), { className: "avatar s" });
  face.setAttribute("aria-hidden", "true");
  if (avatar) face.append(Object.assign(new Image(96, 96), { src: avatar, alt: "" }));
  else face.textContent = [...name][0]?.toUpperCase() ?? "·";
  link.append(face, Object.assign(document.createElement("span"), { className: "clip", textContent: name }));
  line.append(link);
  return line;
}

function drawSeats({ seated, offered = 0, waiting, capacity }) {
  for (const one of root.querySelectorAll("[data-count=capacity]")) one.textContent = capacity;
  for (const one of root.querySelectorAll("[data-count=seated]")) one.textContent = seated;
  for (const one of root.querySelectorAll("[data-count=waiting]")) one.textContent = waiting;
  for (const one of root.querySelectorAll("[data-some=waiting]")) one.hidden = !waiting;
  const full = waiting > 0 || (capacity > 0 && seated + offered >= capacity); // as the server's `Counts.full`
  for (const one of root.querySelectorAll("[data-some=full]")) one.hidden = !full;
  for (const one of root.querySelectorAll("[data-none=full]")) one.hidden = full;
}

const DRAW = { stage: drawStage, question: drawQuestion, poll: drawPoll, drop: drawDrop, seats: drawSeats };

function heard({ type, data }) {
  DRAW[type]?.(data);
}

async function refresh() {
  const answer = await fetch(`${url}state/`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const told = await answer.json();
  if (told.here) placed(told.here);
  if (!reads) return told.reads && location.reload();
  if (!told.reads) return location.reload();
  drawStage(told.stage);
  drawSeats(told.seats);
  const here = new Set(told.questions.map((one) => one.id));
  for (const line of [...lists.question.children]) if (!here.has(line.dataset.id)) line.remove();
  for (const data of told.questions) drawQuestion(data);
  for (const data of [...told.polls].reverse()) drawPoll(data);
  for (const data of [...told.drops].reverse()) drawDrop(data);
}

// ---- One's own place ------------------------------------------------------------------------------------------------------

/** {state, place, until}: in, waiting, offered, gone. The page of another state is another page. */
function placed({ session, state, place }) {
  if (session && session !== id) return;
  if ("team" in root.dataset || state === undefined) return;
  if (state !== seat) {
    seat = state;
    return location.reload();
  }
  const number = root.querySelector("[data-waiting-place]");
  if (number && place) number.textContent = place;
}

document.addEventListener("laoyou:seat", ({ detail }) => placed(detail));

async function beat() {
  if (!root.dataset.me || !seat || document.visibilityState === "prerender") return;
  try {
    const told = live ? await send(stream, { here: true }) : await post(`${url}here/`, formToken());
    if (told.here) placed(told.here);
  } catch {
    // the seat is kept for a while; the next sign of life comes by itself
  }
}

function formToken() {
  const body = new FormData();
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) body.set("csrfmiddlewaretoken", token.value);
  return body;
}

setInterval(beat, Number(root.dataset.hereEvery) * 1000);
document.addEventListener("visibilitychange", () => document.hidden || beat());

// ---- Clocks -----------------------------------------------------------------------------------------------------------------

function left(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function tickDrop(line) {
  const [opens, ends, at] = [Date.parse(line.dataset.opens), Date.parse(line.dataset.ends), now()];
  const closed = "closed" in line.dataset || at >= ends;
  const gone = Number(line.dataset.left) === 0;
  const button = line.querySelector("[data-claim]");
  if (seat === "seated") button.disabled = closed || gone || at < opens;
  const said = closed ? words("Over") : gone ? words("Gone") : at < opens ? words("Opens", { time: left(opens - at) }) : words("Ends", { time: left(ends - at) });
  field(line, "when").textContent = said;
}

function tick() {
  for (const one of root.querySelectorAll("[data-until]")) {
    const rest = Date.parse(one.dataset.until) - now();
    const clock = one.querySelector("[data-countdown]");
    if (clock) clock.textContent = rest > 0 && rest < 86_400_000 ? left(rest) : "";
  }
  for (const line of lists.drop?.children ?? []) tickDrop(line);
}

tick();
setInterval(tick, 1_000);

// ---- Tabs --------------------------------------------------------------------------------------------------------------------

const tabs = root.querySelector(".live-tabs");

function open(name) {
  if (!root.querySelector(`[data-tab-of="${name}"]`)) return;
  root.dataset.tab = name;
  for (const tab of tabs.children) {
    if (tab.dataset.tabOf === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  history.replaceState(null, "", name === "talk" ? url : `?tab=${name}`);
  const badge = tabs.querySelector(`[data-tab-count="${name}"]`);
  if (badge && name !== "questions") badge.hidden = true;
}

tabs?.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab-of]");
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(tab.dataset.tabOf);
});

/** Something new in a part that is not open: its number and, for a moment, its words. */
function attract(name, said) {
  toast(said, { icon: name === "drops" ? "reward" : "chart", url: `${url}?tab=${name}`, seconds: ATTENTION / 1000 });
  if (root.dataset.tab === name) return;
  const badge = tabs.querySelector(`[data-tab-count="${name}"]`);
  badge.textContent = Number(badge.textContent || 0) + 1;
  badge.hidden = false;
}

function count() {
  const badge = tabs.querySelector("[data-tab-count=questions]");
  const open_ = [...lists.question.children].filter((line) => line.dataset.state === "open" || line.dataset.state === "now").length;
  badge.textContent = open_;
  badge.hidden = !open_;
}

// ---- The line ------------------------------------------------------------------------------------------------------------------

connect();
if (reads) {
  count();
  let was = false;
  subscribe(stream, {
    since: Number(root.dataset.liveSeq),
    onFrame: heard,
    onReset: refresh,
    onState: (state) => {
      live = state === "live";
      if (live && was) refresh(); // numbers are hints: what changed while the line was away is asked for once
      was ||= live;
      if (live) beat();
      if (state === "refused") refresh();
    },
  });
  setInterval(() => live || document.hidden || refresh(), 15_000);
} else {
  setInterval(() => document.hidden || refresh(), 15_000);
  if (root.dataset.liveState === "doors" || root.dataset.liveState === "live") beat();
}
