// Saying something: it appears at once under a key of its own, the frame with that key takes its place, and a refusal gives
// the words back. Below the room and below a thread stands the same form.

import { counted, element, fetchPage, fingers, log, me, room, stream, words } from "community/rooms/page";
import { emptyGroup } from "community/rooms/draw";
import { mineAreRead, startAgain, toEnd } from "community/rooms/log";
import { send, typing } from "laoyou/socket";
import { toast } from "laoyou/toast";

const FRAME_WITHIN = 15_000;
const QUIET = 2_000;
const STORED = "laoyou:draft:"; // as in the forum's composer
const NEAR_LIMIT = 300;

const waiting = new Map(); // key -> {text, extra, line, composer} of own messages the server has not confirmed
const composers = new Set();
let live = false;
let everLive = false;

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The frame of an own message is here (or a page that has it): its stand-in goes. */
export function confirmed(key) {
  waiting.get(key)?.line.remove();
  waiting.delete(key);
}

export function composerLine(now) {
  live = now;
  everLive ||= now;
  if (live) for (const key of [...waiting.keys()]) deliver(key);
}

export function closeAll(closed) {
  for (const { box } of composers) box.disabled = closed;
}

function note(key, text, failed) {
  const line = waiting.get(key)?.line.querySelector(".message");
  if (!line) return;
  line.classList.toggle("failed", failed);
  line.querySelector(".message-note").textContent = text;
}

async function deliver(key) {
  const message = waiting.get(key);
  if (!message || message.underWay) return;
  message.underWay = true;
  try {
    const answer = await send(stream, { text: message.text, ...message.extra }, key);
    message.composer.sent();
    if (answer.note) toast(answer.note, { icon: "success" });
    if (answer.seq == null) return confirmed(key); // a command: nothing was said
    // The stand-in stays until the frame comes, which has the cooked text and the place.
    setTimeout(() => waiting.has(key) && startAgain().then(() => confirmed(key)), FRAME_WITHIN);
  } catch (refusal) {
    message.underWay = false;
    if (refusal.code === "timeout" || refusal.code === "lost") return note(key, words("unanswered"), true);
    message.composer.giveBack(key, refusal);
  }
}

/** One's own words at once, as they were typed. */
function echo(list, text, parent) {
  const author = { id: me, name: room.dataset.meName, avatar: room.dataset.meAvatar, url: "#" };
  const above = list.lastElementChild;
  const group = emptyGroup(author, new Date());
  group.setAttribute("data-waiting", "");
  if (above?.matches(".message-group") && above.dataset.author === me) group.classList.add("goes-on");
  const line = element("li", { className: "message sending" });
  if (parent) line.append(element("span", { className: "message-parent" }, element("b", {}, parent.name), " ", element("span", {}, parent.said)));
  line.append(element("div", { className: "message-text echo" }, text), element("span", { className: "message-note" }, words("sending")));
  group.querySelector(".message-list").append(line);
  list.querySelector(".chat-empty")?.remove();
  list.append(group);
  if (list === log) toEnd();
  else list.scrollTop = list.scrollHeight;
  return group;
}

