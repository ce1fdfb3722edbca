// The picture's own frame. Its text is never smaller than the prose beside it; where it then is wider than the page, it
// is moved about inside this frame, with the mouse, a finger or Shift and an arrow, and the page stays as it is.

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

  const observer = new ResizeObserver(() => {
    // What can be moved about can have the focus, also by keyboard.
    if (wide()) picture.tabIndex = 0;
    else picture.removeAttribute("tabindex");
  });
  observer.observe(picture);
  player.on("end", () => observer.disconnect());
}
