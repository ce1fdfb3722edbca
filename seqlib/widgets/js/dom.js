// Small helpers for what the player builds. Icons are paths on a grid of 20 × 20.

export const ICONS = {
  first: "M4 4h2v12H4zM16 4v12L7 10z",
  back: "M12.5 3.5 14 5l-5 5 5 5-1.5 1.5L6 10z",
  play: "M6 4v12l9-6z",
  pause: "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z",
  forward: "M7.5 3.5 6 5l5 5-5 5 1.5 1.5L14 10z",
  last: "M14 4h2v12h-2zM4 4v12l9-6z",
};

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
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