/** Bring a form to life. `list`: where its words appear; `thread`: seq of the thread it answers in. */
export function openComposer(form, { list = log, thread = null, onArrowUp = null } = {}) {
  const box = form.querySelector("textarea");
  const refusalLine = form.querySelector("[data-refusal]");
  const bar = form.querySelector("[data-reply-bar]");
  const count = form.querySelector("[data-count]");
  const button = form.querySelector("[type=submit]");
  const slow = () => ("moderator" in room.dataset ? 0 : Number(room.dataset.slow || 0));
  const drafts = thread || !form.dataset.save ? null : keepDraft(form, box);
  let parent = null;
  let slowTimer = 0;

  const composer = { box, form, giveBack, sent, replyTo, cancelReply, focus: () => box.focus(), insert: (text) => put(text) };
  composers.add(composer);

  const kit = {
    composer: form,
    text: box,
    form,
    words: (name, values = {}) => Object.entries(values).reduce((said, [key, value]) => said.replace(`%${key}`, () => value), form.dataset[`w${name[0].toUpperCase()}${name.slice(1)}`] ?? ""),
    token: () => form.elements.csrfmiddlewaretoken.value,
    clean: [],
    raw: () => kit.clean.reduce((said, part) => part(said), box.value),
    act: (said, does) => element("button", { type: "button", className: "button small", onclick: does }, said),
    put,
  };

  function put(text) {
    box.focus();
    if (text ? document.execCommand("insertText", false, text) : document.execCommand("delete")) return;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Names, tags, signs and pictures come when somebody is about to write.
  let brought = null;
  const bring = () => {
    brought ??= Promise.all(form.dataset.modules.split(" ").map((url) => import(url)))
      .then((parts) => parts.forEach((part) => part.default(kit)))
      .catch(() => (brought = null)); // offline: the next touch tries again
    return brought;
  };
  form.addEventListener("focusin", bring);
  form.addEventListener("pointerenter", bring);
  const pick = form.querySelector("[data-pick]");
  const firstPick = (event) => {
    pick.removeEventListener("click", firstPick);
    event.stopImmediatePropagation();
    bring().then(() => pick.click());
  };
  pick?.addEventListener("click", firstPick);
  for (const name of ["paste", "drop"]) box.addEventListener(name, bring);

  function complain(text) {
    refusalLine.textContent = text;
    refusalLine.hidden = !text;
    box.toggleAttribute("aria-invalid", Boolean(text));
  }

  function setText(text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function giveBack(key, refusal) {
    const { text, extra } = waiting.get(key);
    const held = waiting.get(key).parent;
    confirmed(key);
    setText(box.value ? `${text}\n${box.value}` : text);
    if (extra.parent && held && !parent) replyTo(held);
    const reason = refusal.code === "signed-out" ? words("signedOut") : refusal.message === refusal.code ? "" : refusal.message;
    complain(`${words("failed")} ${reason}`);
    if (refusal.retryAfter) countDown(refusal.retryAfter);
    box.focus();
  }

  function sent() {
    if (slow()) countDown(slow());
  }

  /** Slow mode: the button says how long it takes. The words may be written meanwhile. */
  function countDown(seconds) {
    clearInterval(slowTimer);
    const until = Date.now() + seconds * 1000;
    const draw = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      form.dataset.wait = left > 0 ? counted("wait", left) : "";
      if (left > 0) return;
      delete form.dataset.wait;
      clearInterval(slowTimer);
      slowTimer = 0;
    };
    slowTimer = setInterval(draw, 1000);
    draw();
  }

  function replyTo(message) {
    parent = message;
    form.elements.parent.value = message.seq;
    bar.querySelector("[data-words]").textContent = `${message.name}: ${message.said}`;
    bar.hidden = false;
    box.focus();
  }

  function cancelReply() {
    if (!parent) return false;
    parent = null;
    form.elements.parent.value = "";
    bar.hidden = true;
    box.focus();
    return true;
  }

  bar?.querySelector("[data-cancel]").addEventListener("click", (event) => {
    event.preventDefault();
    cancelReply();
  });

  form.addEventListener("submit", (event) => {
    if (!live && !everLive) return drafts?.leave(); // no socket: the plain form works
    event.preventDefault();
    const text = kit.raw().trim();
    if (!text || form.dataset.wait) return;
    const key = newKey();
    const extra = { ...(parent && { parent: parent.seq }), ...(thread && { thread }) };
    waiting.set(key, { text, extra, parent, composer, line: echo(list, text, parent) });
    setText("");
    cancelReply();
    drafts?.forget();
    complain("");
    mineAreRead();
    deliver(key);
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return; // a word is being chosen in an IME
    if (event.key === "Escape" && cancelReply()) return event.stopPropagation();
    if (event.key === "ArrowUp" && !box.value && onArrowUp?.()) return event.preventDefault();
    // Under a finger Enter is the only way to a new line.
    if (event.key !== "Enter" || event.shiftKey || event.altKey || (fingers() && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });

  box.addEventListener("input", () => {
    const left = box.maxLength - box.value.length;
    count.textContent = left <= NEAR_LIMIT ? String(left) : "";
    count.classList.toggle("danger", left <= 20);
    if (!refusalLine.hidden && !slowTimer) complain("");
    if (live && !thread && box.value.trim() && !box.value.startsWith("/")) typing(stream);
  });

  drafts?.begin();
  return composer;
}

/** What is typed is kept in this browser at once, and on the server when typing stops: another device goes on with it. */
function keepDraft(form, box) {
  const { key, save, draft, discard } = form.dataset;
  const name = `${STORED}${me}:${key}`;
  let revision = 0;
  let saved = "";
  let timer = 0;
  let running = Promise.resolve();

  const ask = (url, fields) => {
    const body = new FormData();
    for (const [field, value] of Object.entries({ draft_key: key, ...fields })) body.set(field, value);
    return fetch(url, { method: "POST", keepalive: true, headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }, body });
  };
  const store = (text) => {
    try {
      if (text.trim()) localStorage.setItem(name, JSON.stringify({ raw: text, at: Date.now() }));
      else localStorage.removeItem(name);
    } catch {
      // full or forbidden; the server has it
    }
  };
  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    const raw = box.value;
    if (raw === saved) return;
    running = running
      .then(async () => {
        const answer = raw.trim() ? await ask(save, { raw, draft_revision: revision }) : await ask(discard, {});
        const said = await answer.json().catch(() => ({}));
        if (answer.status === 409) revision = said.draft.revision; // another window: what is typed last stays
        else if (answer.ok) [revision, saved] = [said.revision ?? 0, raw];
      })
      .catch(() => {}); // without a line this browser has it
  };

  box.addEventListener("input", () => {
    store(box.value);
    clearTimeout(timer);
    timer = setTimeout(keep, QUIET);
  });
  addEventListener("pagehide", () => timer && keep());
  document.addEventListener("visibilitychange", () => document.hidden && timer && keep());

  return {
    leave: () => store(""),
    forget() {
      store("");
      clearTimeout(timer);
      timer = 0;
      if (revision || saved) keep();
    },
    async begin() {
      if (box.value) return;
      const here = stored();
      if (here?.raw) box.value = here.raw;
      try {
        const answer = await fetch(`${draft}?${new URLSearchParams({ key })}`, { headers: { Accept: "application/json" } });
        const there = answer.ok ? (await answer.json()).draft : null;
        revision = there?.revision ?? 0;
        saved = there?.raw ?? "";
        if (there && (!box.value || (box.value === here?.raw && Date.parse(there.saved_at) > here.at))) box.value = there.raw;
      } catch {
        // without a line what is here is what there is
      }
      if (box.value) box.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
}

/** Looked at now and then when the socket is blocked. */
export async function poll(show) {
  for (const data of (await fetchPage(""))?.messages ?? []) show(data);
}
