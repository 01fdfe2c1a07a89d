// A topic's page: reacting without reload, replies in place, where one is, copying a link, and a line when others write
// meanwhile. Every one of these is a link or a form that works without this module.

import { subscribe } from "laoyou/socket";
import { cooked, setCooked } from "laoyou/trusted-html";
import { refresh } from "laoyou/time";
import { toast } from "laoyou/toast";

const posts = document.querySelector("[data-topic]");
const acts = document.querySelector("[data-acts]");
const form = document.querySelector("[data-reply-form]");

if (!location.hash) document.querySelector("[data-here]")?.scrollIntoView();

// ---- Reactions -------------------------------------------------------------------------------------------------------

acts?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.matches("[data-react]")) react(event, button);
  else if (button?.matches("[data-bookmark]")) keep(event, button);
});

async function react(event, button) {
  event.preventDefault();
  const group = button.closest("[data-reactions]");
  if (group.getAttribute("aria-busy")) return;
  group.setAttribute("aria-busy", "true");
  const body = new FormData(acts);
  body.set("kind", button.value);
  const kind = [...button.classList].find((name) => name.startsWith("react-"));
  try {
    const answer = await fetch(button.getAttribute("formaction"), {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
    });
    const said = await answer.json();
    if (answer.status === 429) return void toast(said.message, { icon: "warning" });
    if (!answer.ok) throw new Error(said.code);
    setCooked(group, said.html);
    (group.querySelector(`:scope > .${kind}`) ?? group.querySelector("[data-react-more]"))?.focus({ preventScroll: true });
  } catch {
    HTMLFormElement.prototype.submit.call(withAction(button)); // the plain way says what is wrong
  } finally {
    group.removeAttribute("aria-busy");
  }
}

async function keep(event, button) {
  event.preventDefault();
  const body = new FormData(acts);
  body.set(button.name, button.value);
  const answer = await fetch(button.getAttribute("formaction"), { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.type !== "opaqueredirect") return HTMLFormElement.prototype.submit.call(withAction(button));
  button.disabled = true;
  button.textContent = acts.dataset.kept;
}

function withAction(button) {
  const plain = acts.cloneNode(true);
  plain.action = button.getAttribute("formaction");
  plain.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
  plain.hidden = true;
  document.body.append(plain);
  return plain;
}

// The other kinds, in place: one group of buttons for the whole page, which moves to where it is asked for.
const picker = document.getElementById("react-picker")?.content.firstElementChild.cloneNode(true);

function choose(event, link) {
  if (!picker) return;
  event.preventDefault();
  const group = link.closest("[data-reactions]");
  if (picker.parentNode === group) return void close();
  const mine = group.querySelector("[aria-pressed=true]")?.className;
  for (const button of picker.children) {
    const pressed = mine?.includes(button.value) ?? false;
    button.setAttribute("formaction", link.getAttribute("href").replace(/reactions\/$/, "react/"));
    button.setAttribute("aria-pressed", String(pressed));
  }
  link.after(picker);
  link.setAttribute("aria-expanded", "true");
  picker.firstElementChild.focus();
}

function close({ focus = true } = {}) {
  const link = picker?.previousElementSibling;
  if (!link) return;
  picker.remove();
  link.removeAttribute("aria-expanded");
  if (focus) link.focus();
}

document.addEventListener("keydown", (event) => event.key === "Escape" && close());
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-react-more], .react-picker")) close({ focus: false });
});

// ---- Links that do more ----------------------------------------------------------------------------------------------

posts.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a[data-reply], a[data-replies], a[data-share], a[data-react-more]");
  if (!link) return;
  if (link.matches("[data-react-more]")) choose(event, link);
  else if (link.matches("[data-reply]")) answerTo(event, link);
  else if (link.matches("[data-replies]")) unfold(event, link);
  else share(event, link);
});

