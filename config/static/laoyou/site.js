// Loaded on every page. Small on purpose: it looks at what the page has and fetches only the modules that help it.
// Every page is complete without any of them.

const here = (selector) => document.querySelector(selector) !== null;

if (here("time[datetime]")) import("laoyou/time");
if (here("[data-copy], [data-copy-from]")) import("laoyou/copy");
if (here("main form[method=post], .error-summary")) import("laoyou/form");
if (here("meta[name=laoyou-socket]")) import("laoyou/live");

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

// The theme switch lives in a menu: its module comes when the menu is opened.
for (const choice of document.querySelectorAll("[data-theme-switch]")) {
  choice.closest("details")?.addEventListener("toggle", () => import("laoyou/theme"), { once: true });
}

// <button data-opens="id"> opens the <dialog id>; a form with method=dialog inside closes it by itself.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
});
