// Day, night, or as the device says. The choice is a cookie, so the server writes data-theme and nothing flashes.

const YEAR = 365 * 24 * 3600;
const buttons = document.querySelectorAll("[data-theme-choice]");

export function choose(theme) {
  const known = theme === "light" || theme === "dark";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${known ? theme : ""}; Path=/; Max-Age=${known ? YEAR : 0}; SameSite=Lax${secure}`;
  if (known) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (known ? theme : "")));
}

for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.themeChoice));
