// While one types "@", "#" or ":": whom, which tag or which sign it may become. Nothing happens while an input method is
// choosing characters. The list is a listbox that the text keeps its focus beside (aria-activedescendant).

const TYPED = /(?:^|[^\p{ASCII}]|[\s([{"'*_>/-])([@＠#＃:])([\p{L}\p{N}_+.-]{0,30})$/u;
const SHORTEST = { "@": 1, "#": 1, ":": 2 };
const WAIT = 120;
const SHOWN = 8;
let signs = null; // every emoji, asked for once

export default function names(kit) {
  const { composer, text } = kit;
  const list = document.createElement("ul");
  list.className = "choices";
  list.id = `${text.id}-choices`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", kit.words("choices"));
  list.hidden = true;
  composer.append(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);
  let timer = 0;
  let asked = 0;
  let found = [];
  let here = 0;
  let typed = null;

  text.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing) return close();
    timer = setTimeout(ask, WAIT);
  });
  text.addEventListener("compositionstart", close);
  text.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  text.addEventListener("blur", () => setTimeout(close, 150));
  text.addEventListener("click", close);
  text.addEventListener("keydown", keys, true);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the text keeps its focus
    const item = event.target.closest("[role=option]");
    if (item) take(Number(item.dataset.place));
  });

  function before() {
    if (text.selectionStart !== text.selectionEnd) return null;
    const match = TYPED.exec(text.value.slice(Math.max(0, text.selectionStart - 40), text.selectionStart));
    if (!match) return null;
    const sign = { "＠": "@", "＃": "#" }[match[1]] ?? match[1];
    return match[2].length >= SHORTEST[sign] ? { sign, words: match[2], from: text.selectionStart - match[2].length - 1 } : null;
  }

  async function ask() {
    typed = before();
    if (!typed) return close();
    const mine = ++asked;
    const { sign, words } = typed;
    try {
      const rows = await { "@": people, "#": tags, ":": emoji }[sign](words);
      if (mine !== asked || document.activeElement !== text) return;
      show(rows.slice(0, SHOWN));
    } catch {
      close(); // offline or too fast: one goes on typing
    }
  }

  async function asJson(url, query) {
    const answer = await fetch(query ? `${url}?${new URLSearchParams(query)}` : url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function people(q) {
    const said = await asJson(composer.dataset.people, { q, board: composer.dataset.board });
    return said.people.map((one) => ({ put: `@${one.username} `, what: one.name, more: `@${one.username}${one.reads ? "" : ` · ${kit.words("unread")}`}`, picture: one.avatar }));
  }

  async function tags(q) {
    const said = await asJson(composer.dataset.tags, { q });
    return said.tags.map((one) => ({ put: `#${one.name} `, what: `#${one.name}`, more: kit.words("topics", { n: one.topics }) }));
  }

  async function emoji(q) {
    signs ??= (await asJson(composer.dataset.emoji)).emoji;
    const words = q.toLowerCase();
    const begins = signs.filter(([name]) => name.startsWith(words));
    return [...begins, ...signs.filter(([name]) => !name.startsWith(words) && name.includes(words))].map(([name, sign]) => ({ put: `:${name}: `, what: `${sign} ${name}`, more: "" }));
  }

  function show(rows) {
    found = rows;
    if (!rows.length) return close();
    list.replaceChildren(
      ...rows.map((row, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.dataset.place = place;
        if (row.picture) item.append(Object.assign(document.createElement("img"), { src: row.picture, alt: "" }));
        item.append(Object.assign(document.createElement("span"), { className: "what", textContent: row.what }));
        if (row.more) item.append(Object.assign(document.createElement("span"), { className: "muted small", textContent: row.more }));
        return item;
      }),
    );
    list.hidden = false;
    settle();
    choose(0);
  }

  function choose(place) {
    here = (place + found.length) % found.length;
    for (const item of list.children) item.setAttribute("aria-selected", String(Number(item.dataset.place) === here));
    text.setAttribute("aria-activedescendant", list.children[here].id);
    list.children[here].scrollIntoView({ block: "nearest" });
  }

  function close() {
    asked++;
    if (list.hidden) return;
    list.hidden = true;
    list.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  }

  function take(place) {
    const row = found[place];
    close();
    text.setSelectionRange(typed.from, text.selectionStart);
    kit.put(row.put);
    clearTimeout(timer);
  }

  function keys(event) {
    if (list.hidden || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") choose(here + 1);
    else if (event.key === "ArrowUp") choose(here - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(here);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // Beside the place where one types: a copy of the text up to there says how far down and along it is.
  function settle() {
    const copy = document.createElement("div");
    const style = getComputedStyle(text);
    for (const name of ["boxSizing", "width", "font", "lineHeight", "letterSpacing", "padding", "border", "wordBreak", "overflowWrap", "tabSize"]) copy.style[name] = style[name];
    Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", insetBlockStart: "0" });
    copy.textContent = text.value.slice(0, typed.from);
    const mark = document.createElement("span");
    mark.textContent = "@";
    copy.append(mark);
    composer.append(copy);
    const panes = text.getBoundingClientRect();
    const frame = composer.getBoundingClientRect();
    const left = panes.left - frame.left + mark.offsetLeft;
    const top = panes.top - frame.top + mark.offsetTop + mark.offsetHeight + 4 - text.scrollTop;
    copy.remove();
    list.style.left = `${Math.max(4, Math.min(left, frame.width - list.offsetWidth - 4))}px`;
    list.style.top = `${Math.min(top, panes.bottom - frame.top)}px`;
  }
}
