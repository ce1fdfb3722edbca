// In a box of controls: once the kernel is gone, says so and makes the box's other children inert, except players.
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

function render({ model, el }) {
  const line = document.createElement("p");
  line.className = "seqlib-lifeline";
  line.setAttribute("role", "alert");
  line.hidden = true;
  el.append(line);

  function lose() {
    const box = el.parentElement;
    if (!box || !line.hidden) return;
    line.textContent = model.get("sentence");
    line.hidden = false;
    box.classList.add("seqlib-lost");
    for (const child of box.children) child.inert = child !== el && !child.shadowRoot;
  }

  // What answered once never comes back: after a restart there are new widgets, and these are as they were.
  model.on("comm_live_update", lose);
  // JupyterLab tells the widgets of a restart that was asked for, but not of a kernel that died or was shut down.
  const kernel = model.widget_manager?.kernel;
  const onStatus = (_, status) => GONE.includes(status) && lose();
  kernel?.statusChanged?.connect(onStatus);
  kernel?.disposed?.connect(lose);

  return () => {
    model.off("comm_live_update", lose);
    kernel?.statusChanged?.disconnect(onStatus);
    kernel?.disposed?.disconnect(lose);
  };
}

export default { render };
