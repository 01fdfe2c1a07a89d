// The editor: tools that mark the selected text, keys, a preview cooked by the server, a count of characters. Its other
// parts (drafts, names, pictures) are given to it and get the same kit.

import { setCooked } from "laoyou/trusted-html";

const WAIT = 500;
const WRAPS = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"], code: ["`", "`"], spoiler: ["||", "||"] };
const LINES = { quote: () => "> ", list: () => "- ", numbered: (index) => `${index + 1}. ` };
const ITEM = /^(\s*)(?:([-*+])|(\d{1,3})([.)])|(>))( (?:\[[ xX]\] )?)/;
const URL_ALONE = /^https?:\/\/[^\s<>]+$/;

export default function open(composer, parts) {
  const text = composer.querySelector("textarea");
  const form = text.form;
  const preview = composer.querySelector("[data-composer-preview]");
  const count = composer.querySelector("[data-composer-count]");
  const state = composer.querySelector("[data-composer-state]");
  const note = composer.querySelector("[data-composer-note]");
  const look = composer.querySelector("[data-look]");
  const language = document.documentElement.lang;
  const untold = document.createElement("p");
  untold.className = "composer-untold";
  untold.setAttribute("role", "status");
  untold.hidden = true;
  composer.querySelector(".composer-panes").after(untold);
  let timer = 0;
  let asked = 0;
  let shown = null;

  const kit = {
    composer,
    text,
    form,
    /** A sentence of the page in the reader's language; `%name` in it is replaced. */
    words(name, values = {}) {
      return Object.entries(values).reduce(
        (words, [key, value]) => words.replace(`%${key}`, () => value),
        composer.dataset[`w${name[0].toUpperCase()}${name.slice(1)}`] ?? "",
      );
    },
    token: () => form.elements.csrfmiddlewaretoken.value,
    /** What is kept of the text; parts that put stand-ins into it take them out here. */
    clean: [],
    raw: () => kit.clean.reduce((words, part) => part(words), text.value),
    state: (words) => (state.textContent = words),
    /** A line above the text with buttons or links; nothing hides it. */
    note(words, acts = []) {
      note.replaceChildren(...(words ? [words, ...acts] : []));
      note.hidden = !words;
    },
    act(words, does) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button small";
      button.textContent = words;
      button.addEventListener("click", does);
      return button;
    },
    put,
    set(value) {
      text.focus({ preventScroll: true });
      text.select();
      put(value);
    },
    /** Say which post this answers; its author's name is on the page, or not. */
    answers(number, name = document.querySelector(`[data-reply="${Number(number)}"]`)?.dataset.name) {
      const place = form.querySelector("[data-reply-to]");
      const words = place?.querySelector("[data-words]");
      if (!words) return;
      words.textContent = name ? words.dataset.words.replace("%name", () => name).replace("%number", number) : `#${number}`;
      place.hidden = false;
    },
    quote(lines, number, name) {
      if (form.elements.parent && !form.elements.parent.value) {
        form.elements.parent.value = number;
        kit.answers(number, name);
      }
      text.focus();
      const end = text.selectionEnd;
      text.setSelectionRange(end, end);
      const before = text.value.slice(0, end);
      put(`${!before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n"}${lines}`);
      composer.scrollIntoView({ block: "nearest" });
    },
  };

  // ---- Marking ----

  function put(words) {
    // Through the browser, so that its own undo works.
    if (document.activeElement !== text) text.focus({ preventScroll: true });
    const done = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
    if (done) return; // it says "input" itself
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function mark(name) {
    text.focus();
    const { selectionStart: start, selectionEnd: end, value } = text;
    const words = value.slice(start, end);
    if (name in LINES) {
      const begin = value.lastIndexOf("\n", start - 1) + 1;
      const lines = value.slice(begin, end).split("\n");
      const marked = lines.every((line, index) => line.startsWith(LINES[name](index)));
      text.setSelectionRange(begin, end);
      put(lines.map((line, index) => (marked ? line.slice(LINES[name](index).length) : LINES[name](index) + line)).join("\n"));
      return;
    }
    const block = name === "code" && words.includes("\n");
    const [before, after] = block ? ["```\n", "\n```"] : WRAPS[name];
    if (words.startsWith(before) && words.endsWith(after) && words.length >= before.length + after.length) {
      put(words.slice(before.length, -after.length));
      text.setSelectionRange(start, start + words.length - before.length - after.length);
      return;
    }
    if (value.slice(0, start).endsWith(before) && value.slice(end).startsWith(after) && !block) {
      text.setSelectionRange(start - before.length, end + after.length);
      put(words);
      text.setSelectionRange(start - before.length, end - before.length);
      return;
    }
    put(before + words + after);
    const at = start + before.length;
    if (name === "link" && words) text.setSelectionRange(at + words.length + 2, at + words.length + 10);
    else text.setSelectionRange(at, at + words.length);
  }

  composer.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-mark], [data-begin], [data-look]");
    if (button?.dataset.mark) mark(button.dataset.mark);
    else if (button?.dataset.begin) {
      text.focus();
      const before = text.value.slice(0, text.selectionStart);
      put(`${!before || /\s$/.test(before) ? "" : " "}${button.dataset.begin}`);
    } else if (button) {
      const on = composer.classList.toggle("looking");
      look.setAttribute("aria-pressed", String(on));
      if (on) see();
      else text.focus();
    }
  });

  // ---- Keys ----

  const DIGITS = { Digit7: "numbered", Digit8: "list", Digit9: "quote" };
  text.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return; // a word is being chosen in an IME
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      const name = event.shiftKey ? DIGITS[event.code] : { b: "bold", i: "italic", k: "link", e: "code" }[event.key];
      if (!name) return;
      event.preventDefault();
      mark(name);
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) goOn(event);
  });

  function goOn(event) {
    const { selectionStart: at, selectionEnd: end, value } = text;
    if (at !== end) return;
    const begin = value.lastIndexOf("\n", at - 1) + 1;
    const line = value.slice(begin, at);
    const item = ITEM.exec(line);
    if (!item) return;
    event.preventDefault();
    if (line === item[0]) {
      text.setSelectionRange(begin, at); // an empty item ends the list
      put("");
      return;
    }
    const marker = item[2] ?? item[5] ?? `${Number(item[3]) + 1}${item[4]}`;
    put(`\n${item[1]}${marker}${item[6].replace(/\[[xX]\]/, "[ ]")}`);
  }

  text.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
    const words = text.value.slice(text.selectionStart, text.selectionEnd);
    if (!words || words.includes("\n") || !URL_ALONE.test(pasted) || URL_ALONE.test(words)) return;
    event.preventDefault();
    put(`[${words}](${pasted})`);
  });

  // The toolbar is one stop for Tab; arrows move inside of it.
  const tools = [...composer.querySelectorAll(".composer-tools button")];
  const stop = (tool) => tools.forEach((one) => (one.tabIndex = one === tool ? 0 : -1));
  stop(tools[0]);
  tools[0].parentElement.addEventListener("keydown", (event) => {
    const seen = tools.filter((tool) => tool.offsetParent);
    const here = seen.indexOf(document.activeElement);
    const rtl = getComputedStyle(composer).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl, Home: -here, End: seen.length - 1 - here }[event.key];
    if (step === undefined || here < 0) return;
    event.preventDefault();
    const next = seen[(here + step + seen.length) % seen.length];
    stop(next);
    next.focus();
  });

  // ---- Preview ----

  composer.classList.add("side-by-side", "with-tabs");
  text.addEventListener("input", () => {
    tell();
    clearTimeout(timer);
    timer = setTimeout(see, WAIT);
  });

  function tell() {
    count.textContent = text.value ? `${text.value.length.toLocaleString(language)} / ${text.maxLength.toLocaleString(language)}` : "";
  }

  async function see() {
    const raw = kit.raw();
    if (raw === shown) return;
    const mine = ++asked;
    if (!raw.trim()) {
      shown = raw;
      preview.hidden = true;
      untold.hidden = true;
      return;
    }
    try {
      const answer = await fetch(composer.dataset.preview, {
        method: "POST",
        headers: { "X-CSRFToken": kit.token(), Accept: "application/json" },
        body: new URLSearchParams({ raw, board: composer.dataset.board }),
      });
      if (mine !== asked || !answer.ok) return; // a newer text was asked for meanwhile
      const said = await answer.json();
      setCooked(preview, said.html);
      shown = raw;
      preview.hidden = false;
      untold.hidden = !said.untold?.length;
      untold.textContent = said.untold?.length ? kit.words("untold", { names: said.untold.join(", ") }) : "";
    } catch {
      // Offline: the text is still there, and the next key asks again.
    }
  }

  for (const part of parts) part(kit);
  tell();
  if (text.value.trim()) see();
  return kit;
}
