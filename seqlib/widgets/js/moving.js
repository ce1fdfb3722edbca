// In a step, copies of values move to what they become: the column h_t slides over to h_{t-1}. The picture itself is
// final at once; the copies are decoration above it, which nothing reads, and they are gone after 300 ms.
//
// The extras have, as `moving`, [{ids, from, by: [x, y], when, step}]: the elements that stand where something arrives,
// those that are copied (none: `ids` themselves come from `by`), how far away they are, and when they move.

import { element } from "./dom.js";

const LASTS = 300; // ms
const AFTER = 20; // ms after a step, which waits for no decoration: by then it has been painted
const HURRY = 150; // ms: a reader who steps faster than this wants to get somewhere
const WISH = Symbol.for("seqlib.moving"); // what a reader chose holds for all pictures while the page lives

const isWanted = () => globalThis[WISH] ?? !matchMedia("(prefers-reduced-motion: reduce)").matches;

export function moving(player) {
  const { words } = player;
  let shown = 0; // the step before
  let stepped = -Infinity; // when
  let ready = []; // [elements, way]: what the next drawing sets in motion
  let layer = null;
  let start = 0; // the clock of its beginning
  let known = false; // the key, where there is something to move

  function stop() {
    clearTimeout(start);
    layer?.remove();
    layer = null;
  }

  /** Before the values of step t are put in: copies of what moves away. */
  function prepare(t, svg) {
    if (t === shown) return; // the same step once more: what moves goes on
    stop();
    ready = [];
    const now = performance.now();
    const hurried = now - stepped < HURRY;
    stepped = now;
    if (Math.abs(t - shown) !== 1 || hurried || !isWanted()) return;
    const when = t > shown ? "forward" : "back";
    for (const { ids, from, by, ...move } of player.model.get("extras").moving ?? []) {
      if ((move.step ?? t) !== t) continue;
      const [x, y] = by;
      const find = (id) => svg.getElementById(id);
      if (when === move.when && from.length) ready.push([copies(from.map(find)), [0, 0, -x, -y]]);
      else if (when === move.when) ready.push([ids.map(find), [x, y, 0, 0]]); // they appear in this step: copied then
      else if (move.when === "forward" && from.length) ready.push([copies(ids.map(find)), [0, 0, x, y]]);
    }
  }

  /** Above the picture, each movement in a drawing of its own: so the browser need not paint anything while it moves. */
  function run(svg, moved) {
    const { width, height } = svg.getBoundingClientRect();
    const unit = width / svg.viewBox.baseVal.width;
    layer = element("div", { class: "moving", "aria-hidden": "true", style: `width:${width}px;height:${height}px` });
    let last = null;
    for (const [elements, way] of moved) {
      const [sheet, group] = copies([svg, svg.querySelector(":scope > g")], false);
      group.append(...(elements[0].isConnected ? copies(elements) : elements));
      sheet.append(group);
      layer.append(sheet);
      const [x0, y0, x1, y1] = way.map((part) => part * unit);
      const transform = [`translate(${x0}px, ${y0}px)`, `translate(${x1}px, ${y1}px)`];
      last = sheet.animate({ transform }, { duration: LASTS, easing: "ease-in-out", fill: "forwards" });
    }
    player.picture.append(layer);
    const mine = layer;
    last.onfinish = () => mine === layer && stop();
  }

  player.on("leave", prepare);
  player.on("mount", stop);
  player.on("draw", (t, svg) => {
    shown = t;
    if (ready.length) start = setTimeout(run, AFTER, svg, ready);
    ready = []; // the same step may be drawn again before they move
    if (!known && player.model.get("extras").moving) {
      known = true;
      player.addKey("m", words.moving, toggle);
    }
  });
  player.on("end", stop);

  function toggle() {
    globalThis[WISH] = !isWanted();
    if (!isWanted()) stop();
    player.say(isWanted() ? words.moves : words.stands);
  }
}

/** Copies that are only seen: no name, no label, no way to reach them. */
function copies(elements, deep = true) {
  return elements.map((original) => {
    const copy = original.cloneNode(deep);
    for (const part of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name } of [...part.attributes]) {
        if (/^(id|role|tabindex|pointer-events|aria-.*|data-.*)$/.test(name)) part.removeAttribute(name);
      }
    }
    return copy;
  });
}
