// The picture's own frame. Its text is never smaller than the prose beside it; where it then is wider than the page, it
// is moved about inside this frame, with the mouse, a finger or Shift and an arrow, and the page stays as it is. What stands for
// the present step, where a click leads to it, comes into sight by itself.

const SIDES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function frame(player) {
  const { picture, root, words } = player;
  const wide = () => picture.scrollWidth > picture.clientWidth + 1 || picture.scrollHeight > picture.clientHeight + 1;

  player.on("mount", (svg) => {
    const { width, height } = svg.viewBox.baseVal;
    root.style.setProperty("--width", width);
    root.style.setProperty("--height", height);
  });

  for (const [key, [x, y]] of Object.entries(SIDES)) {
    player.addKey(`Shift+${key}`, words.move, () => {
      if (!wide()) return false;
      picture.scrollBy({ left: x * picture.clientWidth * 0.3, top: y * picture.clientHeight * 0.3 });
    });
  }

  let shown = () => null; // what stands for the step that is shown
  const follow = () => {
    const place = picture.tabIndex === 0 ? shown() : null; // where nothing can be moved nothing is measured
    if (!place) return;
    const at = place.getBoundingClientRect(), { left, right } = picture.getBoundingClientRect();
    if (at.left < left || at.right > right) picture.scrollLeft += (at.left + at.right - left - right) / 2;
  };
  player.on("draw", (t, svg) => {
    shown = () => svg.querySelector(`[data-goto="${t}"]`);
    follow();
  });

  const observer = new ResizeObserver(() => {
    // What can be moved about can have the focus, also by keyboard.
    if (wide()) picture.tabIndex = 0;
    else picture.removeAttribute("tabindex");
    follow();
  });
  observer.observe(picture);
  player.on("end", () => observer.disconnect());
}
