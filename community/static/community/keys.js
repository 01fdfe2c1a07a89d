// The keyboard map. Single keys act on what the page already has: links, buttons and forms that work without them.
// None acts while somebody types, with Ctrl, Alt or Meta, or when the member has switched them off (then no script of the
// page is called "keys-script" and says where they lead). `?` lists them all.

import { toast } from "laoyou/toast";

const script = document.getElementById("keys-script");
const own = script?.dataset ?? {};
const TOGETHER = 1_200; // milliseconds between the two keys of "g n"
const STORED = "laoyou:list"; // the topics of the list one came from, for "g j" and "g k"

const find = (selector) => document.querySelector(selector);
const press = (selector, root = document) => {
  const target = root?.querySelector(selector);
  if (!target) return false;
  const menu = target.closest("details");
  if (menu) menu.open = true;
  target.click();
  return true;
};
const visit = (url) => {
  if (!url) return false;
  location.assign(url);
  return true;
};
const list = (name) => own.latest && `${own.latest}${name}/`;

const rows = () => [...document.querySelectorAll("[data-rows] > [data-row], article.post[id], li.post[id], .posts > .post")];
let chosen = null;

function choose(row) {
  chosen?.removeAttribute("data-chosen");
  chosen = row;
  row.setAttribute("data-chosen", "");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  row.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  const link = row.querySelector("[data-open], a[href]");
  (link ?? row).focus?.({ preventScroll: true });
  return true;
}

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const here = chosen ? all.indexOf(chosen) : all.findIndex((row) => row.getBoundingClientRect().bottom > 80) - (by > 0 ? 1 : 0);
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  return next ? choose(next) : false;
}

function post() {
  if (chosen?.matches?.(".post")) return chosen;
  return rows().find((row) => row.matches(".post") && row.getBoundingClientRect().bottom > 120) ?? null;
}

const inPost = (selector) => press(selector, post());

function neighbour(by) {
  let known = [];
  try {
    known = JSON.parse(sessionStorage.getItem(STORED) ?? "[]");
  } catch {
    return false;
  }
  const here = find("[data-topic]")?.dataset.topic;
  const at = known.findIndex(([topic]) => topic === here);
  return at >= 0 && known[at + by] ? visit(known[at + by][1]) : false;
}

function level(value) {
  const menu = find("[data-level]");
  if (!menu) return false;
  return press(`button[name=level][value="${value}"]`, menu);
}

async function share() {
  const link = post()?.querySelector("a[href*='#p'], a[rel=bookmark], .post-time a, time")?.closest("a")?.href;
  if (!link) return false;
  await navigator.clipboard?.writeText(link);
  toast(document.querySelector("[data-copied]")?.dataset.copied ?? link, { icon: "success", seconds: 4 });
  return true;
}

function number() {
  const form = find("[data-goto] input, input[data-goto]");
  if (form) {
    form.focus();
    return true;
  }
  return false;
}

const KEYS = {
  "?": help,
  "/": () => {
    const box = find("input[type=search]");
    if (box && box.offsetParent !== null) {
      box.focus();
      return true;
    }
    return visit("/search/");
  },
  c: () => press("a[data-start]") || visit(own.start),
  ".": () => {
    const bar = [...document.querySelectorAll(".live-line:not([hidden]) a, [data-show-incoming]")].find((a) => !a.closest("[hidden]"));
    if (!bar) return false;
    bar.click();
    return true;
  },
  u: () => {
    const crumbs = [...document.querySelectorAll(".breadcrumb a")];
    return crumbs.length ? visit(crumbs.at(-1).href) : false;
  },
  j: () => step(1),
  k: () => step(-1),
  o: () => {
    const link = chosen?.querySelector("[data-open], a[href]");
    return link ? visit(link.href) : false;
  },
  r: () => inPost("[data-reply]"),
  R: () => {
    press("[data-reply-cancel]");
    const text = find("[data-reply-form] textarea");
    text?.focus();
    return Boolean(text);
  },
  q: () => inPost("[data-quote]"),
  l: () => inPost("[data-react], [data-like]"),
  L: () => press("[data-first-unread]"),
  b: () => inPost("[data-bookmark]") || press("[data-bookmark]"),
  e: () => inPost("[data-edit], a[href$='/edit/']"),
  d: () => inPost("[data-remove], a[href$='/remove/']"),
  "!": () => inPost("[data-flag], a[href*='/flag/']"),
  s: share,
  "#": number,
  Home: () => find("[data-topic]") && (press("[data-first-post]") || scroll(0)),
  End: () => find("[data-topic]") && (press("[data-last-post]") || scroll(document.body.scrollHeight)),
  "g h": () => visit(own.home),
  "g l": () => visit(own.latest),
  "g n": () => visit(list("new")),
  "g u": () => visit(list("unread")),
  "g f": () => visit(list("following")),
  "g c": () => visit(own.boards),
  "g b": () => visit(own.bookmarks),
  "g d": () => press("a[href$='/drafts/']") || visit("/drafts/"),
  "g m": () => visit(own.chat),
  "g p": () => visit(own.profile),
  "g j": () => neighbour(1),
  "g k": () => neighbour(-1),
  "m m": () => level(0),
  "m r": () => level(1),
  "m t": () => level(2),
  "m w": () => level(3),
  "x r": () => press("[data-dismiss=new]"),
  "x t": () => press("[data-dismiss=unread]"),
};
const FIRST = new Set(Object.keys(KEYS).filter((key) => key.includes(" ")).map((key) => key[0]));

function scroll(top) {
  window.scrollTo({ top });
  return true;
}

async function help() {
  let dialog = find("dialog.keys-dialog");
  if (!dialog) {
    const answer = await fetch(own.help);
    if (!answer.ok) return visit(own.help);
    const { cooked } = await import("laoyou/trusted-html");
    const page = cooked(await answer.text()); // a page of our own, without anything that people wrote
    const content = page.querySelector("[data-keys-list]");
    if (!content) return visit(own.help);
    const sheet = own.sheet && !find(`link[href="${own.sheet}"]`);
    if (sheet) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: own.sheet }));
    dialog = document.createElement("dialog");
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-label", page.querySelector("h1").textContent);
    dialog.append(document.adoptNode(page.querySelector("h1")), document.adoptNode(content));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
  }
  dialog.tabIndex = -1;
  dialog.showModal();
  dialog.focus();
  return true;
}

const typing = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));

let first = "";
let firstAt = 0;

document.addEventListener("keydown", (event) => {
  if (!script || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (typing(event.target) || find("dialog[open]")) return;
  const together = first && event.timeStamp - firstAt < TOGETHER ? `${first} ${event.key}` : "";
  first = "";
  const act = KEYS[together] ?? (together ? null : KEYS[event.key]);
  if (act) {
    // What a key does is decided now; only then is the browser's own meaning of it taken away.
    if (act() !== false) event.preventDefault();
    return;
  }
  if (!together && FIRST.has(event.key)) [first, firstAt] = [event.key, event.timeStamp];
});

// "g j" in a topic goes on in the list one came from.
if (find("[data-rows] > [data-row]")) {
  const links = rows().map((row) => [row.dataset.row, row.querySelector("[data-open]")?.getAttribute("href")]);
  try {
    sessionStorage.setItem(STORED, JSON.stringify(links.filter(([topic, url]) => topic && url).slice(0, 60)));
  } catch {
    // Storage may be closed; then there is no next topic.
  }
}

for (const link of script ? document.querySelectorAll("[data-keys-help]") : []) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    help();
  });
}
