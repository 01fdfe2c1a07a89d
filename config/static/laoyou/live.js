// What every signed-in page hears on the member's own stream: points, tiers, mentions. Frames of other types are for
// the pages that know them; they subscribe to the same stream, and the one socket carries both.
//
// A frame that wants to be seen has data.toast = {text, url, icon}; one that changes a number has
// data.counts = {"name": "1,204", …}, put as text into every [data-live="name"].

import { connect, subscribe } from "laoyou/socket";
import { toast } from "laoyou/toast";

const mine = document.querySelector("meta[name=laoyou-socket]").dataset.stream || "member:me";

connect();
subscribe(mine, {
  onFrame({ data }) {
    if (!data) return;
    if (data.toast) toast(data.toast.text, data.toast);
    for (const [name, value] of Object.entries(data.counts ?? {})) {
      for (const element of document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`)) element.textContent = value;
    }
  },
});
