// Drafts: what is typed is saved on the server 2 seconds after typing stops and at least every 10, and at once in this
// browser, for when the line or the session is lost. Two windows notice each other; neither text is lost.

const QUIET = 2_000;
const MOST = 10_000;
const LOCAL = 300;
const OLD = 7 * 86_400_000;
const STORED = "laoyou:draft:"; // as in composer.js
const FIELDS = ["title", "tags", "parent", "reason"];

export default function drafts(kit) {
  const { composer, text, form } = kit;
  const { key, me, save: saveUrl, draft: draftUrl, discard: discardUrl } = composer.dataset;
  if (!key) return;
  const name = `${STORED}${me}:${key}`;
  const first = text.defaultValue; // as the page came; what was typed while this module was on its way is new
  let revision = Number(form.elements.draft_revision?.value || 0);
  let timer = 0;
  let local = 0;
  let since = 0; // when the oldest unsaved key was typed
  let saved = first;
  let other = null; // a text that waits for the writer's choice
  let leaving = false;
  let running = null;

  // ---- This browser ----

  function read() {
    try {
      for (const one of Object.keys(localStorage)) {
        if (one.startsWith(STORED) && Date.now() - (JSON.parse(localStorage[one])?.at ?? 0) > OLD) localStorage.removeItem(one);
      }
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  function write() {
    try {
      if (!kit.raw().trim() && !other) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify({ ...now(), at: Date.now(), revision, form: form.elements.client_id?.value ?? "", other }));
    } catch {
      // Full or forbidden; the server has it.
    }
  }

  function forget() {
    try {
      localStorage.removeItem(name);
    } catch {
      // There was none.
    }
  }

  const value = (field) => form.elements[field]?.value ?? "";
  const now = () => ({ raw: kit.raw(), meta: Object.fromEntries(FIELDS.map((field) => [field, value(field)]).filter(([, words]) => words)) });
  const dirty = () => kit.raw() !== saved && kit.raw() !== first;

  // ---- The server ----

  async function ask(formKey) {
    const answer = await fetch(`${draftUrl}?${new URLSearchParams({ key, form: formKey })}`, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return { signedOut: true };
    if (!answer.ok) throw new Error(String(answer.status));
    const said = await answer.json();
    // Signed in again in another window: its token is this window's too.
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = said.token;
    return said;
  }

  function body() {
    const data = new FormData();
    const { raw, meta } = now();
    for (const [field, words] of Object.entries({ raw, ...meta, draft_key: key, draft_revision: revision, client_id: value("client_id") })) data.set(field, words);
    const kind = form.querySelector("[name=kind]:checked, [name=kind][type=hidden]");
    if (kind) data.set("kind", kind.value);
    return data;
  }

  async function save({ again = true } = {}) {
    clearTimeout(timer);
    if (leaving || other || !dirty()) return;
    if (running) return void running.then(later);
    const raw = kit.raw();
    try {
      running = fetch(saveUrl, {
        method: "POST",
        headers: { "X-CSRFToken": kit.token(), Accept: "application/json" },
        body: body(),
        keepalive: raw.length < 15_000, // browsers allow 64 KB
      });
      const answer = await running;
      running = null;
      if (answer.status === 403 && again) {
        await ask("");
        return save({ again: false });
      }
      const said = await answer.json().catch(() => ({}));
      if (answer.status === 409) return offer(said.draft, said.draft.revision);
      if (answer.status === 401) return signedOut(said.sign_in);
      if (!answer.ok) throw new Error(String(answer.status));
      revision = said.revision;
      if (form.elements.draft_revision) form.elements.draft_revision.value = revision;
      saved = raw;
      since = 0;
      kit.state(raw.trim() ? kit.words("saved") : "");
      write();
      if (dirty()) later();
    } catch {
      running = null;
      kit.state(kit.words("offline"));
      timer = setTimeout(save, MOST);
    }
  }

  function later() {
    clearTimeout(timer);
    since ||= Date.now();
    timer = setTimeout(save, Math.max(0, Math.min(QUIET, since + MOST - Date.now())));
  }

  function signedOut(signIn = `${composer.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`) {
    write();
    const link = document.createElement("a");
    link.className = "button small primary";
    link.href = signIn;
    link.textContent = kit.words("signIn");
    link.addEventListener("click", () => (leaving = true));
    kit.note(kit.words("signedOut"), [link]);
    kit.state("");
  }

  // ---- Two texts ----

  function fill({ raw, meta = {} }) {
    kit.set(raw);
    for (const field of FIELDS) if (meta[field] && form.elements[field] && !value(field)) form.elements[field].value = meta[field];
    if (meta.parent) kit.answers(meta.parent);
  }

  function offer(found, theirRevision) {
    other = found;
    write();
    const settle = () => {
      other = null;
      revision = theirRevision;
      kit.note("");
    };
    const when = found.saved_at ? new Date(found.saved_at) : new Date(found.at ?? Date.now());
    kit.note(kit.words("offered", { when: when.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }) }), [
      kit.act(kit.words("show"), () => {
        const mine = now();
        settle();
        fill(found);
        if (mine.raw.trim() && mine.raw !== first) offer({ ...mine, at: Date.now() }, revision);
      }),
      kit.act(kit.words("keep"), () => {
        settle();
        saved = null;
        write();
        save();
        text.focus();
      }),
    ]);
  }

  async function afresh() {
    kit.set(first && key.startsWith("edit:") ? first : "");
    kit.note("");
    forget();
    const data = new FormData();
    data.set("draft_key", key);
    const answer = await fetch(discardUrl, { method: "POST", headers: { "X-CSRFToken": kit.token(), Accept: "application/json" }, body: data }).catch(() => null);
    if (answer?.ok) {
      revision = 0;
      saved = kit.raw();
      clearTimeout(timer);
      kit.state("");
    }
  }

  async function begin() {
    const mine = read();
    let said;
    try {
      said = await ask(mine?.form ?? value("client_id"));
    } catch {
      said = { draft: null, offline: true };
    }
    if (said.signedOut) signedOut();
    if (said.sent && mine) {
      forget();
      return;
    }
    const theirs = said.draft ?? null;
    let found = theirs;
    const reached = said.offline || said.signedOut;
    if (mine?.raw && (reached || (theirs ? mine.at > Date.parse(theirs.saved_at) && mine.raw !== theirs.raw : !mine.revision))) found = mine;
    if (mine?.other && !found) found = mine.other;
    if (mine && !found && !reached) forget(); // sent or given up in another window
    if (theirs && theirs.raw === text.value) revision = theirs.revision;
    if (!found || !found.raw || found.raw === text.value) return void (dirty() && later());
    if (!text.value.trim()) {
      revision = theirs?.revision ?? 0;
      if (found === theirs) saved = found.raw;
      fill(found);
      if (!said.signedOut) kit.note(kit.words("restored"), [kit.act(kit.words("afresh"), afresh)]);
    } else offer(found, theirs?.revision ?? 0);
  }

  text.addEventListener("input", () => {
    clearTimeout(local);
    local = setTimeout(write, LOCAL);
    kit.state("");
    if (dirty()) later();
    else if (!kit.raw().trim() && revision) {
      saved = null; // emptied: the draft goes too
      later();
    }
  });
  for (const field of FIELDS) {
    form.elements[field]?.addEventListener?.("input", () => {
      if (!kit.raw().trim() && field !== "title") return;
      saved = null;
      later();
    });
  }
  document.addEventListener("submit", (event) => {
    if (event.target !== form || event.defaultPrevented) return;
    write();
    leaving = true; // at once: the browser asks "leave?" before any timer
    clearTimeout(timer);
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    begin();
  });
  addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      write();
      save();
    } else if (!leaving && dirty()) later();
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && dirty() && kit.raw().trim()) {
      write();
      save();
      event.preventDefault();
    }
  });

  begin();
}
