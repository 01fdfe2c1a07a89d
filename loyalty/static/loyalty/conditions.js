// Rows of conditions: only what fits the chosen fact and trigger is offered, and rows can be added. Without it all is offered.

const prepare = (box) => {
  const rows = box.querySelector("[data-rows]");
  const hints = new Map([...box.querySelectorAll("[data-hints] li")].map((one) => [one.dataset.kind, one.textContent]));
  const trigger = box.closest("form")?.querySelector("[name=trigger]");

  const fit = (row) => {
    const fact = row.querySelector("[data-fact]");
    const own = row.querySelector("[data-own]");
    const comparison = row.querySelector("[data-is]");
    const value = row.querySelector("[data-value]");
    for (const option of fact.options) {
      const triggers = (option.dataset.triggers || "").split(" ").filter(Boolean);
      option.hidden = option.disabled =
        triggers.length > 0 && Boolean(trigger?.value) && !triggers.includes(trigger.value) && !option.selected;
    }
    const kind = fact.selectedOptions[0]?.dataset.kind || "";
    own.hidden = fact.value !== "event.";
    for (const option of comparison.options) {
      option.hidden = option.disabled = Boolean(kind) && !option.dataset.kinds.split(" ").includes(kind);
    }
    if (comparison.selectedOptions[0]?.disabled) comparison.value = [...comparison.options].find((one) => !one.disabled).value;
    value.hidden = comparison.value === "is_true" || comparison.value === "is_false";
    value.placeholder = hints.get(kind) || "";
  };
  const fitAll = () => rows.querySelectorAll("[data-row]").forEach(fit);

  rows.addEventListener("change", (event) => fit(event.target.closest("[data-row]")));
  trigger?.addEventListener("change", fitAll);
  const more = box.querySelector("[data-more]");
  more.hidden = false;
  more.addEventListener("click", () => {
    const count = rows.children.length;
    if (count >= 20) return;
    const row = rows.lastElementChild.cloneNode(true);
    for (const field of row.querySelectorAll("[name]")) {
      field.name = field.name.replace(/-\d+-/, `-${count}-`);
      field.value = field.matches("[data-is]") ? field.options[0].value : "";
    }
    rows.append(row);
    fit(row);
    row.querySelector("[data-fact]").focus();
  });
  fitAll();
};

const prepareAll = () => document.querySelectorAll("[data-conditions]").forEach(prepare);
// The console loads scripts of forms in the head.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", prepareAll);
else prepareAll();
