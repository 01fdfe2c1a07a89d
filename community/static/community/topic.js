// A topic's page: likes without reload, answering one post without reload, and a line when others write meanwhile.
// Every one of these is a link or a form that works without this module.

import { subscribe } from "laoyou/socket";

const posts = document.querySelector("[data-topic]");
const acts = document.querySelector("[data-acts]");
const form = document.querySelector("[data-reply-form]");

if (!location.hash) document.querySelector("[data-here]")?.scrollIntoView();

acts?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-like]")) return;
  event.preventDefault();
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  const body = new FormData(acts);
  body.set("liked", button.value);
  try {
    const answer = await fetch(button.getAttribute("formaction"), {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
    });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const { count, liked, label } = await answer.json();
    button.value = liked ? "yes" : "no";
    button.setAttribute("aria-pressed", String(liked));
    button.setAttribute("aria-label", label);
    button.querySelector("[data-count]").textContent = count;
  } catch {
    HTMLFormElement.prototype.submit.call(withAction(button)); // the plain way says what is wrong
  } finally {
    button.removeAttribute("aria-busy");
  }
});

function withAction(button) {
  const plain = acts.cloneNode(true);
  plain.action = button.getAttribute("formaction");
  plain.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
  plain.hidden = true;
  document.body.append(plain);
  return plain;
}

if (form) {
  const line = form.querySelector("[data-reply-to]");
  const words = line.querySelector("[data-words]");
  const parent = form.elements.parent;
  const text = form.elements.raw;

  posts.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    parent.value = link.dataset.reply;
    words.textContent = words.dataset.words.replace("%name", () => link.dataset.name).replace("%number", link.dataset.reply);
    line.hidden = false;
    text.focus();
  });

  line.querySelector("[data-reply-cancel]").addEventListener("click", (event) => {
    event.preventDefault();
    parent.value = "";
    line.hidden = true;
    text.focus();
  });
}

const line = document.querySelector("[data-live-line]");
const shown = Number(posts.dataset.highest);

subscribe(`topic:${posts.dataset.topic}`, {
  onFrame({ type, data }) {
    if (type !== "posted" || !(data.number > shown)) return;
    const words = line.querySelector("[data-one]");
    const more = data.number - shown;
    words.textContent = more === 1 ? words.dataset.one : words.dataset.many.replace("%n", more);
    line.querySelector("a").href = `${posts.dataset.url}${shown + 1}/#p${shown + 1}`;
    line.hidden = false;
  },
});
