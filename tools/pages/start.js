// The first page: a search over all lessons of its language, and how many questions were answered in each.
(() => {
  const MOST = 40;
  const field = document.getElementById("sought");
  const list = document.getElementById("found");
  const count = document.getElementById("count");
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const texts = INDEX.map(([, lesson, heading, , text]) => [plain(lesson), plain(heading), plain(text)]);

  /** What finds a word: in English without its ending, as gradient for gradients; in Korean with spaces or without. */
  function finder(word) {
    const stem = word.replace(/^([a-z-]{4,}?)(?:ing|ed|(?<!s)s)$/, "$1");
    const letters = Array.from(stem, (sign) => sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return letters.join(/[가-힣]/.test(stem) ? "\\s*" : "");
  }

  function search() {
    const words = plain(field.value).split(/\s+/).filter(Boolean).map(finder);
    const found = words.length ? rated(words) : [];
    list.replaceChildren(...found.slice(0, MOST).map(([k]) => entry(INDEX[k], words)));
    count.textContent = words.length ? (found.length ? SAID.found + found.length : SAID.none) : "";
  }

  /** Where all words are: those places first whose heading has them, then those that have them most often. */
  function rated(words) {
    const signs = words.map((word) => new RegExp(word, "g"));
    const count = (text, sign) => text.match(sign)?.length ?? 0;
    const score = ([lesson, heading, text]) => {
      const own = signs.map((sign) => 10 * Math.min(count(heading, sign), 1) + count(text, sign));
      const all = own.every((one, k) => one || count(lesson, signs[k])); // one of them may be in the lesson's title only
      return all ? own.reduce((sum, one) => sum + one) : 0;
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
    const at = Math.max(0, low.search(new RegExp(words.join("|"))) - 60);
    const piece = text.slice(at, at + 200);
    said.append(at ? "… " : "", ...marked(piece, words), at + 200 < text.length ? " …" : "");
    item.append(link, said);
    return item;
  }

  function marked(text, words) {
    return text.split(new RegExp(`(${words.join("|")})`, "i")).map((part, k) => {
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
