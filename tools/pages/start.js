// The first page: a search over all lessons of its language, and how many questions were answered in each.
(() => {
  const MOST = 40;
  const field = document.getElementById("sought");
  const list = document.getElementById("found");
  const count = document.getElementById("count");
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const texts = INDEX.map(([, , heading, , text]) => [plain(heading), plain(text)]);

  function search() {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    const found = words.length ? rated(words) : [];
    list.replaceChildren(...found.slice(0, MOST).map(([k]) => entry(INDEX[k], words)));
    count.textContent = words.length ? (found.length ? SAID.found + found.length : SAID.none) : "";
  }

  /** Where all words are: those places first whose heading has them, then those that have them most often. */
  function rated(words) {
    const score = ([heading, text]) => {
      const each = words.map((word) => (heading.includes(word) ? 10 : 0) + (text.split(word).length - 1));
      return each.every(Boolean) ? each.reduce((sum, one) => sum + one) : 0;
    };
    const all = texts.map((text, k) => [k, score(text)]);
    return all.filter(([, rate]) => rate).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  function entry([page, lesson, heading, id, text], words) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${page}.html#${id}`;
    link.textContent = heading && !lesson.endsWith(heading) ? `${lesson}: ${heading}` : lesson;
    const said = document.createElement("p");
    const low = plain(text);
    const at = Math.max(0, low.indexOf(words[0]) - 60);
    const piece = text.slice(at, at + 200);
    said.append(at ? "… " : "", ...marked(piece, words), at + 200 < text.length ? " …" : "");
    item.append(link, said);
    return item;
  }

  function marked(text, words) {
    const sign = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    return text.split(new RegExp(`(${sign})`, "i")).map((part, k) => {
      if (k % 2 === 0) return part;
      const mark = document.createElement("mark");
      mark.textContent = part;
      return mark;
    });
  }

  field.oninput = search;
  field.value = new URLSearchParams(location.search).get("q") ?? field.value;
  search();
  if (location.hash === "#search") field.focus();

  function tell() {
    for (const place of document.querySelectorAll("[data-questions]")) {
      const { lesson, questions } = place.dataset;
      const answered = Object.values(answers.of(lesson)).filter((one) => "first" in one).length;
      place.textContent = (answered ? SAID.answered : SAID.questions).replace("{a}", answered).replace("{n}", questions);
    }
  }
  tell();
  document.querySelector(".forget").onclick = ({ target }) => {
    for (const { dataset } of document.querySelectorAll("[data-questions]")) answers.forget(dataset.lesson);
    tell();
    target.parentElement.querySelector("[role=status]").textContent = SAID.forgotten;
  };
})();
