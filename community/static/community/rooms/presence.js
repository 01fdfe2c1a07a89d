// Who is here and who is typing. Both may be wrong for a moment and cost nothing when they are lost.

import { counted, element, me, words } from "community/rooms/page";
import { avatar } from "community/rooms/draw";

const TYPING_FOR = 15_000;
const FACES = 8;

const typingLine = document.getElementById("chat-typing");
const people = document.getElementById("chat-here");
const talkers = new Map(); // member id -> {name, until}

export function nowTyping({ id, name }) {
  if (id === me) return;
  talkers.set(id, { name, until: Date.now() + TYPING_FOR });
  drawTyping();
}

export function spoke(id) {
  if (talkers.delete(id)) drawTyping();
}

export function drawTyping() {
  for (const [id, { until }] of talkers) if (until < Date.now()) talkers.delete(id);
  const names = Array.from(talkers.values(), ({ name }) => name);
  const sentence = ["", "typingOne", "typingTwo"][names.length] ?? "typingMany";
  typingLine.textContent = sentence ? words(sentence, { name: names[0], other: names[1] ?? "" }) : "";
}

let here = null; // as it was last told

/** Who is here now, with names, for the panel of people; null when nobody has told. */
export function hereNow() {
  if (!here?.people?.length) return null;
  const people = here.people.map((person) => element("li", { className: "person" }, avatar(person, "s"), element("span", { className: "person-name" }, person.name)));
  return element("section", { className: "here-now stack stack-s" }, element("h3", { className: "h4" }, counted("here", here.count)), element("ul", {}, ...people));
}

/** {count, people: [{id, name, avatar}] or null in a crowd}. */
export function nowHere({ count, people: known }) {
  here = { count, people: known };
  if (!people) return;
  people.hidden = !count;
  people.querySelector("[data-faces]").replaceChildren(...(known ?? []).slice(0, FACES).map((person) => avatar(person, "xs")));
  people.querySelector("[data-count]").textContent = counted("here", count);
  people.title = (known ?? []).map(({ name }) => name).join(", ").slice(0, 400);
  const shown = document.querySelector(".here-now");
  if (shown) shown.replaceWith(hereNow() ?? "");
}
