// Points and tier change while their page is open: the server's own markup of the parts marked data-fresh replaces theirs.
// The numbers in [data-live] have already been written by laoyou/live, so nothing waits for this.

import { cooked } from "laoyou/trusted-html";

const CALM = 400; // several postings of one order are one look
let timer = 0;
let looking = false;

async function look() {
  if (looking) return later();
  looking = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = cooked(await answer.text());
    for (const old of document.querySelectorAll("[data-fresh]")) {
      const fresh = page.querySelector(`[data-fresh="${CSS.escape(old.dataset.fresh)}"]`);
      if (fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
    }
  } catch {
    // Away from the net: the page is right again when it is loaded again.
  } finally {
    looking = false;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(look, CALM);
}

document.addEventListener("laoyou:points", later);
document.addEventListener("laoyou:tier", later);
