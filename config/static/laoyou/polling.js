// The streams of laoyou/socket where sockets are blocked. First long polls of the socket process: each waits up to 45 s for
// something to say. Where even these do not come through, plain polls of the pages' own address, every 10 to 60 s. Sends go
// there by POST. One poll hears all streams of the page; `since` says what it has, so nothing is lost between two of them.

const PLAIN = "/line/";
const LONG_AGAIN = 60_000;
const LONG_WITHIN = 60_000;
const OFTEN = 10_000;
const SELDOM = 60_000;

/**
 * Poll until stop(). host: address, of the socket; spread, milliseconds within which plain polls begin; wanted() gives the
 * streams {name, last, greeted}; heard(answer); down() when nothing answers; answered(frame) for sends; signedOut().
 */
export function poll(host) {
  const long = `${host.address.replace(/^ws/, "http")}poll`;
  const sending = new Set();
  let longAfter = 0; // the time from which long polls may be tried
  let quiet = OFTEN;
  let spread = host.spread;
  let stopped = false;
  let under_way = null; // of the poll that waits
  let wake = () => {};

  const pause = (milliseconds) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function run() {
    while (!stopped) {
      const streams = host.wanted();
      if (!streams.length) await pause(SELDOM);
      else if (Date.now() >= longAfter) await waitForNews(streams);
      else await look(streams);
    }
  }

  async function waitForNews(streams) {
    const first = streams.some((stream) => !stream.greeted);
    const { status, said } = await get(long + query(streams, first), "include", LONG_WITHIN);
    if (stopped || status === "changed") return;
    if (status === 200) give(streams, said);
    else if (status === 401) host.signedOut();
    else if (status === 429) await pause((said?.retry_after ?? 10) * 1000);
    else longAfter = Date.now() + LONG_AGAIN;
  }

  async function look(streams) {
    if (spread) {
      const wait = Math.random() * spread;
      spread = 0;
      return pause(wait);
    }
    const { status, said } = await get(PLAIN + query(streams, true), "same-origin", OFTEN);
    if (stopped || status === "changed") return;
    if (status === 200) give(streams, said);
    else host.down();
    if (status === 503 || status === 429) quiet = SELDOM;
    else quiet = status === 200 && said.frames.some((frame) => frame.seq != null) ? OFTEN : Math.min(quiet * 1.5, SELDOM);
    await pause((document.hidden ? SELDOM : quiet) * (0.9 + Math.random() * 0.2));
  }

  function give(streams, said) {
    for (const stream of streams) stream.greeted = true;
    host.heard(said);
  }

  async function get(address, credentials, within) {
    const mine = (under_way = new AbortController());
    const timer = setTimeout(() => mine.abort("late"), within);
    try {
      const answer = await fetch(address, { credentials, cache: "no-store", signal: mine.signal });
      return { status: answer.status, said: await answer.json().catch(() => null) };
    } catch {
      return { status: mine.signal.reason === "changed" ? "changed" : 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  async function send(frame) {
    const key = frame.ref ?? `${frame.stream} ${frame.seq}`;
    if (sending.has(key)) return; // sent again while the first one is under way
    sending.add(key);
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    try {
      const answer = await fetch(PLAIN, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(frame) });
      host.answered({ ...(await answer.json()), ref: frame.ref });
      if (frame.op === "send" && Date.now() < longAfter) changed();
    } catch {
      // not answered: whoever sends says it again
    }
    sending.delete(key);
  }

  /** Ask again at once: other streams, or something is expected. */
  function changed() {
    quiet = OFTEN;
    under_way?.abort("changed");
    wake();
  }

  run();
  return {
    changed,
    post(frame) {
      if (frame.op === "send" || frame.op === "read") send(frame);
      else if (frame.op === "unsubscribe") changed();
    },
    stop() {
      stopped = true;
      under_way?.abort("changed");
      wake();
    },
  };
}

function query(streams, first) {
  const asked = streams.map(({ name, last }) => `stream=${encodeURIComponent(last === null ? name : `${name}@${last}`)}`);
  return `?${asked.join("&")}${first ? "&hello=1" : ""}`;
}
