// Beside the room: a thread, what is pinned, who is here. Each is a page of its own that is taken into the room's page.

import { base, complain, counted, element, fetchPart, icon, log, one, post, room, words } from "community/rooms/page";
import { drawMessage, place } from "community/rooms/draw";
import { goTo, redraw } from "community/rooms/log";
import { confirmed, openComposer } from "community/rooms/composer";
import { hereNow } from "community/rooms/presence";
import { asQuoted } from "community/rooms/acts";
import { refresh } from "laoyou/time";

const panel = document.getElementById("chat-panel");
let thread = null; // {seq, list, composer}
let back = null; // what had the focus

async function show(url, { focus = true } = {}) {
  back ??= document.activeElement;
  panel.hidden = false;
  room.classList.add("with-panel");
  panel.setAttribute("aria-busy", "true");
  try {
    const part = await fetchPart(url, "[data-panel]");
    panel.setAttribute("aria-label", part.dataset.panel);
    const body = part.querySelector(".chat-log") ? [...part.children] : [element("div", { className: "panel-scroll stack" }, ...part.children)];
    const present = new URL(url, location.href).pathname.endsWith("/people/") && hereNow();
    if (present) body[0].prepend(present);
    panel.replaceChildren(head(part.dataset.panel, url), ...body);
    panel.dataset.url = url;
    refresh(panel);
    if (focus) panel.querySelector("button").focus({ preventScroll: true });
    return true;
  } catch {
    location.assign(url); // the plain way
    return false;
  } finally {
    panel.removeAttribute("aria-busy");
  }
}

function head(title, url) {
  const close_ = element("button", { type: "button", className: "button quiet icon-only", "aria-label": words("close"), onclick: closePanel });
  close_.append(icon("close"));
  const whole = element("a", { className: "button quiet icon-only", href: url, "aria-label": words("ownPage"), title: words("ownPage") });
  whole.append(icon("external"));
  return element("div", { className: "chat-panel-head" }, element("h2", {}, title), whole, close_);
}

export function closePanel() {
  if (panel.hidden) return false;
  panel.hidden = true;
  room.classList.remove("with-panel");
  panel.replaceChildren();
  thread = null;
  if (back?.isConnected) back.focus({ preventScroll: true });
  back = null;
  return true;
}

export async function openThread(seq) {
  thread = null;
  if (!(await show(`${one(seq)}thread/`, { focus: false }))) return;
  const list = panel.querySelector("[data-thread-of]");
  const form = panel.querySelector("form[data-chat-form]");
  thread = { seq, list, composer: null };
  if (!list) return;
  list.scrollTop = list.scrollHeight;
  if (form) thread.composer = openComposer(form, { list, thread: seq });
  if (thread.composer) thread.composer.focus();
  else panel.querySelector("button").focus();
}

/** A message of any thread, or the first of one: drawn when its thread stands beside the room. */
export function threadHeard(data) {
  if (!thread?.list) return;
  if (data.thread?.seq === thread.seq && data.thread.count !== undefined) {
    thread.list.querySelector(".line-between").textContent = counted("replies", data.thread.count);
  }
  const known = thread.list.querySelector(`.message[data-seq="${data.seq}"]`);
  if (known) return redraw(known, drawMessage(data, { thread: true }));
  if (data.thread?.seq !== thread.seq || data.removed) return;
  const { list } = thread;
  const near = list.scrollHeight - list.scrollTop - list.clientHeight < 96;
  confirmed(data.client_id);
  const waiting = list.querySelector("[data-waiting]");
  list.querySelector(".chat-empty")?.remove();
  place(data, waiting ? waiting.previousElementSibling : list.lastElementChild, (line) => list.insertBefore(line, waiting), { thread: true });
  if (near) list.scrollTop = list.scrollHeight;
}

export function replyIn(line) {
  if (!thread?.composer || !line.closest("[data-thread-of]")) return false;
  thread.composer.replyTo(asQuoted(line));
  return true;
}

room.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a[data-opens-panel]");
  if (link) {
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    if (!panel.hidden && panel.dataset.url === link.href) return closePanel();
    thread = null;
    show(link.href);
  }
});

