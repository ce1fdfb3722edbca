// Measures a drawn picture: which text lies on another text, a line, a marker, a legend or the edge. Units: points.
(() => {
  const CLEAR = 0.5; // between a text and what it may not touch
  const EDGE = 1.5; // between a text and the edge of the picture
  const context = document.createElement("canvas").getContext("2d");
  const inks = new Map(); // font and sign -> where its ink is, from its origin on the base line

  function ink(font, sign) {
    const key = `${font} ${sign}`;
    if (!inks.has(key)) {
      context.font = font;
      const m = context.measureText(sign);
      const [left, right] = [-m.actualBoundingBoxLeft, m.actualBoundingBoxRight];
      inks.set(key, [left, -m.actualBoundingBoxAscent, right, m.actualBoundingBoxDescent]);
    }
    return inks.get(key);
  }

  // Boxes are [left, top, right, bottom].
  const around = (boxes) => [0, 1, 2, 3].map((i) => Math[i < 2 ? "min" : "max"](...boxes.map((box) => box[i])));
  const grown = (box, by) => [box[0] - by, box[1] - by, box[2] + by, box[3] + by];
  const inside = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
  const both = (a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
  const empty = (box) => box[0] > box[2] || box[1] > box[3];
  const meet = (a, b) => !empty(both(a, b));
  const at = (m, x, y) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f];
  const whole = (box) => box.map((v) => v.toFixed(0)).join(" ");

  // From a step to the next most of a picture stays as it is: what was measured is kept as long as it depends on the same.
  const measured = new WeakMap(); // element -> {of, result}

  function once(element, of, measure) {
    const kept = measured.get(element);
    if (kept && kept.of.every((value, i) => value === of[i])) return kept.result;
    const result = measure();
    measured.set(element, { of, result });
    return result;
  }

  let screen; // from the window to the picture
  function toPicture(element) {
    const { a, b, c, d, e, f } = screen.multiply(element.getScreenCTM());
    return { a, b, c, d, e, f };
  }

  function opacity(element, known) {
    if (!known.has(element)) {
      known.set(element, Number(getComputedStyle(element).opacity) * opacity(element.parentNode, known));
    }
    return known.get(element);
  }

  // --- what is drawn ---

  function textOf(text) {
    const matrix = toPicture(text);
    return once(text, [text.outerHTML, ...Object.values(matrix)], () => letters(text, matrix));
  }

  function letters(text, matrix) {
    const boxes = [];
    const pre = getComputedStyle(text).whiteSpace.startsWith("pre");
    let size = 0, place = 0, gap = true; // a text does not begin with a gap
    for (const leaf of text.children.length ? text.children : [text]) {
      const style = getComputedStyle(leaf), own = parseFloat(style.fontSize);
      const font = `${style.fontStyle} ${style.fontWeight} ${own}px ${style.fontFamily}`;
      for (const sign of leaf.textContent) {
        if (/\s/.test(sign)) {
          if (pre || !gap) place += 1;
          gap = true;
          continue;
        }
        size = Math.max(size, own); // an index is smaller than what it belongs to
        const { x, y } = text.getStartPositionOfChar(place);
        const [left, top, right, bottom] = ink(font, sign);
        const corners = [[left, top], [right, top], [left, bottom], [right, bottom]];
        boxes.push(around(corners.map(([dx, dy]) => at(matrix, x + dx, y + dy)).map((p) => [...p, ...p])));
        place += sign.length;
        gap = false;
      }
    }
    return { boxes, box: around(boxes), size: size * Math.hypot(matrix.a, matrix.b) };
  }

  function curve(points, u) { // de Casteljau
    while (points.length > 1) {
      points = points.slice(1).map((p, i) => [0, 1].map((k) => (1 - u) * points[i][k] + u * p[k]));
    }
    return points[0];
  }

  function segments(path, matrix) { // of the path's outline, curves in eight pieces
    const made = [];
    let here = [0, 0], start = [0, 0];
    const to = (there) => {
      made.push([...at(matrix, ...here), ...at(matrix, ...there)]);
      here = there;
    };
    for (const [, letter, rest] of (path.getAttribute("d") ?? "").matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
      const n = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
      if (letter === "H") to([n[0], here[1]]);
      else if (letter === "V") to([here[0], n[0]]);
      else if (letter === "Q" || letter === "C") {
        const points = [here];
        for (let i = 0; i < n.length; i += 2) points.push([n[i], n[i + 1]]);
        for (let k = 1; k <= 8; k++) to(curve(points, k / 8));
      } else if (letter === "M" || letter === "L") {
        if (letter === "M") start = here = n.splice(0, 2);
        for (let i = 0; i < n.length; i += 2) to([n[i], n[i + 1]]);
      } else to(start);
    }
    return made;
  }

  function marker(use, matrix) { // its box and a diagonal
    const b = use.getBBox();
    const [l, t, r, d] = [...at(matrix, b.x, b.y), ...at(matrix, b.x + b.width, b.y + b.height)];
    return [[l, t, r, t], [r, t, r, d], [r, d, l, d], [l, d, l, t], [l, t, r, d]];
  }

  function clipOf(element, svg) { // the box in which it is seen
    for (let e = element; e !== svg; e = e.parentNode) {
      const id = /#([^")]+)/.exec(e.getAttribute("clip-path") ?? "")?.[1];
      const shape = id && svg.querySelector(`[id="${id}"] > rect`);
      if (shape) {
        const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(shape.getAttribute(name)));
        return [x, y, x + width, y + height];
      }
    }
    return null;
  }

  function linesOf(shape) {
    const matrix = toPicture(shape), where = Object.values(matrix);
    if (shape.tagName === "path") return once(shape, [shape.getAttribute("d"), ...where], () => segments(shape, matrix));
    return once(shape, [shape.outerHTML, ...where], () => marker(shape, matrix));
  }

  function shapeOf(shape, svg, style, seen) {
    const stroked = style.stroke !== "none" && parseFloat(style.strokeWidth) > 0 && Number(style.strokeOpacity) > 0.05;
    const filled = style.fill !== "none" && Number(style.fillOpacity) > 0.05 && shape.tagName === "path";
    const lines = linesOf(shape);
    const clip = clipOf(shape, svg);
    if (!lines.length || !(stroked || filled)) return null;
    let box = around(lines.flatMap(([a, b, c, d]) => [[a, b, a, b], [c, d, c, d]]));
    if (clip) box = both(box, clip);
    const opaque = filled && seen * Number(style.fillOpacity) > 0.95;
    const half = stroked ? parseFloat(style.strokeWidth) / 2 : 0;
    return empty(box) ? null : { shape, lines, clip, box, stroked, opaque, half, fill: style.fill, stroke: style.stroke };
  }

  // --- what lies on what ---

  function crosses(line, box) { // Liang and Barsky
    const [x0, y0, x1, y1] = line;
    let from = 0, to = 1;
    const sides = [[x0 - x1, x0 - box[0]], [x1 - x0, box[2] - x0], [y0 - y1, y0 - box[1]], [y1 - y0, box[3] - y0]];
    for (const [p, q] of sides) {
      if (p === 0 && q < 0) return false;
      if (p < 0) from = Math.max(from, q / p);
      if (p > 0) to = Math.min(to, q / p);
    }
    return from <= to;
  }

  function touches(shape, box) {
    const near = grown(box, shape.half + CLEAR), seen = shape.clip ? both(near, shape.clip) : near;
    return !empty(seen) && shape.lines.some((line) => crosses(line, seen));
  }

  const channels = (colour) => (/\(([^)]+)\)/.exec(colour)?.[1] ?? "0,0,0").split(",").slice(0, 3).map(Number);
  const isGrey = (colour) => Math.max(...channels(colour)) - Math.min(...channels(colour)) < 8;

  function contrast(...colours) { // of WCAG 2
    const [dark, light] = colours.map((colour) => {
      const linear = channels(colour).map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.05 + 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }).sort((a, b) => a - b);
    return light / dark;
  }

  function faultsOf(text, texts, shapes, [width, height]) {
    const { box, said, fill } = text, found = [];
    if (text.size < 13.99) found.push(`"${said}" is ${text.size.toFixed(1)} pt`);
    if (!inside(grown(box, EDGE), [0, 0, width, height])) found.push(`"${said}" leaves the picture, it is at ${whole(box)}`);
    if (text.clip && !inside(box, text.clip)) found.push(`"${said}" is cut by its axes`);
    for (const other of texts) {
      if (other.order <= text.order || !meet(box, grown(other.box, CLEAR))) continue;
      if (text.boxes.some((a) => other.boxes.some((b) => meet(a, grown(b, CLEAR))))) {
        found.push(`"${said}" and "${other.said}" overlap`);
      }
    }
    // What the text stands on hides what lies below.
    const ground = shapes.filter((s) => s.opaque && s.order < text.order && inside(box, grown(s.box, 1))).pop();
    for (const shape of shapes) {
      if (!meet(box, grown(shape.box, shape.half + CLEAR)) || (ground && shape.order <= ground.order && shape !== ground)) continue;
      if (text.group.contains(shape.shape)) continue; // the bar of a fraction
      const place = `at ${whole(shape.box)}, itself at ${whole(box)}`;
      const hit = text.boxes.some((part) => touches(shape, part));
      if (hit && shape.stroked) found.push(`"${said}" lies on a line ${shape.stroke} ${place}`);
      else if (hit && shape.opaque && contrast(fill, shape.fill) < 3) found.push(`"${said}" lies on a dark shape ${place}`);
    }
    // Words in a colour of the palette are large or second to a drawing; numbers on shades are black or white.
    if (ground && text.seen > 0.95 && isGrey(fill) && contrast(fill, ground.fill) < 4.5) {
      found.push(`"${said}" has contrast ${contrast(fill, ground.fill).toFixed(1)}`);
    }
    return found;
  }

  function faults(svg) {
    const [, , ...size] = svg.getAttribute("viewBox").split(" ").map(Number);
    const texts = [], shapes = [], known = new Map([[svg, 1]]);
    for (const [order, element] of svg.querySelectorAll("text, path, use").entries()) {
      const seen = element.closest("defs") ? 0 : opacity(element, known);
      if (seen < 0.05) continue;
      const style = getComputedStyle(element.querySelector("tspan") ?? element);
      if (element.tagName !== "text") {
        const shape = shapeOf(element, svg, style, seen);
        if (shape) shapes.push({ ...shape, order });
      } else if (element.textContent.trim()) {
        const said = element.textContent.replace(/\s+/g, " ").trim();
        const group = element.parentNode.hasAttribute("transform") ? element.parentNode : element;
        texts.push({ ...textOf(element), element, group, order, said, seen, clip: clipOf(element, svg), fill: style.fill });
      }
    }
    const found = texts.flatMap((text) => faultsOf(text, texts, shapes, size));
    for (const legend of svg.querySelectorAll(".legend")) {
      const of = (all, part) => all.filter((one) => legend.contains(one[part])).map((one) => one.box);
      const box = around([...of(texts, "element"), ...of(shapes, "shape")]);
      const lies = shapes.filter((s) => s.stroked && !legend.contains(s.shape) && touches(s, box));
      found.push(...lies.map((s) => `the legend at ${whole(box)} lies on a line ${s.stroke} at ${whole(s.box)}`));
    }
    return found;
  }

  // All faults of a scene, each with the steps where it is.
  window.walk = (scene) => {
    const drawn = new DOMParser().parseFromString(scene.svg, "image/svg+xml").documentElement;
    const svg = document.importNode(drawn, true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    Object.assign(svg.style, { width: `${width}px`, height: `${height}px`, maxWidth: "none" });
    document.body.replaceChildren(svg);
    screen = svg.getScreenCTM().inverse();
    const byId = new Map([...svg.querySelectorAll("[id]")].map((e) => [e.id, e])), found = {};
    for (let t = 1; t <= scene.T; t++) {
      for (const { id, attribute, values } of scene.bindings) {
        const value = values[Math.min(t, values.length) - 1];
        if (attribute === "text") byId.get(id).textContent = value;
        else byId.get(id).setAttribute(attribute, value);
      }
      for (const fault of faults(svg)) (found[fault] ??= []).push(t);
    }
    return found;
  };
})();
