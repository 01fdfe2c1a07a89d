// While a title is typed: topics that are called much the same, so that a question is not asked twice.
// Beside templates/community/search/similar.html, which says the same on a page that was sent back.

const WAIT = 500;
const SHORTEST = 10;
const SHORTEST_CJK = 4;
const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

for (const place of document.querySelectorAll("[data-similar]")) {
  const title = place.closest("form").querySelector("[name=title]");
  if (!title) continue;
  let timer = 0;
  let asked = "";
  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  if (title.value && place.hidden) look();

  async function look() {
    const words = title.value.trim();
    if (words === asked) return;
    asked = words;
    if (words.length < (CJK.test(words) ? SHORTEST_CJK : SHORTEST)) return show([]);
    try {
      const answer = await fetch(`${place.dataset.similar}?${new URLSearchParams({ title: words })}`, { headers: { Accept: "application/json" } });
      if (asked !== words || !answer.ok) return; // something newer was typed
      show((await answer.json()).topics);
    } catch {
      // Offline: nothing is lost, it was only an offer.
    }
  }

  function show(topics) {
    const items = topics.map((topic) => {
      const link = document.createElement("a");
      link.href = topic.url;
      link.target = "_blank"; // what was typed stays
      link.rel = "noopener";
      link.textContent = topic.title;
      const item = document.createElement("li");
      item.append(link);
      if (topic.solved) {
        const mark = document.createElement("span");
        mark.className = "badge jade";
        mark.textContent = place.dataset.similarSolved;
        item.append(" ", mark);
      }
      return item;
    });
    place.querySelector("ul").replaceChildren(...items);
    place.hidden = items.length === 0;
  }
}
