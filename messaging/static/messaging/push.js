// The button "Ring this device": asks the browser only after a press, and hands what it answers to an ordinary form.

const box = document.querySelector("[data-push]");
const form = box?.querySelector("[data-ring]");
const button = form?.querySelector("button");
const note = box?.querySelector("[data-push-note]");

// The policy lets through one address and nothing else.
const policy = globalThis.trustedTypes?.createPolicy("laoyou-worker", {
  createScriptURL: (url) => {
    if (url !== "/sw.js") throw new TypeError("no script of ours");
    return url;
  },
});

function say(name) {
  note.textContent = box.dataset[name] ?? "";
}

function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

function base64url(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function device() {
  const agent = navigator.userAgent;
  const browser = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
  const house = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]];
  const named = (list) => list.find(([mark]) => agent.includes(mark))?.[1] ?? "";
  return [named(browser), named(house)].filter(Boolean).join(", ");
}

async function ring() {
  if ((await Notification.requestPermission()) !== "granted") return say("refused");
  const address = policy ? policy.createScriptURL("/sw.js") : "/sw.js";
  await navigator.serviceWorker.register(address, { scope: "/" });
  const worker = await navigator.serviceWorker.ready;
  const key = bytes(box.dataset.push);
  let held = await worker.pushManager.getSubscription();
  if (held && held.options?.applicationServerKey && base64url(held.options.applicationServerKey) !== box.dataset.push) {
    await held.unsubscribe(); // made with an older key of the site
    held = null;
  }
  held ??= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  form.elements.endpoint.value = held.endpoint;
  form.elements.p256dh.value = base64url(held.getKey("p256dh"));
  form.elements.auth.value = base64url(held.getKey("auth"));
  form.elements.label.value = device();
  form.submit();
}

if (box && "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis) {
  form.hidden = false;
  if (Notification.permission === "denied") say("refused");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    try {
      await ring();
    } catch {
      say("failed");
    }
    button.removeAttribute("aria-busy");
  });
} else if (box) {
  say("unable");
}
