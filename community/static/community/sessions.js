// <span data-countdown="2026-11-22T20:00:00Z" data-words="Begins in {time}" data-over="Any moment now">Begins in 2 hours</span> ticks; the server's words stay
// its title. Above a day it counts days, below it hours, minutes and seconds.

const DAY = 86_400_000;
const language = document.documentElement.lang || undefined;
const days = new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" });
const two = (number) => String(number).padStart(2, "0");

function words(left) {
  if (left >= 2 * DAY) return days.format(Math.floor(left / DAY));
  const seconds = Math.floor(left / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function tick() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-countdown]")) {
    const left = new Date(element.dataset.countdown) - Date.now();
    if (Number.isNaN(left)) continue;
    const text = left > 0 ? element.dataset.words.replace("{time}", words(left)) : element.dataset.over;
    if (!element.title) element.title = element.textContent.trim();
    if (element.textContent !== text) element.textContent = text;
  }
}

if (document.querySelector("[data-countdown]")) {
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
}
