// What every signed-in page hears on the member's own stream: points, tiers, mentions. They are hints (not counted, may
// be lost): the numbers on the next page come from the server anyway.
//
// Each frame is dispatched on document as the event "laoyou:<type>" with its data as detail, for pages that know the type.
// Two things need no page: data.toast = {text, url, icon} is shown, and data.counts = {"name": "1,204", …} is written as
// text into every [data-live="name"].

import { connect, subscribe } from "laoyou/socket";
import { toast } from "laoyou/toast";

function heard({ type, data }) {
  if (data?.toast) toast(data.toast.text, data.toast);
  for (const [name, value] of Object.entries(data?.counts ?? {})) {
    for (const element of document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`)) element.textContent = value;
  }
  document.dispatchEvent(new CustomEvent(`laoyou:${type}`, { detail: data ?? {} }));
}

if (document.querySelector("meta[name=laoyou-socket]")) {
  connect();
  subscribe("member", { onFrame: heard });
}
