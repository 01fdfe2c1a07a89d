// <button data-copy="text"> or <button data-copy-from="id of an element"> with data-copied="Copied": copies, and says so.

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  const text = button.dataset.copy || source?.value || source?.textContent.trim() || "";
  try {
    await navigator.clipboard.writeText(text);
    say(button, button.dataset.copied);
  } catch {
    // No permission or plain http: select the text, so that one keystroke copies it.
    if (!source) return;
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
  }
});

function say(button, done) {
  if (!done) return;
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = done;
  label.setAttribute("aria-live", "polite");
  setTimeout(() => (label.textContent = before), 2000);
}
