// A short line in the corner, read out politely, gone after a while; it waits while it is looked at.

const ICONS = new Set(["success", "info", "warning", "error", "points", "reward", "chat", "bell", "cup"]);
const MOST = 3;

/** Show a toast. `url` makes it a link; `icon` is one of ICONS; `seconds` 0 keeps it until it is closed. */
export function toast(text, { url = "", icon = "info", seconds = 8 } = {}) {
  const region = document.getElementById("live-toasts");
  if (!region || !text) return null;
  const box = document.createElement("div");
  box.className = "toast";
  box.append(drawn(ICONS.has(icon) ? icon : "info"));
  const words = document.createElement(url ? "a" : "span");
  if (url) words.href = new URL(url, location.origin).protocol.startsWith("http") ? url : "#";
  words.textContent = text;
  box.append(words);
  region.append(box);
  while (region.children.length > MOST) region.firstElementChild.remove();
  if (seconds) leave(box, seconds);
  return box;
}

function leave(box, seconds) {
  let timer = 0;
  const start = () => (timer = setTimeout(() => box.remove(), seconds * 1000));
  const stop = () => clearTimeout(timer);
  box.addEventListener("pointerenter", stop);
  box.addEventListener("focusin", stop);
  box.addEventListener("pointerleave", start);
  box.addEventListener("focusout", start);
  start();
}

function drawn(name) {
  const sprite = document.querySelector("svg use")?.getAttribute("href")?.split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  if (!sprite) return svg;
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
