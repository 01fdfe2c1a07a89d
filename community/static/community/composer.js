// Where one can write: brings the editor when somebody is about to, and quotes what is selected in a post.
// Without this module the form is a plain textarea and works all the same.

const STORED = "laoyou:draft:"; // as in editor-drafts.js
const composers = [...document.querySelectorAll("[data-composer]")];

for (const composer of composers) {
  const text = composer.querySelector("textarea");
  let opened = null;
  let ready = false;
  composer.open = () =>
    (opened ??= Promise.all(composer.dataset.modules.split(" ").map((url) => import(url))).then(([editor, ...parts]) => {
      ready = true;
      return (composer.kit = editor.default(composer, parts.map((part) => part.default)));
    }));
  const intend = () => composer.open().catch(() => (opened = null)); // offline: the next touch tries again
  composer.addEventListener("focusin", intend);
  composer.addEventListener("pointerenter", intend);
  composer.addEventListener("click", ({ target }) => {
    const button = target.closest("button[type=button]");
    if (button && !ready) composer.open().then(() => button.click());
  });
  const alone = text.form.matches("[data-start-form], [data-write]");
  let kept = false;
  try {
    kept = localStorage.getItem(`${STORED}${composer.dataset.me}:${composer.dataset.key}`) !== null;
  } catch {
    // No storage in this browser.
  }
  if (alone || kept || text.value.trim()) intend();
}

// ---- Quoting ---------------------------------------------------------------------------------------------------------

const composer = composers[0];
const posts = document.querySelector("[data-topic]");
const button = document.createElement("button");
button.type = "button";
button.className = "button small primary quote-this";

function chosen() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const place = range.commonAncestorContainer;
  const body = (place.nodeType === 1 ? place : place.parentElement)?.closest(".post-body");
  const link = body?.closest(".post")?.querySelector("[data-quote]");
  const words = selection.toString().trim();
  return link && words ? { link, words, range } : null;
}

async function quote(link, words = "") {
  try {
    const [answer] = await Promise.all([fetch(link.href, { headers: { Accept: "application/json" } }), composer.open()]);
    if (!answer.ok) throw new Error(String(answer.status));
    const said = await answer.json();
    const lines = words && `> ${said.head}\n${words.replace(/\n{3,}/g, "\n\n").replace(/^/gm, "> ").replace(/> +$/gm, ">")}\n\n`;
    composer.kit.quote(lines || said.quote, said.number, said.name);
  } catch {
    location.assign(link.href); // the plain way
  }
}

if (composer && posts?.querySelector("[data-quote]")) {
  button.textContent = posts.querySelector("[data-quote]").textContent;
  posts.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-quote]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    const now = chosen();
    quote(link, now?.link === link ? now.words : "");
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // what is selected stays selected
  button.addEventListener("click", () => {
    const now = chosen();
    button.remove();
    if (now) quote(now.link, now.words);
  });
  let timer = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = chosen();
      if (!now) return button.remove();
      const rows = now.range.getClientRects();
      const last = rows[rows.length - 1] ?? now.range.getBoundingClientRect();
      document.body.append(button);
      button.style.top = `${last.bottom + scrollY + 6}px`;
      button.style.left = `${Math.max(8, Math.min(last.right + scrollX - 40, document.documentElement.clientWidth - button.offsetWidth - 8))}px`;
    }, 200);
  });
}
