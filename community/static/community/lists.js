// A list: a bar when something is new in it, and an undo that goes when its time is over.
// The bar is a link to the same page, the undo a form.

import { subscribe } from "laoyou/socket";

const bar = document.querySelector("[data-hints]");

if (bar) {
  const topics = new Set();
  const words = bar.querySelector("[data-one]");
  for (const stream of bar.dataset.hints.split(" ")) {
    subscribe(stream, {
      onFrame({ type, data }) {
        if (type !== "topics") return;
        for (const topic of data.topics) topics.add(topic);
        if (!topics.size) return;
        words.textContent = topics.size === 1 ? words.dataset.one : words.dataset.many.replace("%n", topics.size);
        bar.hidden = false;
      },
    });
  }
}

const undo = document.querySelector("[data-undo]");
if (undo) setTimeout(() => undo.remove(), 10_000);
