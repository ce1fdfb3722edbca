// A lesson as slides. Every slide is a section of the page, made of parts: "flow" is text, code and tables, which are set as
// large as the screen allows and broken into several screens where they do not fit; "picture" is a screen of its own.
//
// ← and → step the picture first and turn the page then. The picture is a player (seqlib/widgets/js) as a saved notebook
// has it: it is led by its own buttons, and where it stands is read from its own slider.
(() => {
  const $ = (name) => document.getElementById(name);
  const { words, minutes } = JSON.parse($("given").textContent);
  const slides = [...document.querySelectorAll(".slide")];
  const SIZES = [16, 18, 20, 22, 24, 26, 29, 32]; // px of text on a screen of 1280 × 720; on a larger one it grows along
  const SMALLEST = SIZES[0]; // on any screen
  const FINE = 19; // below this a slide is broken in two,
  const BROKEN = 24; // of which each has text of this size if it can
  const HEAD = "h1, h2, h3, .section"; // stands on every screen of a slide
  let now = 0; // the slide that is shown
  let screen = 0; // which of its screens
  let typed = ""; // the digits of a number that is jumped to
  let began = history.state?.began ?? null; // when the clock was started; it goes on where the page is loaded again
  let noting = 0; // a timer
  let teacher = null; // the window of the teacher's own

  const title = (slide) => slide.getAttribute("aria-label");
  const notesOf = (slide) => slide.querySelector(".notes");
  const say = (name, fields = {}) => words[name].replace(/\{(\w+)\}/g, (_, field) => fields[field]);

  // --- what fits ---

  function scale() {
    return Math.min(innerWidth / 1280, innerHeight / 720);
  }

  /** What of a part can stand alone on a screen: its blocks, the items of a list, the rows of a long table. */
  function unitsOf(part) {
    return (part.units ??= [...part.firstElementChild.children].flatMap((block) => piecesOf(block) ?? [block]));
  }

  function piecesOf(block) {
    const rows = block.querySelectorAll("tbody tr");
    const pieces = block.matches("ul, ol") ? block.children : rows.length > 12 ? rows : [];
    return pieces.length > 1 ? [...pieces] : null;
  }

  function only(part, units) {
    const shown = new Set(units);
    for (const unit of unitsOf(part)) unit.classList.toggle("off", !shown.has(unit));
    for (const block of part.firstElementChild.children) {
      const pieces = piecesOf(block);
      if (pieces) block.classList.toggle("off", !pieces.some((piece) => shown.has(piece)));
    }
  }

  function fits(part, units, size) {
    only(part, units);
    part.style.fontSize = `${size}px`;
    const wide = (box) => box.scrollWidth > box.clientWidth && !box.closest("details:not([open])");
    return part.scrollHeight <= part.clientHeight && ![part, ...part.querySelectorAll(".inner, pre, .wide")].some(wide);
  }

  /** The largest of these sizes at which these fit, or else the first; `fitting` of them are known to fit. */
  function largest(part, units, sizes, fitting = 0) {
    let low = Math.max(fitting - 1, 0), high = sizes.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (fits(part, units, sizes[middle])) low = middle;
      else high = middle - 1;
    }
    return sizes[low];
  }

  /** A heading and a line that announces what follows do not stand at the end of a screen. */
  const announces = (unit) => unit.matches(`${HEAD}, h4`) || /[:：]\s*$/.test(unit.textContent);

  function broken(part) {
    const units = unitsOf(part), grow = Math.max(1, scale());
    const smallest = Math.ceil(SMALLEST * grow);
    const sizes = SIZES.map((px) => Math.max(smallest, Math.round(px * scale())));
    const fine = sizes.findIndex((px) => px >= FINE * grow), size = sizes.find((px) => px >= BROKEN * scale());
    const code = units.length < 6 && units.some((unit) => unit.matches("pre.code")); // what it printed stays with it
    if (code && fits(part, units, smallest)) return [{ part, units, size: largest(part, units, sizes, 1) }];
    if (fits(part, units, sizes[fine])) return [{ part, units, size: largest(part, units, sizes, fine + 1) }];
    if (units.length < 2) return [{ part, units, size: largest(part, units, sizes.slice(0, fine)) }];
    const head = units[0].matches(HEAD) ? [units[0]] : [];
    const screens = [];
    let page = [];
    for (const unit of units.slice(head.length)) {
      if (page.length && !fits(part, [...head, ...page, unit], size)) {
        const next = [];
        while (page.length > 1 && announces(page.at(-1))) next.unshift(page.pop());
        screens.push(page);
        page = next;
      }
      page.push(unit);
    }
    screens.push(page);
    balance(part, units, screens);
    const each = Math.min(...screens.map((page) => largest(part, [...head, ...page], sizes)));
    return screens.map((page) => ({ part, units: [...head, ...page], size: each }));
  }

  /** Let no screen hold only what was left over: what stood before it comes along while that evens them out. */
  function balance(part, units, screens) {
    only(part, units);
    const height = new Map(units.map((unit) => [unit, unit.offsetHeight]));
    const sum = (page) => page.reduce((sum, unit) => sum + height.get(unit), 0);
    for (let place = screens.length - 1; place > 0; place--) {
      const [before, page] = [screens[place - 1], screens[place]];
      const evens = () => before.length > 1 && sum(before) - sum(page) >= 2 * height.get(before.at(-1));
      while (evens() || (before.length > 1 && announces(before.at(-1)))) page.unshift(before.pop());
    }
  }

  function screensOf(slide) {
    const open = [...slide.querySelectorAll("details")].map((folded) => Number(folded.open)).join("");
    const key = [innerWidth, innerHeight, open].join();
    if (slide.key === key) return slide.screens;
    slide.classList.add("measured");
    slide.screens = [...slide.querySelectorAll(".part")].flatMap((part) => {
      part.classList.add("now");
      const screens = part.matches(".picture") ? [{ part }] : broken(part);
      part.classList.remove("now");
      return screens;
    });
    slide.classList.remove("measured");
    slide.key = key;
    return slide.screens;
  }

  // --- what is shown ---

  function show(slide, which, { focus = true } = {}) {
    const turned = slide !== now || which !== screen;
    slides[now].classList.remove("now");
    now = Math.min(Math.max(slide, 0), slides.length - 1);
    const screens = screensOf(slides[now]);
    screen = Math.min(Math.max(which, 0), screens.length - 1);
    slides[now].classList.add("now");
    for (const part of slides[now].querySelectorAll(".part")) part.classList.toggle("now", part === screens[screen].part);
    const { part, units, size } = screens[screen];
    if (units) fits(part, units, size);
    tell();
    if (turned && focus) slides[now].focus({ preventScroll: true });
    clearTimeout(noting);
    noting = setTimeout(note, 300);
  }

  /** So that a page that is loaded again opens where it was. */
  function note() {
    try {
      history.replaceState({ began }, "", `#${now + 1}`);
    } catch {
      // some browsers do not let a page from a file do this: then it opens at its beginning
    }
  }

  function tell() {
    const slide = slides[now], several = screensOf(slide).length;
    $("where").textContent = slide.dataset.where;
    $("place").textContent = typed ? `${typed} ↵` : `${now + 1} / ${slides.length}`;
    $("part").textContent = several > 1 && !typed ? `${screen + 1} · ${several}` : "";
    $("answer").hidden = !folded(slide).length;
    $("bar").style.width = `${(100 * (now + 1)) / slides.length}%`;
    $("notes-text").replaceChildren(...[...notesOf(slide).childNodes].map((node) => node.cloneNode(true)));
    tick();
    if (teacher && !teacher.closed) fillTeacher();
  }

  function redo() {
    const { part, units } = slides[now].screens?.[screen] ?? {};
    show(now, screen, { focus: false });
    if (units) showWith(units.find((unit) => !unit.matches(HEAD)) ?? units[0]);
    else if (part) show(now, slides[now].screens.findIndex((other) => other.part === part), { focus: false });
  }

  /** Show the screen on which something stands. */
  function showWith(element) {
    const place = slides[now].screens.findIndex(({ units }) => units?.some((unit) => unit.contains(element)));
    if (place >= 0) show(now, place, { focus: false });
  }

  // --- turning ---

  function turn(way) {
    start();
    const target = screen + way;
    if (target >= 0 && target < screensOf(slides[now]).length) return show(now, target);
    if (now + way < 0 || now + way >= slides.length) return;
    show(now + way, way > 0 ? 0 : Infinity);
  }

  /** The player that is shown, if it has a step left in this direction. */
  function stepping(way) {
    const el = slides[now].querySelector(".part.now [data-seqlib]");
    const slider = el?.shadowRoot?.querySelector(".controls:not([hidden]) input[type=range]");
    if (!slider || Number(slider.max) < 2) return null;
    const left = way > 0 ? Number(slider.value) < Number(slider.max) : Number(slider.value) > 1;
    return left ? el.shadowRoot.querySelector(way > 0 ? ".forward" : ".back") : null;
  }

  function go(way) {
    start();
    const button = stepping(way);
    if (button) button.click();
    else turn(way);
    // The teacher's window says what the picture says, which is drawn in the next frame.
    if (button && teacher && !teacher.closed) requestAnimationFrame(() => requestAnimationFrame(fillTeacher));
  }

  /** Show what is folded on this slide, or fold it again. */
  function answer() {
    const all = folded(slides[now]);
    if (!all.length) return;
    const open = all.some((one) => !one.open);
    for (const one of all) one.open = open;
    slides[now].classList.toggle("solved", open);
    const { units } = slides[now].screens[screen];
    show(now, screen, { focus: false });
    showWith(open ? all[0] : units?.[1] ?? units?.[0] ?? slides[now]);
  }

  /** What S opens: answers, the reasons of a quiz, of an exercise's help the solution. */
  const folded = (slide) => [...slide.querySelectorAll("details:is(.answer, .choice), details.help:last-of-type")];

  // --- the clock ---

  function start() {
    began ??= Date.now();
  }

  const clock = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
  const rounded = (number) => String(Math.round(10 * number) / 10);

  /** Where the plan says that the lesson is: from the beginning to the end of this slide, in minutes. */
  function planned() {
    const before = slides.slice(0, now).reduce((sum, slide) => sum + Number(slide.dataset.minutes), 0);
    return [before, before + Number(slides[now].dataset.minutes)];
  }

  function timing() {
    const passed = began === null ? 0 : Date.now() - began, [from, to] = planned();
    const late = passed / 60000 - to, early = from - passed / 60000;
    const is = late > 0.5 ? say("late", { n: Math.round(late) || 1 }) : early > 0.5 ? say("early", { n: Math.round(early) || 1 }) : say("ontime");
    return { clock: clock(passed), plan: say("plan", { from: rounded(from), to: rounded(to), all: rounded(minutes) }), is };
  }

  function tick() {
    const { clock, plan, is } = timing();
    const show = (root) => {
      root.getElementById("clock").textContent = clock;
      root.getElementById("plan").textContent = `${plan} · ${is}`;
    };
    show(document);
    if (teacher && !teacher.closed) show(teacher.document);
  }

  // --- the teacher's window: this page writes into it, so nothing has to be kept in step ---

  function openTeacher() {
    if (teacher && !teacher.closed) return teacher.focus();
    teacher = window.open("", "seqlib-teacher", "width=760,height=640");
    if (!teacher) return remark(words.blocked);
    const page = teacher.document;
    page.documentElement.lang = document.documentElement.lang;
    page.title = words.teacher;
    page.head.replaceChildren(...[...document.querySelectorAll("meta, style")].map((node) => page.importNode(node, true)));
    page.body.className = "teacher";
    page.body.replaceChildren(page.importNode($("teacher-page").content, true));
    page.documentElement.style.colorScheme = document.documentElement.style.colorScheme;
    page.getElementById("back").onclick = () => go(-1);
    page.getElementById("on").onclick = () => go(1);
    page.getElementById("again").onclick = () => ((began = Date.now()), tick());
    page.addEventListener("keydown", onKey);
    fillTeacher();
    tick();
  }

  function fillTeacher() {
    const page = teacher.document, slide = slides[now];
    const said = slide.querySelector(".part.now [data-seqlib]")?.shadowRoot?.querySelector(".sentence")?.textContent ?? "";
    const behind = screensOf(slide).length - screen - 1;
    page.getElementById("present").textContent = `${now + 1} · ${title(slide)}`;
    page.getElementById("said").textContent = said;
    page.getElementById("notes-text").replaceChildren(...[...notesOf(slide).childNodes].map((node) => page.importNode(node, true)));
    page.getElementById("next").textContent = behind
      ? say("goes", { n: behind })
      : slides[now + 1] ? `${now + 2} · ${title(slides[now + 1])}` : words.end;
  }

  // --- what lies over the slide ---

  function remark(text) {
    $("remark").textContent = text;
    setTimeout(() => ($("remark").textContent = ""), 4000);
  }

  function dialog(name) {
    const dialog = $(name);
    if (dialog.open) return dialog.close();
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    dialog.showModal();
    if (name === "overview") dialog.querySelectorAll("li > button")[now].focus();
  }

  for (const [place, slide] of slides.entries()) {
    const button = document.createElement("button"), item = document.createElement("li");
    button.textContent = title(slide);
    button.onclick = () => ($("overview").close(), start(), show(place, 0));
    item.append(button);
    $("overview").querySelector("ol").append(item);
  }

  function notes() {
    const on = document.body.classList.toggle("noted");
    $("drawer").hidden = !on;
  }

  function theme() {
    const dark = getComputedStyle(document.body).colorScheme === "dark" ||
      (document.documentElement.style.colorScheme === "" && matchMedia("(prefers-color-scheme: dark)").matches);
    for (const page of [document, teacher && !teacher.closed ? teacher.document : document]) {
      page.documentElement.style.colorScheme = dark ? "light" : "dark";
      page.body.classList.toggle("turned"); // players look at the page's theme again
    }
  }

  // --- keys ---

  const KEYS = {
    ArrowRight: () => go(1), ArrowLeft: () => go(-1), PageDown: () => go(1), PageUp: () => go(-1),
    ArrowDown: () => turn(1), ArrowUp: () => turn(-1),
    Home: () => show(0, 0), End: () => show(slides.length - 1, Infinity),
    s: answer, n: notes, p: openTeacher, d: theme,
    Escape: () => dialog("overview"), "?": () => dialog("help"), " ": () => press(" ") || turn(1),
    f: () => press("f"), t: () => press("t"), m: () => press("m"),
    Enter: () => typed && jump(),
  }; // prettier-ignore
  const STEPS = ["ArrowRight", "ArrowLeft"];

  function jump() {
    const place = Number(typed) - 1;
    typed = "";
    if (place < 0 || place >= slides.length) tell();
    else start(), show(place, 0);
  }

  /** A key that belongs to the picture, also where the picture has not the focus. */
  function press(key) {
    const el = slides[now].querySelector(".part.now [data-seqlib]");
    const known = { bubbles: false, composed: false, cancelable: true };
    const event = new KeyboardEvent("keydown", { key, code: key === " " ? "Space" : `Key${key.toUpperCase()}`, ...known });
    return Boolean(el) && !el.shadowRoot.querySelector(".player").dispatchEvent(event);
  }

  /** Letters are found by their place too: with a Korean keyboard the S says ㄴ. */
  function nameOf({ key, code }) {
    const letter = /^Key([A-Z])$/.exec(code)?.[1].toLowerCase();
    return key in KEYS ? key : key.toLowerCase() in KEYS ? key.toLowerCase() : letter && /[^\x00-\x7f]/.test(key) ? letter : key;
  }

  function types(target) {
    return target.matches?.("input:not([type=range], [type=checkbox]), textarea, select, [role=application], .area");
  }

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const target = event.composedPath?.()[0] ?? event.target;
    if (types(target) || document.querySelector("dialog[open]") && event.key !== "?") return;
    if (target.closest?.("button, summary, a") && [" ", "Enter"].includes(event.key)) return;
    if (/^\d$/.test(event.key)) {
      typed = (typed + event.key).slice(-3);
      tell();
      return event.preventDefault();
    }
    if (typed && event.key !== "Enter") {
      typed = "";
      tell();
      if (event.key === "Escape") return event.preventDefault();
    }
    const run = KEYS[nameOf(event)];
    if (!run) return;
    event.preventDefault();
    run();
  }

  // Before a player hears them: at its last step → has to turn the page. A slider that sets something keeps its arrows.
  addEventListener("keydown", (event) => {
    const target = event.composedPath()[0];
    if (!STEPS.includes(event.key) || event.shiftKey || types(target)) return;
    if (target.matches?.("input[type=range]") && !target.closest(".controls")) return;
    if (event.composedPath().some((node) => node.localName === "dialog")) return; // a picture over the whole window
    onKey(event);
    event.stopPropagation();
  }, true); // prettier-ignore
  addEventListener("keydown", onKey);

  // --- players, print ---

  const sheet = new CSSStyleSheet();
  sheet.replaceSync($("player-style").content.textContent);
  const dress = (el) => el.shadowRoot && (el.shadowRoot.adoptedStyleSheets = [sheet]);
  new MutationObserver((changes) => changes.forEach(({ target }) => dress(target))).observe(document.body, {
    subtree: true, attributeFilter: ["data-seqlib"],
  }); // prettier-ignore
  document.querySelectorAll("[data-seqlib]").forEach(dress);

  addEventListener("beforeprint", () => {
    for (const slide of slides) for (const part of slide.querySelectorAll(".part.flow")) only(part, unitsOf(part)), (part.style.fontSize = "");
  });
  addEventListener("afterprint", redo);
  addEventListener("resize", redo);
  addEventListener("toggle", ({ target }) => target.closest?.(".slide.now") && target.localName === "details" && redo(), true);
  addEventListener("pagehide", () => teacher?.close());

  const ACTIONS = { "go-back": () => go(-1), "go-on": () => go(1), answer, notes, teacher: openTeacher, theme, map: () => dialog("overview"), keys: () => dialog("help") };
  for (const [name, run] of Object.entries(ACTIONS)) {
    $(name).onclick = () => ($(name).blur(), run());
  }
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.onclick = ({ target }) => target === dialog && dialog.close();
  }

  setInterval(tick, 1000);
  const plain = [...document.querySelectorAll(".flow img")]; // a picture has no height before it is read
  const ready = [document.fonts.ready, ...plain.map((image) => image.decode().catch(() => null))];
  Promise.all(ready).then(() => show(Number(location.hash.slice(1)) - 1 || 0, 0));
  self.slides = { slides, screensOf, show, where: () => [now, screen] }; // for tests
})();