// What a form of the panel does is done in place, and the panel shows it.
panel.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-chat-form], [method=get]")) return;
  event.preventDefault();
  try {
    await post(form.action, Object.fromEntries(new FormData(form, event.submitter)));
    if (thread) openThread(thread.seq);
    else show(panel.dataset.url);
  } catch (problem) {
    complain(problem);
  }
});

// In a panel: forms of the pages they come from work as they do there, links to messages lead to the log.
panel.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-to]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (matchMedia("(width < 64rem)").matches) closePanel();
  goTo(Number(link.dataset.to)).then((found) => found || location.assign(link.href));
});
panel.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.stopPropagation();
  closePanel();
});

// ---- A picture, large ----

export function picture(img) {
  const dialog = element("dialog", { className: "chat-picture", "aria-label": img.alt || words("picture") });
  const big = element("img", { src: img.currentSrc || img.src, alt: img.alt, width: img.width, height: img.height });
  const close_ = element("button", { type: "button", className: "button icon-only", "aria-label": words("close"), onclick: () => dialog.close() });
  close_.append(icon("close"));
  dialog.append(close_, big, ...(img.alt ? [element("p", {}, img.alt)] : []));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// ---- A span of messages, for a topic ----

let selecting = null;

export function select(line) {
  if (!selecting) {
    selecting = element("form", { className: "chat-selection", method: "get", action: `${base}transcript/`, "aria-label": words("selection") });
    const words_ = element("span", { role: "status" });
    const go = element("button", { type: "submit", className: "button primary small" }, words("toTopic"));
    const cancel = element("button", { type: "button", className: "button quiet small", onclick: stop }, words("cancel"));
    selecting.append(words_, element("input", { type: "hidden", name: "from" }), element("input", { type: "hidden", name: "to" }), go, cancel);
    log.after(selecting);
    log.classList.add("selecting");
    log.addEventListener("click", pick, true);
    log.addEventListener("keydown", pickKey);
  }
  choose(line);
}

function choose(line) {
  const chosen = [...log.querySelectorAll(".message.selected")].map((one) => Number(one.dataset.seq));
  const seq = Number(line.dataset.seq);
  let [from, to] = chosen.length ? [chosen[0], chosen.at(-1)] : [seq, seq];
  if (line.matches(".selected") && chosen.length > 1) {
    if (seq - from < to - seq) from = Number(next(line)?.dataset.seq ?? seq);
    else to = Number(previous(line)?.dataset.seq ?? seq);
  } else [from, to] = [Math.min(from, seq), Math.max(to, seq)];
  let number = 0;
  for (const one of log.querySelectorAll(".message[data-seq]")) {
    const inside = Number(one.dataset.seq) >= from && Number(one.dataset.seq) <= to && !one.matches(".system");
    one.classList.toggle("selected", inside);
    if (inside) one.setAttribute("aria-selected", "true");
    else one.removeAttribute("aria-selected");
    number += inside;
  }
  selecting.elements.from.value = from;
  selecting.elements.to.value = to;
  selecting.querySelector("span").textContent = words("selected", { n: number });
}

const all = () => [...log.querySelectorAll(".message[data-seq]")];
const next = (line) => all()[all().indexOf(line) + 1];
const previous = (line) => all()[all().indexOf(line) - 1];

function pick(event) {
  const line = event.target.closest(".message[data-seq]");
  if (!line) return;
  event.preventDefault();
  event.stopPropagation();
  choose(line);
}

function pickKey(event) {
  const line = event.target.closest(".message[data-seq]");
  if (event.key === "Escape") {
    event.stopPropagation();
    stop();
  } else if (line && (event.key === " " || event.key === "Enter") && event.target === line) {
    event.preventDefault();
    choose(line);
  }
}

function stop() {
  selecting?.remove();
  selecting = null;
  log.classList.remove("selecting");
  log.removeEventListener("click", pick, true);
  log.removeEventListener("keydown", pickKey);
  for (const line of log.querySelectorAll(".message.selected")) {
    line.classList.remove("selected");
    line.removeAttribute("aria-selected");
  }
}
