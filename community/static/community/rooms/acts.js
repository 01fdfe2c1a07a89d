// What one does with a message: react, reply, edit where it stands, remove and think again, pin, keep, flag, mark unread.
// One menu for the page goes to the message that is asked; without this module the same stands on the message's own page.

import { acts, base, complain, element, fetchPart, icon, log, me, moderator, one, post, room, speaks, words } from "community/rooms/page";
import { own } from "community/rooms/draw";
import { unreadFrom } from "community/rooms/log";
import { toast } from "laoyou/toast";

const KINDS = room.dataset.kinds.split(" ");

const undoable = new Set(); // seqs that oneself removed a moment ago
let asked = {}; // what other modules do: reply, thread, select
let bar = null; // the buttons beside the message under the pointer
let menu = null;
let picker = null;

const seqOf = (line) => Number(line?.dataset.seq);
const authorOf = (line) => line.closest(".message-group")?.dataset.author ?? "";
const nameOf = (line) => line.closest(".message-group")?.querySelector(".person-name")?.textContent ?? "";
const saidOf = (line) => (line.querySelector(".message-text")?.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 140);
const isMine = (line) => Boolean(me) && authorOf(line) === me;
const mayChange = (line) => speaks() && (isMine(line) || "rewords" in room.dataset);
const mayRemove = (line) => speaks() && (isMine(line) || moderator);

export function asQuoted(line) {
  return { seq: seqOf(line), name: nameOf(line), said: saidOf(line) };
}

// ---- Reacting ----

async function react(line, kind, { focus = false } = {}) {
  const seq = seqOf(line);
  const { id } = line;
  closePicker();
  await done(line, `${one(seq)}react/`, { kind: own.get(seq)?.reaction === kind ? "none" : kind });
  // The line may have been drawn anew; whoever chose by keys goes on from it.
  if (focus && document.activeElement === document.body) document.getElementById(id)?.querySelector("[data-more]")?.focus({ preventScroll: true });
}

/** Send an act; what it made of the message is drawn at once, for others it comes as a frame. */
async function done(line, url, fields = {}) {
  try {
    const said = await post(url, fields);
    if (said.own) own.set(seqOf(line), said.own);
    if (said.message) asked.changed(said.message);
    return said;
  } catch (problem) {
    complain(problem);
    return null;
  }
}

/** In another window of the same member. */
document.addEventListener("laoyou:room_own", ({ detail }) => {
  if (`room:${detail.room}` !== room.dataset.stream) return;
  own.set(detail.seq, { ...(own.get(detail.seq) ?? { bookmarked: false }), reaction: detail.reaction });
  for (const button of document.querySelectorAll(`.message[data-seq="${Number(detail.seq)}"] [data-react]`)) {
    button.setAttribute("aria-pressed", String(button.dataset.react === detail.reaction));
    button.value = button.dataset.react === detail.reaction ? "none" : button.dataset.react;
  }
});

function openPicker(line, button) {
  if (picker?.isConnected && picker.parentElement === line) return closePicker();
  closePicker();
  const mine = own.get(seqOf(line))?.reaction;
  picker = element(
    "span",
    { className: "react-picker", role: "group", "aria-label": words("reactTitle") },
    ...KINDS.map((kind) => {
      const name = words(`react${kind[0].toUpperCase()}${kind.slice(1)}`);
      return element("button", { type: "button", className: `reaction react-${kind}`, "aria-label": name, title: name, "aria-pressed": String(kind === mine), onclick: (event) => react(line, kind, { focus: event.detail === 0 }) });
    }),
  );
  picker.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      closePicker();
      return (button?.isConnected ? button : line).focus({ preventScroll: true });
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...picker.children];
    const rtl = getComputedStyle(picker).direction === "rtl" ? -1 : 1;
    all[(all.indexOf(document.activeElement) + step * rtl + all.length) % all.length].focus();
  });
  line.append(picker);
  picker.firstElementChild.focus({ preventScroll: true });
  picker.scrollIntoView({ block: "nearest" });
}

function closePicker() {
  picker?.remove();
  picker = null;
}

// ---- The bar and the menu ----

function tool(name, symbol, does) {
  const button = element("button", { type: "button", "data-heart": symbol === "heart" ? "" : null, className: "button quiet icon-only small", "aria-label": words(name), title: words(name), onclick: () => does(bar.closest(".message"), button) });
  button.append(icon(symbol));
  return button;
}

