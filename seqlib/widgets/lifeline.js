// In a box of controls: once the kernel is gone, says so and makes the box's other children inert, except players.
function render({ model, el }) {
  const line = document.createElement("p");
  line.className = "seqlib-lifeline";
  line.setAttribute("role", "alert");
  line.hidden = true;
  el.append(line);

  return whenLost(model, () => {
    const box = el.parentElement;
    if (!box || !line.hidden) return;
    line.textContent = model.get("sentence");
    line.hidden = false;
    box.classList.add("seqlib-lost");
    for (const child of box.children) child.inert = child !== el && !child.shadowRoot;
  });
}

export default { render };
