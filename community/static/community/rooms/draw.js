// How messages look: what community/rooms/_message.html draws, drawn from the JSON that comes over the socket.

import { base, calendar, clock, counted, dayOf, element, icon, me, moderator, one, room, whole, words } from "community/rooms/page";
import { cooked } from "laoyou/trusted-html";

const GROUPED_WITHIN = 300_000;
const ignored = new Set((room.dataset.ignored ?? "").split(" ").filter(Boolean));
const shown = new Set(); // people one ignores, and has asked to see all the same

/** What is one's own about messages, by seq: {reaction, bookmarked}. It is never in a frame. */
export const own = new Map();

for (const line of document.querySelectorAll("[data-reacted], [data-kept]")) {
  own.set(Number(line.dataset.seq), { reaction: line.dataset.reacted ?? "", bookmarked: "kept" in line.dataset });
}

export function remember(answer) {
  for (const [seq, state] of Object.entries(answer?.own ?? {})) own.set(Number(seq), state);
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

export function avatar({ name, avatar: url }, size = "") {
  const classes = `avatar${size ? ` ${size}` : ""}${url ? "" : ` tint-${tint(name)}`}`;
  const box = element("span", { className: classes, "aria-hidden": "true" });
  box.append(url ? element("img", { src: url, alt: "", width: 96, height: 96 }) : initials(name));
  return box;
}

/** A frame is the same for everybody: what the page has said of this tier before, it says in the reader's language. */
function badge({ label, kind, title }) {
  const tier = /^tier-([1-4])$/.exec(kind);
  const said = tier && document.querySelector(`.message-head .tier.${kind}`);
  if (said) return said.cloneNode(true);
  const made = element("span", { className: tier ? `tier ${kind}` : `badge ${kind}`, title });
  made.append(...(tier ? [icon(kind)] : []), label);
  return made;
}

export function dateLine(at) {
  const time = element("time", { dateTime: dayOf.format(at), "data-absolute": "" }, calendar.format(at));
  return element("li", { className: "date-line", "data-day": dayOf.format(at) }, time);
}

export const newLine = () => element("li", { className: "unread-line", id: "new" }, words("new"));

export function emptyGroup(author, at) {
  const profile = element("a", { href: author.url, tabIndex: -1, "aria-hidden": "true" }, avatar(author));
  const head = element(
    "div",
    { className: "message-head" },
    element("a", { className: "person-name", href: author.url }, author.name),
    ...(author.badges ?? []).map(badge),
    element("time", { dateTime: at.toISOString(), "data-absolute": "", title: whole.format(at) }, clock.format(at)),
  );
  const list = element("ul", { className: "message-list" });
  const group = element("li", { className: "message-group", "data-author": author.id, "data-day": dayOf.format(at) }, profile, head, list);
  if (ignored.has(author.id) && !shown.has(author.id)) fold(group, author);
  return group;
}

/** Messages of somebody whom the reader ignores: a line that says so, and a button that shows them. */
function fold(group, author) {
  group.classList.add("ignored");
  const button = element("button", {
    type: "button",
    className: "ignored-fold",
    onclick() {
      shown.add(author.id);
      for (const one of document.querySelectorAll(".message-group.ignored")) {
        if (one.dataset.author !== author.id) continue;
        one.classList.remove("ignored");
        one.querySelector(".ignored-fold")?.remove();
      }
    },
  });
  group.prepend(button);
}

export function countIgnored(group) {
  const button = group.querySelector(":scope > .ignored-fold");
  if (button) button.textContent = counted("ignored", group.querySelectorAll(".message").length);
}

for (const button of document.querySelectorAll(".ignored-fold")) {
  const group = button.closest(".message-group");
  button.remove();
  fold(group, { id: group.dataset.author });
  countIgnored(group);
}

function quoted({ seq, author, excerpt, removed }) {
  const said = removed ? words("removed") : excerpt;
  const link = element("a", { className: "message-parent", href: `${base}?around=${seq}#m${seq}`, "data-to": seq });
  link.append(...[icon("reply"), element("span", { className: "visually-hidden" }, words("inReplyTo")), author ? element("b", {}, author.name) : null, " ", element("span", {}, said)].filter(Boolean));
  return link;
}

export function reactions(data) {
  const counts = Object.entries(data.reactions ?? {}).filter(([, count]) => count > 0);
  if (!counts.length) return null;
  const mine = own.get(data.seq)?.reaction;
  const box = element("div", { className: "reactions message-reactions", "data-reactions": "" });
  for (const kind of room.dataset.kinds.split(" ")) {
    const count = data.reactions[kind];
    if (!count) continue;
    const name = words(`react${kind[0].toUpperCase()}${kind.slice(1)}`);
    box.append(
      me && data.author?.id !== me
        ? element("button", { type: "submit", form: "chat-acts", formAction: `${one(data.seq)}react/`, name: "kind", value: mine === kind ? "none" : kind, className: `reaction react-${kind}`, "aria-pressed": String(mine === kind), "aria-label": `${name}, ${count}`, title: name, "data-react": kind }, String(count))
        : element("span", { className: `reaction react-${kind}`, title: name }, element("span", { className: "visually-hidden" }, `${name}, `), String(count)),
    );
  }
  return box;
}

const repliedAt = new Map(); // when threads were last answered, as far as it was seen here

for (const time of document.querySelectorAll(".message-thread time")) {
  repliedAt.set(Number(time.closest(".message").dataset.seq), [time.dateTime, time.textContent]);
}

/** "3 replies, last 14:02". `at`: when the newest came, if that is known. */
export function threadLink(seq, count, at = null) {
  if (!count) return null;
  if (at) repliedAt.set(seq, [at.toISOString(), words("lastReply", { time: clock.format(at) })]);
  const [dateTime, said] = repliedAt.get(seq) ?? [];
  const time = said ? element("time", { className: "muted", dateTime, "data-absolute": "" }, said) : null;
  return element("a", { className: "message-thread", href: `${one(seq)}thread/`, "data-thread": seq }, icon("chat"), element("b", {}, counted("replies", count)), " ", time);
}

export function more(data, name) {
  const link = element("a", { className: "button quiet icon-only small", href: one(data.seq), "data-more": "", "aria-label": words("moreOf", { name, time: clock.format(new Date(data.at)) }) });
  link.append(icon("more"));
  return element("span", { className: "message-acts" }, link);
}

const SYMBOLS = { topic: "edit", topic_cleared: "edit", renamed: "edit", slow: "clock", slow_off: "clock", slow_rush: "clock", slow_calm: "clock", joined: "person", left: "person", invited: "person", put_out: "person", read_only: "lock", archived: "lock", transcript: "forum" };

/** A line of the system: its code and its numbers in the words of the page. */
function told(data) {
  const { code = "", args = {} } = data.line ?? {};
  const values = { name: data.author.name, ...args };
  const said = words(`line${code.charAt(0).toUpperCase()}${code.slice(1)}`).replace(/%\((\w+)\)[sd]/g, (_, key) => String(values[key] ?? ""));
  const url = String(args.url ?? "");
  return url.startsWith("/") && !url.startsWith("//") ? element("a", { href: url }, said) : element("span", {}, said);
}

function callsMe(text) {
  const mine = room.dataset.meUrl;
  return Boolean(mine) && [...text.querySelectorAll("a.mention")].some((link) => link.getAttribute("href") === mine);
}

export function drawMessage(data, { thread = false } = {}) {
  const { kind = "text", parent = null, replies = null } = data;
  const line = element("li", {
    className: ["message", data.removed && "removed", kind === "act" && "act", kind === "line" && "system"].filter(Boolean).join(" "),
    id: `${thread ? "t" : "m"}${data.seq}`,
    tabIndex: -1,
    "data-seq": data.seq,
    "data-client-id": data.client_id,
    "data-at": data.at,
  });
  if (data.removed) {
    line.append(words("removed"));
    const answers = replies?.count && !thread ? threadLink(data.seq, replies.count) : null;
    if (answers) line.append(" ", answers);
    return line;
  }
  if (kind === "line") {
    line.append(icon(SYMBOLS[data.line?.code] ?? "info"), told(data), element("time", { dateTime: data.at, "data-absolute": "" }, clock.format(new Date(data.at))));
    return line;
  }
  if (parent && !(thread && parent.seq === data.thread?.seq)) line.append(quoted(parent));
  const text = element("div", { className: "message-text prose" });
  if (kind === "act") text.append(element("b", { className: "message-actor" }, data.author.name), " ");
  text.append(cooked(data.html));
  if (callsMe(text)) line.classList.add("mentions-me");
  line.append(text);
  if (data.edited) line.append(moderator || (me && data.author.id === me) ? element("a", { className: "message-edited", href: `${one(data.seq)}revisions/` }, words("edited")) : element("span", { className: "message-edited" }, words("edited")));
  if (data.pinned) {
    line.classList.add("pinned");
    line.append(element("span", { className: "message-pinned" }, icon("pin"), words("pinned")));
  }
  if (own.get(data.seq)?.bookmarked) line.dataset.kept = "";
  const given = reactions(data);
  if (given) line.append(given);
  if (!thread && replies?.count) line.append(threadLink(data.seq, replies.count));
  line.append(more(data, data.author.name));
  return line;
}

/** Put a message below `above` (the last line before it): into its group, or with a date line and a group of its own. */
export function place(data, above, put, options = {}) {
  const at = new Date(data.at);
  const day = dayOf.format(at);
  const last = above?.matches?.(".message-group") ? above : null;
  const before = last?.querySelector(".message:last-child");
  const goesOn =
    last && data.kind !== "line" && !last.matches(".system") && last.dataset.author === data.author.id && last.dataset.day === day && at - new Date(before?.dataset.at) < GROUPED_WITHIN;
  if (goesOn) {
    last.querySelector(".message-list").append(drawMessage(data, options));
    countIgnored(last);
    return last;
  }
  if (above?.dataset?.day !== day && dayBefore(above) !== day) put(dateLine(at));
  const group = data.kind === "line" ? systemGroup(data, day) : emptyGroup(data.author, at);
  group.querySelector(".message-list").append(drawMessage(data, options));
  countIgnored(group);
  put(group);
  return group;
}

function systemGroup(data, day) {
  return element("li", { className: "message-group system", "data-day": day }, element("ul", { className: "message-list" }));
}

export function dayBefore(line) {
  let found = line;
  while (found && !found.dataset.day) found = found.previousElementSibling;
  return found?.dataset.day;
}
