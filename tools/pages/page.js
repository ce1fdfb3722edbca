// The reader's answers on a lesson's page: which choice of a question was opened first, and what was predicted.
(() => {
  const main = document.querySelector("main");
  const lesson = main.dataset.lesson;
  const verdicts = [];

  for (const cell of main.querySelectorAll(".cell")) {
    const choices = [...cell.querySelectorAll(".choice")];
    if (choices.length) ask(cell, choices);
    const guesses = [...cell.querySelectorAll(".guess textarea")];
    const kept = answers.of(lesson)[cell.id]?.guesses ?? [];
    guesses.forEach((field, k) => {
      field.value = kept[k] ?? "";
      field.oninput = () => answers.keep(lesson, cell.id, { guesses: guesses.map((one) => one.value) });
    });
  }

  function ask(cell, choices) {
    const verdict = document.createElement("p");
    verdict.className = "verdict";
    verdict.setAttribute("role", "status");
    choices.at(-1).after(verdict);
    verdicts.push(verdict);

    function tell({ first }) {
      const right = choices[first].dataset.right === "true";
      verdict.textContent = right ? SAID.right : SAID.wrong;
    }

    const kept = answers.of(lesson)[cell.id];
    if (kept?.opened?.every((k) => choices[k])) {
      for (const k of kept.opened) choices[k].open = true;
      if (choices[kept.first]) tell(kept);
    }
    choices.forEach((choice, k) => {
      choice.addEventListener("toggle", () => {
        const opened = choices.flatMap((one, n) => (one.open ? [n] : []));
        const before = answers.of(lesson)[cell.id];
        const first = before?.first ?? (choice.open ? k : undefined);
        if (first === undefined) return;
        answers.keep(lesson, cell.id, { first, opened });
        if (choices.some((one) => one.open && one.dataset.right === "true")) tell({ first });
      });
    });
  }

  document.querySelector(".forget").onclick = ({ target }) => {
    for (const choice of main.querySelectorAll(".choice")) choice.open = false;
    for (const field of main.querySelectorAll(".guess textarea")) field.value = "";
    for (const verdict of verdicts) verdict.textContent = "";
    setTimeout(() => answers.forget(lesson), 50); // after what closing them tells
    target.parentElement.querySelector("[role=status]").textContent = SAID.forgotten;
  };

  // The other language opens at the same place.
  const language = document.querySelector("a.language");
  language.onclick = () => (language.hash = location.hash);

  // What is wider than the page can be moved with the keyboard, too.
  const size = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const wide of main.querySelectorAll("pre, .wide, .output, math[display=block]")) size.observe(wide);
})();
