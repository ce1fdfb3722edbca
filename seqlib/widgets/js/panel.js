// The controls of a playground, made of plain data: rows of {kind, name, label, …}. `name` is what the control sets.
// What is typed or pressed here goes nowhere else: not to the player's keys, and not to the notebook. But behind a button that
// was pressed ← and → step on.

const MAPS = {
  sigmoid: { to: (a) => (1 + Math.tanh(a / 2)) / 2, from: (p) => 2 * Math.atanh(2 * p - 1) },
  tanh: { to: Math.tanh, from: Math.atanh },
};

function build(tag, attributes = {}, ...children) {
  const built = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) built.setAttribute(name, value);
  built.append(...children);
  return built;
}

/**
 * One function for each kind of control: {element, show()}. `get(name)` is the state, `set(name, value)` changes it;
 * `act(name)` presses a button of the recipe, `may(name)` says whether it can be pressed.
 */
const KINDS = {
  slider(control, { get, set }) {
    const input = build("input", { type: "range" }), output = build("output"), label = build("span");
    const element = build("label", { class: "slider", title: control.tip ?? "" }, label, input, output);
    const shape = () => ({ ...control, ...(control.when && get(control.when.name) ? control.when : {}), name: control.name });
    const number = (value, { digits }) => value.toFixed(digits).replace("-", "−");
    input.oninput = () => {
      const { name, map } = shape(), value = Number(input.value);
      set(name, map ? MAPS[map].to(value) : value);
    };
    const show = () => {
      const now = shape(), value = now.map ? MAPS[now.map].from(get(now.name)) : get(now.name);
      Object.assign(input, { min: now.low, max: now.high, step: now.step });
      if (Math.abs(Number(input.value) - value) > now.step / 1e3) input.value = value;
      label.textContent = now.label;
      output.textContent = number(Math.min(Math.max(value, now.low), now.high), now);
      input.setAttribute("aria-valuetext", output.textContent);
      input.style.setProperty("--done", `${(100 * (value - now.low)) / (now.high - now.low)}%`);
    };
    return { element, show };
  },

  choice({ name, label, options }, { get, set }) {
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    const buttons = options.map(([text, value]) => {
      const button = build("button", { type: "button" }, text);
      button.onclick = () => set(name, value);
      return button;
    });
    const heading = label ? [build("span", {}, label)] : [];
    const element = build("div", { class: "choice", role: "group", "aria-label": label ?? "" }, ...heading, ...buttons);
    const show = () => buttons.forEach((b, k) => b.setAttribute("aria-pressed", same(options[k][1], get(name))));
    return { element, show };
  },

  check({ name, label }, { get, set }) {
    const input = build("input", { type: "checkbox" });
    input.onchange = () => set(name, input.checked);
    return { element: build("label", { class: "check" }, input, label), show: () => (input.checked = get(name)) };
  },

  /** A line of text, taken on Enter; with `of` and `by`, the entry of a dict that the state of `by` names. */
  text({ name, label, hint, of = name, by }, { get, set }) {
    const input = build("input", { type: "text", placeholder: hint ?? "", autocomplete: "off", spellcheck: "false" });
    let shown = null;
    input.onchange = () => set(name, input.value);
    const show = () => {
      const now = by ? get(of)[get(by)] : get(of);
      if (now !== shown) input.value = shown = now; // what was refused stays, to be corrected
    };
    return { element: build("label", { class: "text" }, label, input), show };
  },

  /** One of many. */
  select({ name, label, options }, { get, set }) {
    const select = build("select", {}, ...options.map(([text]) => build("option", {}, text)));
    select.onchange = () => set(name, options[select.selectedIndex][1]);
    const show = () => (select.selectedIndex = options.findIndex(([, value]) => value === get(name)));
    return { element: build("label", {}, label, select), show };
  },

  button({ name, label, tip }, { act, may }) {
    const element = build("button", { type: "button", title: tip }, label);
    element.onclick = () => act(name);
    return { element, show: () => (element.disabled = !may(name)) };
  },

  /** The tokens of a list, one of them picked. */
  tokens({ name, picked, tips }, { get, set }) {
    const element = build("div", { class: "choice", role: "group" });
    const show = () => {
      while (element.children.length < get(name).length) {
        const button = build("button", { type: "button" }), place = element.children.length;
        button.onclick = () => set(picked, place);
        element.append(button);
      }
      get(name).forEach((token, k) => {
        const button = element.children[k], here = k === get(picked);
        button.textContent = token;
        button.title = tips[Number(here)].replace("{t}", k + 1);
        button.setAttribute("aria-label", `${token}: ${button.title}`);
        button.setAttribute("aria-pressed", here);
      });
    };
    return { element, show };
  },

  /**
   * A square of grey values from 0 to 1 to draw in. A pen is round and soft: its ink fades within 1.3 pixels. A stroke that
   * begins on full ink rubs out.
   */
  pixels({ name, side, tip, pixel }, { get, set }) {
    const cells = Array.from({ length: side * side }, () => build("i"));
    const element = build("div", { class: "pixels", role: "application", tabindex: "0", title: tip }, ...cells);
    let at = side * Math.floor(side / 2) + Math.floor(side / 2), last = null, rubs = false;
    element.style.setProperty("--side", side);
    const values = () => Array.from(get(name));
    const say = () => {
      const fields = { row: Math.floor(at / side) + 1, column: (at % side) + 1, value: values()[at].toFixed(2) };
      element.setAttribute("aria-label", `${tip} ${pixel.replace(/\{(\w+)\}/g, (_, key) => fields[key])}`);
      cells.forEach((cell, k) => cell.classList.toggle("here", k === at));
    };
    const dab = (drawn, [x, y]) => {
      for (let k = 0; k < drawn.length; k++) {
        const ink = 1.3 - Math.hypot((k % side) + 0.5 - x, Math.floor(k / side) + 0.5 - y);
        drawn[k] = rubs ? (ink > 0.5 ? 0 : drawn[k]) : Math.max(drawn[k], Math.min(Math.max(ink, 0), 1));
      }
    };
    const stroke = (from, to) => {
      const drawn = values(), dabs = Math.max(1, Math.ceil(4 * Math.hypot(to[0] - from[0], to[1] - from[1])));
      for (let n = 1; n <= dabs; n++) dab(drawn, from.map((value, axis) => value + ((to[axis] - value) * n) / dabs));
      set(name, drawn.map((value) => Math.round(value * 100) / 100));
    };
    const place = (event) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return [((event.clientX - left) / width) * side, ((event.clientY - top) / height) * side];
    };
    const inside = (value) => Math.min(Math.max(Math.floor(value), 0), side - 1);
    element.onpointerdown = (event) => {
      if (event.button !== 0) return;
      last = place(event);
      at = inside(last[1]) * side + inside(last[0]);
      rubs = values()[at] > 0.95;
      element.setPointerCapture(event.pointerId);
      stroke(last, last);
    };
    element.onpointermove = (event) => {
      if (!last) return;
      const next = place(event);
      stroke(last, next);
      last = next;
    };
    element.onpointerup = element.onpointercancel = () => (last = null);
    const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    element.onkeydown = (event) => {
      const centre = [(at % side) + 0.5, Math.floor(at / side) + 0.5], move = MOVES[event.key];
      if (move) at = inside(centre[0] + move[0]) + side * inside(centre[1] + move[1]);
      else if (event.key === " " || event.key === "Backspace") {
        rubs = event.key === "Backspace";
        stroke(centre, centre);
      } else return;
      event.preventDefault();
      say();
    };
    const show = () => {
      values().forEach((value, k) => (cells[k].style.opacity = value));
      say();
    };
    return { element, show };
  },
};