function showBar(line) {
  if (!line || line.matches(".removed, .system, .sending, .editing") || bar?.parentElement?.parentElement === line) return;
  const place = line.querySelector(".message-acts");
  if (!place) return;
  bar ??= element(
    "span",
    { className: "message-bar" },
    ...(me ? [tool("reactTitle", "heart", openPicker)] : []),
    ...(speaks() ? [tool("reply", "reply", (at) => asked.reply(at))] : []),
    ...(room.dataset.threads && speaks() ? [tool("thread", "chat", (at) => asked.thread(threadOf(at)))] : []),
  );
  const heart = bar.querySelector("[data-heart]");
  if (heart) heart.hidden = isMine(line);
  place.prepend(bar);
}

const threadOf = (line) => Number(line.closest("[data-thread-of]")?.dataset.threadOf ?? seqOf(line));

function entry(name, symbol, does, danger = false) {
  const button = element("button", { type: "button", className: danger ? "menu-item danger" : "menu-item", onclick: does }, icon(symbol), words(name));
  return element("li", {}, button);
}

function way(name, symbol, href) {
  return element("li", {}, element("a", { className: "menu-item", href }, icon(symbol), words(name)));
}

function openMenu(line, link) {
  if (menu?.isConnected && menu.dataset.seq === line.dataset.seq) return closeMenu();
  closeMenu();
  const seq = seqOf(line);
  const thread = Boolean(line.closest("[data-thread-of]"));
  const pinned = line.matches(".pinned");
  const run = (does) => () => {
    closeMenu();
    does();
  };
  const kept = own.get(seq)?.bookmarked;
  const entries = [
    me && !isMine(line) && entry("reactTitle", "heart", run(() => openPicker(line, link))),
    speaks() && entry("reply", "reply", run(() => asked.reply(line))),
    speaks() && room.dataset.threads && !thread && entry("thread", "chat", run(() => asked.thread(seq))),
    entry("copyLink", "link", run(() => copy(seq))),
    me && entry(kept ? "kept" : "keep", "bookmark", run(() => keep(line, seq))),
    me && !thread && entry("markUnread", "eye", run(() => unreadFrom(seq).catch(complain))),
    "pins" in room.dataset && entry(pinned ? "unpin" : "pin", "pin", run(() => pin(line, seq, pinned))),
    mayChange(line) && entry("edit", "edit", run(() => edit(line))),
    "transcribes" in room.dataset && !thread && entry("select", "check", run(() => asked.select(line))),
    me && !isMine(line) && way("flag", "flag", `${one(seq)}flag/`),
    moderator && !isMine(line) && room.dataset.sanction && way("sanction", "shield", personUrl(line)),
    mayRemove(line) && entry("remove", "remove", run(() => remove(line)), true),
  ];
  menu = element("ul", { className: "menu-panel message-menu", "data-seq": seq, "aria-label": link.getAttribute("aria-label") }, ...entries);
  menu.addEventListener("keydown", keys);
  link.setAttribute("aria-expanded", "true");
  line.querySelector(".message-acts").append(menu);
  const frame = line.closest(".chat-log").getBoundingClientRect();
  menu.classList.toggle("upwards", menu.getBoundingClientRect().bottom > frame.bottom && line.getBoundingClientRect().top - menu.offsetHeight > frame.top);
  menu.querySelector("button, a").focus({ preventScroll: true });
}

function keys(event) {
  const all = [...menu.querySelectorAll("button, a")];
  const here = all.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Escape") {
    event.stopPropagation();
    return closeMenu({ focus: true });
  }
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  all[(next + all.length) % all.length].focus();
}

function closeMenu({ focus = false } = {}) {
  const link = menu?.closest(".message-acts")?.querySelector("[data-more]");
  menu?.remove();
  menu = null;
  link?.removeAttribute("aria-expanded");
  if (focus) link?.focus({ preventScroll: true });
}

const personUrl = (line) => room.dataset.sanction.replace("PERSON", () => encodeURIComponent(authorOf(line)));

async function copy(seq) {
  const url = new URL(`${base}?around=${seq}#m${seq}`, location.href).href;
  try {
    await navigator.clipboard.writeText(url);
    toast(words("copied"), { icon: "success", seconds: 4 });
  } catch {
    location.hash = `m${seq}`; // then the address bar has it
  }
}

async function keep(line, seq) {
  if (own.get(seq)?.bookmarked) return location.assign("/bookmarks/");
  try {
    await post(`${one(seq)}bookmark/`);
    own.set(seq, { ...(own.get(seq) ?? { reaction: "" }), bookmarked: true });
    line.dataset.kept = "";
    toast(words("keptNow"), { icon: "success", seconds: 4 });
  } catch (problem) {
    complain(problem);
  }
}

const pin = (line, seq, pinned) => done(line, `${one(seq)}pin/`, { pin: pinned ? "0" : "1" });

// ---- Changing and removing ----

