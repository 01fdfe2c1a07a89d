// Forms: one submit at a time, Ctrl+Enter (⌘+Enter) sends, errors get the focus.
// A form that is handled by another module calls preventDefault() itself and is left alone.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  // After the other listeners: if one of them prevented it, that module sends the form in its own way.
  setTimeout(() => {
    if (event.defaultPrevented || form.method === "dialog" || form.method === "get") return;
    form.dataset.busy = "true";
    // aria-busy, not disabled: a disabled button would drop its own name and value from what is sent.
    event.submitter?.setAttribute("aria-busy", "true");
  });
});

// The back button shows the page as it was left: let it be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
  for (const button of document.querySelectorAll("form [aria-busy=true]")) button.removeAttribute("aria-busy");
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  if (event.target.form && event.target.matches("textarea")) event.target.form.requestSubmit();
});

document.querySelector(".error-summary")?.focus();
