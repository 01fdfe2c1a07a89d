// The live count beside the form: asked again when stages or numbers change. Without script the count is that of the last save.

const form = document.querySelector("[data-count-url]");
const panel = document.querySelector("[data-count]");
const watched = ["stages", "holdout_percent", "expected_percent"];
let latest = 0;
let timer = 0;

async function ask() {
  const number = ++latest;
  const typed = new FormData(form);
  const query = new URLSearchParams();
  for (const name of watched) for (const value of typed.getAll(name)) query.append(name, value);
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${form.dataset.countUrl}?${query}`);
    if (answer.ok && number === latest) panel.innerHTML = await answer.text();
  } catch {
    // Offline: the last count stays; the start decides again anyway.
  } finally {
    if (number === latest) panel.removeAttribute("aria-busy");
  }
}

function soon(event) {
  if (!watched.includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, 250);
}

form?.addEventListener("change", soon);
form?.addEventListener("input", soon);
