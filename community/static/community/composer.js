// The composer: tools that mark the selected text, a preview cooked by the server, a count of characters.
// Without this module the form is a plain textarea and works all the same.

import { setCooked } from "laoyou/trusted-html";

const WAIT = 500;

for (const composer of document.querySelectorAll("[data-composer]")) {
  const text = composer.querySelector("textarea");
  const preview = composer.querySelector("[data-composer-preview]");
  const count = composer.querySelector("[data-composer-count]");
  const token = text.form.querySelector("[name=csrfmiddlewaretoken]").value;
  let timer = 0;
  let asked = 0;
  let shown = null;

  composer.classList.add("side-by-side");
  text.addEventListener("input", () => {
    tell();
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  composer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) mark(text, button.dataset.mark);
  });
  composer.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const name = { b: "bold", i: "italic", k: "link" }[event.key];
    if (!name) return;
    event.preventDefault();
    mark(text, name);
  });
  tell();
  if (text.value.trim()) look();

  function tell() {
    count.textContent = text.value ? `${text.value.length.toLocaleString(document.documentElement.lang)} / ${text.maxLength.toLocaleString(document.documentElement.lang)}` : "";
  }

  async function look() {
    const raw = text.value;
    if (raw === shown) return;
    const mine = ++asked;
    if (!raw.trim()) {
      shown = raw;
      preview.hidden = true;
      return;
    }
    try {
      const answer = await fetch(composer.dataset.preview, {
        method: "POST",
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        body: new URLSearchParams({ raw }),
      });
      if (mine !== asked || !answer.ok) return; // a newer text was asked for meanwhile
      setCooked(preview, (await answer.json()).html);
      shown = raw;
      preview.hidden = false;
    } catch {
      // Offline: the text is still there, and the next key asks again.
    }
  }
}

const WRAPS = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"], code: ["`", "`"] };
const LINES = { quote: "> ", list: "- " };

function mark(text, name) {
  const { selectionStart: start, selectionEnd: end, value } = text;
  const chosen = value.slice(start, end);
  text.focus();
  if (name in LINES) {
    const begin = value.lastIndexOf("\n", start - 1) + 1;
    text.setSelectionRange(begin, end);
    put(text, value.slice(begin, end).replace(/^/gm, LINES[name]));
    return;
  }
  const block = name === "code" && chosen.includes("\n");
  const [before, after] = block ? ["```\n", "\n```"] : WRAPS[name];
  put(text, before + chosen + after);
  if (!chosen) text.setSelectionRange(start + before.length, start + before.length);
}

/** Put text at the selection so that the browser's own undo still works. */
function put(text, words) {
  if (!document.execCommand("insertText", false, words)) text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
