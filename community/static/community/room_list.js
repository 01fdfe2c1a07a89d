// The list of rooms: unread counts and last words follow what is said, here and in the member's other windows.

import { connect, subscribe } from "laoyou/socket";
import { cooked } from "laoyou/trusted-html";

const MOST = 40; // of the 50 streams a socket may carry
const me = document.querySelector("[data-me]")?.dataset.me ?? "";
const links = new Map(Array.from(document.querySelectorAll("[data-room]"), (link) => [link.dataset.room, link]));

function unreadOf(link) {
  return Number.parseInt(link.querySelector("[data-unread]")?.textContent ?? "0", 10) || 0;
}

function setUnread(link, number) {
  let badge = link.querySelector("[data-unread]");
  link.classList.toggle("unread", number > 0);
  if (!number) return badge?.remove();
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "count";
    badge.dataset.unread = "";
    link.append(badge);
  }
  badge.textContent = number > 99 ? "99+" : String(number);
}

function said(link, frame) {
  const { data, seq } = frame;
  if (frame.type !== "message" || data.removed || seq !== data.seq) return; // an edit is not news
  const last = link.querySelector(".room-last");
  if (last) last.textContent = `${data.author.name}: ${cooked(data.html).textContent.trim()}`;
  if (me && data.author.id !== me && !link.hasAttribute("aria-current")) setUnread(link, unreadOf(link) + 1);
}

connect();
for (const [id, link] of [...links].slice(0, MOST)) subscribe(`room:${id}`, { onFrame: (frame) => said(link, frame) });
document.addEventListener("laoyou:room_read", ({ detail: { room, unread } }) => {
  const link = links.get(room);
  if (link && !link.hasAttribute("aria-current")) setUnread(link, unread);
});
