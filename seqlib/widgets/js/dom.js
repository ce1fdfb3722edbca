// Small helpers for what the player builds. Icons are paths on a grid of 20 × 20.

export const ICONS = {
  first: "M4 4h2v12H4zM16 4v12L7 10z",
  back: "M12.5 3.5 14 5l-5 5 5 5-1.5 1.5L6 10z",
  play: "M6 4v12l9-6z",
  pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
  forward: "M7.5 3.5 6 5l5 5-5 5 1.5 1.5L14 10z",
  last: "M14 4h2v12h-2zM4 4v12l9-6z",
  large: "M3 3h5v2H5v3H3zM12 3h5v5h-2V5h-3zM3 12h2v3h3v2H3zM15 12h2v5h-5v-2h3z",
  small: "M6 3h2v5H3V6h3zM12 3h2v3h3v2h-5zM3 12h5v5H6v-3H3zM12 12h5v2h-3v3h-2z",
  table: "M3 4h14v12H3zM5 6v2h4V6zM11 6v2h4V6zM5 10v1.5h4V10zM11 10v1.5h4V10zM5 13v1.5h4V13zM11 13v1.5h4V13z",
  help: "M2 5h16v10H2zM4 7v2h2V7zM7.3 7v2h2V7zM10.7 7v2h2V7zM14 7v2h2V7zM4 11v2h2v-2zM7.3 11v2h5.4v-2zM14 11v2h2v-2z",
};

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** What a quantity is called at a step: h_t[2] is h₃[2] at t = 3. */
export function nameAt(name, t) {
  const lower = (n) => String(n).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
  return name.replace(/_t−1|ₜ₋₁/g, lower(t - 1)).replace(/_t(?![a-z])|ₜ/g, lower(t));
}

/** Give a button its icon (path data) and its label. */
export function setIcon(button, icon, label) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", icon);
  drawing.append(path);
  button.replaceChildren(drawing);
  button.title = label;
  button.setAttribute("aria-label", label);
}
