// How long a topic was looked at: seconds in which its page was visible and somebody was there, said once a minute and
// when the page goes. The server believes no more than the clock allows. A page says which topic by data-topic.

const topic = document.querySelector("[data-topic]")?.dataset.topic;
const address = document.querySelector("[data-report-reading]")?.dataset.reportReading;
const EVERY = 60;
const AWAY_AFTER = 120_000;

let seconds = 0;
let lastSign = Date.now();

if (topic && address) {
  const sign = () => (lastSign = Date.now());
  for (const kind of ["scroll", "keydown", "pointerdown", "pointermove"]) addEventListener(kind, sign, { passive: true });
  setInterval(() => {
    if (document.visibilityState !== "visible" || Date.now() - lastSign > AWAY_AFTER) return;
    seconds += 1;
    if (seconds >= EVERY) report();
  }, 1000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && report());
  addEventListener("pagehide", report);
}

function report() {
  if (seconds < 5) return;
  const body = JSON.stringify({ topic, seconds });
  seconds = 0;
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  fetch(address, {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body,
  }).catch(() => {});
}