export async function edit(line) {
  if (line.matches(".editing")) return;
  let raw = "";
  try {
    raw = (await fetchPart(one(seqOf(line)), "[data-edit] textarea")).value;
  } catch {
    return complain(new Error(words("tooLate")));
  }
  const text = line.querySelector(".message-text");
  const box = element("textarea", { className: "message-edit", value: raw, rows: 1, maxLength: Number(room.dataset.longest), "aria-label": words("edit") });
  const problem = element("p", { className: "chat-refusal", role: "alert", hidden: true });
  const close = () => {
    form.remove();
    line.classList.remove("editing");
    line.focus({ preventScroll: true });
  };
  const form = element(
    "form",
    {
      className: "message-editor",
      async onsubmit(event) {
        event.preventDefault();
        if (box.value.trim() === raw.trim()) return close();
        form.setAttribute("aria-busy", "true");
        try {
          const said = await post(one(seqOf(line)), { text: box.value });
          close();
          if (said.message) asked.changed(said.message);
        } catch (refusal) {
          problem.textContent = refusal.message;
          problem.hidden = false;
          box.focus();
        } finally {
          form.removeAttribute("aria-busy");
        }
      },
    },
    box,
    problem,
    element("div", { className: "row" }, element("button", { type: "submit", className: "button small primary" }, words("save")), element("button", { type: "button", className: "button small quiet", onclick: close }, words("cancel")), element("span", { className: "muted small" }, words("editKeys"))),
  );
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  line.classList.add("editing");
  text.after(form);
  box.focus({ preventScroll: true });
  box.setSelectionRange(raw.length, raw.length);
  form.scrollIntoView({ block: "nearest" });
}

/** The last own message on the page, for the key "up". */
export function editLast() {
  const mine = [...log.querySelectorAll(`.message-group[data-author="${CSS.escape(me)}"] .message[data-seq]:not(.removed, .system)`)];
  if (!me || !mine.length) return false;
  edit(mine.at(-1));
  return true;
}

/** It is gone at once, for everybody; who removed it may think again where it stood. */
async function remove(line) {
  const seq = seqOf(line);
  const said = await done(line, `${one(seq)}remove/`);
  if (!said?.undo) return;
  undoable.add(seq);
  setTimeout(() => undoable.delete(seq), said.undo * 1000);
  offerUndo(seq)?.focus({ preventScroll: true });
}

/** The button stands beside the stub, also when a frame draws that anew. */
export function offerUndo(seq) {
  if (!undoable.has(seq)) return null;
  let button = null;
  for (const line of document.querySelectorAll(`.message.removed[data-seq="${Number(seq)}"]`)) {
    line.querySelector("[data-undo]")?.remove();
    button = element("button", { type: "button", className: "button small quiet", "data-undo": "", onclick: () => undoable.delete(seq) && done(line, `${one(seq)}restore/`) }, icon("undo"), words("undo"));
    line.append(" ", button);
  }
  return button;
}

// ---- Who asks ----

export function listen(list, does) {
  asked = { ...asked, ...does };
  list.addEventListener("pointerover", (event) => event.pointerType === "mouse" && showBar(event.target.closest(".message[data-seq]")));
  list.addEventListener("focusin", (event) => showBar(event.target.closest(".message[data-seq]")));
  list.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const line = event.target.closest(".message[data-seq]");
    const link = event.target.closest("[data-more]");
    const thread = event.target.closest("a[data-thread]");
    const picture = event.target.closest(".message-text img");
    if (link) {
      event.preventDefault();
      openMenu(line, link);
    } else if (thread) {
      event.preventDefault();
      asked.thread(Number(thread.dataset.thread));
    } else if (picture && !picture.closest("a")) asked.picture?.(picture);
  });
}

acts?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-react]")) return;
  event.preventDefault();
  react(button.closest(".message"), button.dataset.react);
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-more], .message-menu")) closeMenu();
  if (!target.closest(".react-picker, .message-bar, .message-menu")) closePicker();
});

/** Keys of the message that is chosen (community/keys.js leaves them to the page). */
export function actOn(name, line) {
  if (!line || line.matches(".removed, .system")) return false;
  const does = {
    l: () => me && !isMine(line) && openPicker(line),
    r: () => speaks() && asked.reply(line),
    t: () => speaks() && asked.thread(threadOf(line)),
    b: () => me && keep(line, seqOf(line)),
    e: () => mayChange(line) && edit(line),
    d: () => mayRemove(line) && remove(line),
    s: () => copy(seqOf(line)),
    "!": () => me && !isMine(line) && location.assign(`${one(seqOf(line))}flag/`),
  }[name];
  return does ? does() !== false : false;
}
