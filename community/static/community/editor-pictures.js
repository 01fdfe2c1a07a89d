// Pictures: chosen, pasted or dropped, several at once, each with its progress. A stand-in keeps the place in the text;
// what fails stays there to be tried again, and the text is not sent without it unnoticed.

const TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
const AT_ONCE = 2;

export default function pictures(kit) {
  const { composer, text, form } = kit;
  const url = composer.dataset.upload;
  if (!url) return;
  const list = document.createElement("ul");
  list.className = "uploads";
  composer.querySelector(".composer-panes").after(list);
  const jobs = new Set();
  let running = 0;
  let next = 1;
  let sending = null;
  const input = Object.assign(document.createElement("input"), { type: "file", accept: [...TYPES].join(), multiple: true, hidden: true });
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  composer.append(input);
  composer.querySelector("[data-pick]")?.addEventListener("click", () => input.click());
  kit.clean.push((words) => words.replace(/!\[⏳[^\]\n]*\]\(\)\n?/g, ""));

  text.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => TYPES.has(file.type));
    if (!files.length || event.clipboardData.getData("text/plain")) return; // a spreadsheet's picture of its own text
    event.preventDefault();
    add(files);
  });
  for (const name of ["dragenter", "dragover"]) {
    composer.addEventListener(name, (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      event.preventDefault();
      composer.classList.add("dropping");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    composer.addEventListener(name, (event) => {
      if (name === "dragleave" && composer.contains(event.relatedTarget)) return;
      composer.classList.remove("dropping");
    });
  }
  composer.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });

  function add(files) {
    for (const file of files) {
      if (!TYPES.has(file.type)) continue;
      const words = file.name.replace(/[[\]\\|\n]/g, " ").slice(0, 60);
      const job = { file, name: file.name, standIn: `![⏳ ${words} ${next++}]()` };
      jobs.add(job);
      const at = text.selectionEnd;
      text.setSelectionRange(at, at);
      const before = text.value.slice(0, at);
      kit.put(`${!before || before.endsWith("\n") ? "" : "\n"}${job.standIn}\n`);
      draw(job);
    }
    work();
  }

  function draw(job) {
    job.row = document.createElement("li");
    job.words = document.createElement("span");
    job.bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    job.cancel = kit.act(kit.words("cancel"), () => {
      job.request?.abort();
      replace(job, "");
      done(job);
    });
    list.append(job.row);
    wait(job);
  }

  function wait(job) {
    job.failed = false;
    job.words.textContent = kit.words("uploading", { name: job.name });
    job.bar.value = 0;
    job.bar.setAttribute("aria-label", job.words.textContent);
    job.row.replaceChildren(job.words, job.bar, job.cancel);
  }

  function work() {
    for (const job of jobs) {
      if (running >= AT_ONCE) return;
      if (!job.request && !job.failed) send(job);
    }
  }

  function send(job) {
    running++;
    const request = (job.request = new XMLHttpRequest());
    const body = new FormData();
    body.set("draft_key", composer.dataset.key);
    body.set("picture", job.file, job.name);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && (job.bar.value = event.loaded / event.total));
    request.addEventListener("loadend", () => {
      running--;
      job.request = null;
      if (jobs.has(job)) finish(job, request);
      work();
    });
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", kit.token());
    request.send(body);
  }

  function finish(job, request) {
    if (request.status === 201 && request.response?.markdown) {
      replace(job, request.response.markdown);
      return done(job);
    }
    job.failed = true;
    job.words.setAttribute("role", "alert");
    job.words.textContent = `${kit.words("failed", { name: job.name })} ${request.response?.message ?? (request.status ? "" : kit.words("offline"))}`;
    job.row.replaceChildren(
      job.words,
      kit.act(kit.words("retry"), () => {
        wait(job);
        work();
      }),
      job.cancel,
    );
  }

  function replace(job, words) {
    const at = text.value.indexOf(job.standIn);
    if (at < 0) return words && text.isConnected ? append(words) : undefined; // its stand-in was deleted: at the end, then
    const whole = words ? job.standIn.length : job.standIn.length + (text.value[at + job.standIn.length] === "\n");
    text.setRangeText(words, at, at + whole, "preserve");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function append(words) {
    const end = text.value.length;
    text.setRangeText(`${end && !text.value.endsWith("\n") ? "\n" : ""}${words}\n`, end, end, "preserve");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function done(job) {
    jobs.delete(job);
    job.row.remove();
    if (!jobs.size && sending) {
      const button = sending;
      sending = null;
      form.requestSubmit(button.isConnected ? button : undefined);
    }
  }

  // Before other listeners: what is still on its way is waited for.
  form.addEventListener(
    "submit",
    (event) => {
      if (!jobs.size) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const failed = [...jobs].find((job) => job.failed);
      if (failed) failed.row.querySelector("button").focus();
      else sending = event.submitter ?? form.querySelector("[type=submit]");
    },
    true,
  );
}