/** {element, show(said)} of all rows, and below them a line for what has to be said. */
export function panel(rows, state) {
  const controls = rows.map((row) => row.map((control) => KINDS[control.kind](control, state)));
  const line = build("p", { role: "status" }), style = build("style");
  style.textContent = STYLE;
  const parts = controls.map((row) => build("div", { class: "row" }, ...row.map((control) => control.element)));
  const element = build("div", { class: "panel-of-playground" }, style, ...parts, line);
  const steps = (event) => event.target.tagName === "BUTTON" && /^(Arrow(Left|Right)|Home|End)$/.test(event.key);
  element.addEventListener("keydown", (event) => event.key !== "Escape" && !steps(event) && event.stopPropagation());
  const show = (said = "") => {
    controls.flat().forEach((control) => control.show());
    if (line.textContent !== said) line.textContent = said;
    line.hidden = !said;
  };
  return { element, show };
}

// The picture leaves room for the controls: the player's --room is what the window leaves for the picture.
const STYLE = `
.player:has(.panel-of-playground) { --room: calc((100vh - 18rem - var(--panel, 0px)) * var(--width) / var(--height)) }
.panel-of-playground { padding: 2px 6px 8px }
.panel-of-playground .row { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 16px; padding: 2px 0 }
.panel-of-playground label, .panel-of-playground .choice { display: flex; align-items: center; gap: 6px; white-space: nowrap }
.panel-of-playground .choice { flex-wrap: wrap; gap: 4px }
.panel-of-playground .slider { flex: 1 1 150px; max-width: 20em }
.panel-of-playground .slider input { flex: 1; width: 4em; margin: 0 }
.panel-of-playground .text { flex: 1 1 20em; max-width: 36em }
.panel-of-playground .text input { flex: 1; min-width: 8em }
.panel-of-playground :is(.text input, select) {
  box-sizing: border-box; min-height: 30px; padding: 3px 8px; border-radius: 6px; font: inherit; color: inherit;
  border: 1px solid color-mix(in srgb, currentColor 40%, transparent); background: var(--jp-layout-color1, Canvas);
}
.panel-of-playground output { min-width: 2.6em; text-align: right; font-variant-numeric: tabular-nums }
.panel-of-playground button {
  display: inline-block; width: auto; height: auto; min-width: 2.6em; min-height: 30px; padding: 3px 10px; border-radius: 6px;
  border: 1px solid color-mix(in srgb, currentColor 40%, transparent); background: none; color: inherit; font: inherit; cursor: pointer;
}
.panel-of-playground button[aria-pressed=true] { background: var(--accent); border-color: var(--accent); color: var(--jp-ui-inverse-font-color1, #fff) }
.panel-of-playground button:disabled { opacity: .45; cursor: default }
.panel-of-playground input[type=checkbox] { flex: none; width: 18px; min-width: 18px; height: 18px; margin: 0; appearance: auto; accent-color: var(--accent) }
.panel-of-playground .pixels {
  display: grid; grid-template-columns: repeat(var(--side), 1fr); width: 140px; height: 140px; flex: none; border: 2px solid #56B4E9;
  background: #fff; cursor: crosshair; touch-action: none; position: relative; border-radius: 4px; overflow: hidden; user-select: none;
}
.panel-of-playground .pixels i { background: #1a1a1a; pointer-events: none }
.panel-of-playground .pixels:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.panel-of-playground .pixels:focus-visible .here { box-shadow: inset 0 0 0 2px #d55e00; opacity: max(.35, var(--ink, 0)) !important }
@media print { .panel-of-playground { display: none } }
`;