async function share(event, link) {
  event.preventDefault();
  const label = link.textContent;
  try {
    await navigator.clipboard.writeText(link.href);
  } catch {
    location.assign(link.href); // then the address bar has it
    return;
  }
  link.textContent = link.dataset.copied;
  link.setAttribute("aria-live", "polite");
  setTimeout(() => (link.textContent = label), 2000);
}

async function unfold(event, link) {
  event.preventDefault();
  const post = link.closest(".post");
  const before = post.querySelector(":scope > .post-replies");
  if (before) {
    before.hidden = !before.hidden;
    link.setAttribute("aria-expanded", String(!before.hidden));
    return;
  }
  try {
    const list = (await fetched(link.href)).querySelector("[data-replies-list]");
    list.className = "post-replies";
    for (const one of list.querySelectorAll("[id]")) one.removeAttribute("id");
    post.append(list);
    refresh(list);
    link.setAttribute("aria-expanded", "true");
  } catch {
    location.assign(link.href);
  }
}

async function fetched(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return cooked(await answer.text()); // our own page
}

// ---- Answering one post ----------------------------------------------------------------------------------------------

const replyTo = form?.querySelector("[data-reply-to]");
const replyWords = replyTo?.querySelector("[data-words]");

function answerTo(event, link) {
  if (!form) return;
  event.preventDefault();
  form.elements.parent.value = link.dataset.reply;
  replyWords.textContent = replyWords.dataset.words
    .replace("%name", () => link.dataset.name)
    .replace("%number", link.dataset.reply);
  replyTo.hidden = false;
  form.elements.raw.focus();
}

replyTo?.querySelector("[data-reply-cancel]").addEventListener("click", (event) => {
  event.preventDefault();
  form.elements.parent.value = "";
  replyTo.hidden = true;
  form.elements.raw.focus();
});

// ---- Where one is ----------------------------------------------------------------------------------------------------

const place = document.querySelector("[data-place]");
const placeNumber = place?.querySelector("[data-place-number]");
const placeBar = place?.querySelector("[data-place-bar]");
const inView = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inView.add(Number(target.dataset.number));
    else inView.delete(Number(target.dataset.number));
  }
  if (!inView.size || !place || document.activeElement === placeNumber) return;
  const first = Math.min(...inView);
  placeNumber.value = first;
  placeBar.value = first;
});
const watch = (root) => root.querySelectorAll("[data-number]").forEach((post) => watcher.observe(post));
watch(posts);

// ---- Others write meanwhile ------------------------------------------------------------------------------------------

const line = document.querySelector("[data-live-line]");
const bar = line.querySelector("a");
const words = line.querySelector("[data-one]");
const asList = !posts.classList.contains("nested") && posts.dataset.lastPage === "yes";
let shown = Number(posts.dataset.highest);
let highest = shown;

subscribe(`topic:${posts.dataset.topic}`, {
  onFrame({ type, data }) {
    if (type !== "posted" || !(data.number > highest)) return;
    highest = data.number;
    const more = highest - shown;
    words.textContent = more === 1 ? words.dataset.one : words.dataset.many.replace("%n", more);
    bar.href = `${posts.dataset.url}${shown + 1}/#p${shown + 1}`;
    line.hidden = false;
  },
});

// On the last page the new posts are put below the others; nothing that is being read moves.
bar.addEventListener("click", async (event) => {
  if (!asList || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const page = await fetched(bar.href);
    const news = [...page.querySelectorAll(".posts > [data-number]")].filter((post) => Number(post.dataset.number) > shown);
    if (!news.length) throw new Error("nothing new");
    shown = Math.max(...news.map((post) => Number(post.dataset.number)));
    for (const post of news) {
      post.removeAttribute("data-here");
      posts.append(post);
    }
    refresh(posts);
    watch(posts);
    posts.dataset.highest = shown;
    line.hidden = shown >= highest;
    news[0].tabIndex = -1;
    news[0].focus({ preventScroll: true });
    news[0].scrollIntoView({ block: "nearest" });
  } catch {
    location.assign(bar.href);
  }
});
