// What the modules of a room's page share: its parts, its words, the reader's clock, and asking the server for an act.

import { cooked } from "laoyou/trusted-html";
import { toast } from "laoyou/toast";

export const room = document.getElementById("room");
export const log = document.getElementById("chat-log");
export const acts = document.getElementById("chat-acts");
export const me = room.dataset.me ?? "";
export const stream = room.dataset.stream;
export const moderator = "moderator" in room.dataset;
export const speaks = () => "speaks" in room.dataset; // changes while the page is open
export const base = room.dataset.base; // the room's own address

const own = document.getElementById("chat-words").dataset;
const language = document.documentElement.lang || undefined;
const inZone = (options) => new Intl.DateTimeFormat(language, { ...options, timeZone: room.dataset.zone });
const plural = new Intl.PluralRules(language);

export const clock = inZone({ hour: "2-digit", minute: "2-digit", hour12: false });
export const calendar = inZone({ dateStyle: "long" });
export const whole = inZone({ dateStyle: "long", timeStyle: "short" });
export const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: room.dataset.zone }); // 2026-05-03

/** A sentence of the page in the reader's language; `%name` in it is replaced. */
export function words(name, values = {}) {
  return Object.entries(values).reduce((said, [key, value]) => said.replace(`%${key}`, () => value), own[name] ?? "");
}

/** The same for a number: the page brings one sentence for one and one for more. */
export function counted(name, n, values = {}) {
  const form = plural.select(n) === "one" ? "One" : "Many";
  return words(`${name}${form}`, { n: n.toLocaleString(language), ...values });
}

export const one = (seq) => `${base}${seq}/`;

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("data-") || name.startsWith("aria-") || name === "role" || name === "form") made.setAttribute(name, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function icon(name) {
  const sprite = document.querySelector("svg use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", name === "reply" || name === "send" ? "icon icon-directional" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** The server's answer to a form of the page, sent by script. Fails with its words, `code` and `retry_after`. */
export async function post(url, fields = {}) {
  const body = new FormData(acts);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers: { Accept: "application/json" }, body });
  } catch {
    throw Object.assign(new Error(words("unreached")), { code: "lost" });
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  throw Object.assign(new Error(said.message || words("refusedAct")), { code: said.code ?? "refused", retryAfter: said.retry_after });
}

export const complain = (problem) => toast(problem.message, { icon: "warning" });

/** Messages as JSON: `?before=`, `?after=`, `?around=` or the last; null without a line. */
export async function fetchPage(query) {
  try {
    const answer = await fetch(room.dataset.messages + query, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** A page of our own site, to take a part out of it. */
export async function fetchPart(url, selector) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  const part = answer.ok ? cooked(await answer.text()).querySelector(selector) : null;
  if (!part) throw new Error(String(answer.status));
  for (const plain of part.querySelectorAll("noscript")) plain.remove();
  return document.adoptNode(part);
}

export const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
export const fingers = () => matchMedia("(pointer: coarse)").matches;
