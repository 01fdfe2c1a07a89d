// Shows what the site pushed to this device, and opens the right page when it is pressed. It keeps nothing and fetches
// nothing: pages never come from here.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data ? event.data.json() : {};
  } catch {
    // Not ours; browsers ask that something is shown all the same.
  }
  const options = {
    body: said.body || "",
    tag: said.tag || "laoyou",
    data: { url: said.url || "/notices/" },
    icon: "/favicon.ico",
  };
  event.waitUntil(self.registration.showNotification(said.title || "…", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});

async function open(path) {
  const url = new URL(path || "/notices/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const one of windows) {
    if (new URL(one.url).origin !== url.origin) continue;
    try {
      await one.focus();
      await one.navigate(url.href);
      return;
    } catch {
      // A window that this worker does not control cannot be led; a new one can.
    }
  }
  await self.clients.openWindow(url.href);
}
