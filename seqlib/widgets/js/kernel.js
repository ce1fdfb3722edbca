// Tells that the kernel of a widget is gone. What answered once never comes back: after a restart there are new widgets.
const GONE = ["restarting", "autorestarting", "terminating", "dead"];

/** Call `lose`, once or more often, when the kernel is gone; what comes back ends the watch. */
export function whenLost(model, lose) {
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
