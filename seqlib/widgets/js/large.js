// The player over the whole window, and back. A modal dialog is in the browser's top layer: whatever JupyterLab's cells
// clip or contain does not reach it, what lies below cannot have the focus, and Escape closes it.
import { ICONS, element, setIcon } from "./dom.js";

export function large(player) {
  const { el, root, words, shadow } = player;
  const dialog = element("dialog", { class: "large" });
  const button = player.addButton("enlarge", ICONS.large, words.large, () => (dialog.open ? close() : open()), "f");
  player.addKey("Escape", words.small, () => (dialog.open ? close() : false));

  function open() {
    const focused = shadow.activeElement; // an element that moves loses the focus
    el.style.minHeight = `${el.offsetHeight}px`; // the page below stays where it is
    dialog.setAttribute("aria-label", root.getAttribute("aria-label"));
    shadow.append(dialog);
    dialog.append(root);
    dialog.showModal();
    (focused ?? root).focus();
    setIcon(button, ICONS.small, player.withKey(words.small, "Escape"));
  }

  function close() {
    const focused = shadow.activeElement;
    dialog.close();
    shadow.append(root);
    dialog.remove();
    el.style.minHeight = "";
    (focused ?? root).focus({ preventScroll: true });
    setIcon(button, ICONS.large, player.withKey(words.large, "f"));
  }

  dialog.oncancel = (event) => (event.preventDefault(), close());
  player.on("end", () => dialog.open && close());
}
