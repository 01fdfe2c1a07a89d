// The list of rooms: numbers and last words follow what is said, here and in the member's other windows.
//
// The server says the numbers (`room_unread` and `room_read` on the member's own stream). Of rooms whose messages are not
// told to each reader one by one, the room's stream itself is heard, and the badge counts on until the next word of the server.

import { connect, subscribe } from "laoyou/socket";
import { cooked } from "laoyou/trusted-html";

const MOST = 40; // of the 50 streams a socket may carry
const me = document.querySelector("[data-me]")?.dataset.me ?? "";
const ignored = new Set((document.querySelector("[data-ignored]")?.dataset.ignored ?? "").split(" ").filter(Boolean));
const title = document.title;
const links = new Map();

for (const link of document.querySelectorAll("[data-room]")) {
  links.set(link.dataset.room, [...(links.get(link.dataset.room) ?? []), link]);
}

function numberIn(link, name) {
  return Number.parseInt((link.querySelector(`[data-${name}]`)?.textContent ?? "0").replace("@", ""), 10) || 0;
}

function write(link, name, number, words) {
  let badge = link.querySelector(`[data-${name}]`);
  if (!number) return badge?.remove();
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "count";
    badge.dataset[name] = "";
    if (name === "mentions") link.querySelector("[data-unread]")?.before(badge);
    if (!badge.isConnected) link.append(badge);
  }
  badge.textContent = words;
}

function show(link, unread, mentions) {
  if (link.hasAttribute("aria-current")) return;
  link.classList.toggle("unread", unread > 0);
  write(link, "unread", unread, unread > 99 ? "99+" : String(unread));
  write(link, "mentions", mentions, `@${mentions}`);
}

function said(link, frame) {
  const { data, seq } = frame;
  if (frame.type !== "message" || data.thread || data.kind === "line" || ignored.has(data.author.id)) return;
  const shown = Number(link.dataset.said ?? 0);
  if (data.seq < shown || (seq !== data.seq && data.seq !== shown)) return;
  const last = link.querySelector(".room-last");
  const picture = link.closest("[data-picture]")?.dataset.picture ?? "";
  // What is taken back is not read here either; what was said before it stands on the next page.
  if (last) last.textContent = data.removed ? "…" : `${data.author.name}: ${cooked(data.html).textContent.trim() || picture}`;
  link.dataset.said = data.seq;
  if (seq !== data.seq || data.seq === shown || data.removed) return; // said differently, or counted by the page: nothing new waits
  if (!me || data.author.id === me || "quiet" in link.dataset || "told" in link.dataset) return;
  show(link, numberIn(link, "unread") + 1, numberIn(link, "mentions"));
}

function heard({ detail: { room, unread, mentions = 0, counts } }) {
  for (const link of links.get(room) ?? []) show(link, unread, mentions);
  if (counts && "chat" in counts) document.title = counts.chat ? `(${counts.chat}) ${title}` : title;
}

connect();
for (const [room, found] of [...links].slice(0, MOST)) {
  subscribe(`room:${room}`, { onFrame: (frame) => found.forEach((link) => said(link, frame)) });
}
document.addEventListener("laoyou:room_read", heard);
document.addEventListener("laoyou:room_unread", heard);
