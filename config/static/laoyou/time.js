// <time datetime="…">3 May 2026, 14:05</time> becomes "2 hours ago"; the server's words stay as its title.
// Add data-absolute to keep a time as the server wrote it. Call refresh(element) after adding times to a page.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const language = document.documentElement.lang || undefined;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "long" });
const sameYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const otherYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });

export function words(date, now = new Date()) {
  const seconds = Math.round((date - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return relative.format(0, "second");
  if (size < HOUR) return relative.format(Math.round(seconds / MINUTE), "minute");
  if (size < DAY) return relative.format(Math.round(seconds / HOUR), "hour");
  if (size < 14 * DAY) return relative.format(Math.round(seconds / DAY), "day");
  return (date.getFullYear() === now.getFullYear() ? sameYear : otherYear).format(date);
}

export function refresh(root = document) {
  const now = new Date();
  for (const element of root.querySelectorAll("time[datetime]:not([data-absolute])")) {
    const value = element.getAttribute("datetime");
    if (!value.includes("T")) continue; // a day has no hour to count from
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) continue;
    if (!element.title) element.title = element.textContent.trim();
    const text = words(date, now);
    if (element.textContent !== text) element.textContent = text;
  }
}

refresh();
setInterval(() => {
  if (!document.hidden) refresh();
}, 60_000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
