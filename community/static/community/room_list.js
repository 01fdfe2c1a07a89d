// The list of rooms: numbers and last words follow what is said, here and in the member's other windows.
//
// The server says the numbers (`room_unread` and `room_read` on the member's own stream). Of rooms whose messages are not
// told to each reader one by one, the room's stream itself is heard, and the badge counts on until the next word of the server.

import { connect, subscribe } from "laoyou/socket";
import { cooked } from "laoyou/trusted-html";

const MOST = 40; // of the 50 streams a socket may carry
const me = document.querySelector("[data-me]")?.dataset.me ?? "";
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
  if (frame.type !== "message" || data.removed || data.thread || seq !== data.seq || data.kind === "line") return;
  const last = link.querySelector(".room-last");
  const picture = link.closest("[data-picture]")?.dataset.picture ?? "";
  if (last) last.textContent = `${data.author.name}: ${cooked(data.html).textContent.trim() || picture}`;
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
