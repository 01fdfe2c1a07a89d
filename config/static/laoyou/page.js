// On every page: the reader's zone, menus and dialogs. It travels with the other modules of this directory as one file
// (config/statics.py joins them), and every page is complete without any of them.

// The server shows times as this device would; members may choose another zone in their settings.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes("time_zone=")) {
  document.cookie = `time_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

// A disclosure menu closes when attention goes elsewhere, as people expect of menus.
const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// <button data-opens="id"> opens the <dialog id>; a form with method=dialog inside closes it by itself.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
});
