// A widget gets two seconds to begin from anywidget (0.11). On a slow machine it begins later all the same, but from then
// on every message from Python is dropped: nothing that is typed or trained is seen (findings/anywidget-two-seconds.sh).
// Such a widget hears again by the way that ipywidgets itself has for messages.

/** The model that Python's messages come to: ours hands on only a part of it, but says who has changed. */
function behind(model) {
  let own;
  const learn = (changed) => (own = changed);
  model.on("change:heard", learn);
  model.set("heard", true);
  model.off("change:heard", learn);
  own?.unset?.("heard", { silent: true });
  return own;
}

export function hearing({ model }) {
  const own = behind(model);
  const way = [];
  for (let part = own; part; part = Object.getPrototypeOf(part))
    if (Object.hasOwn(part, "_handle_comm_msg")) way.push(part._handle_comm_msg);
  if (way.length < 2 || !own.comm) return; // a saved picture, or another front end
  const nothing = { content: { data: { method: "" } } };
  Promise.resolve(own._handle_comm_msg(nothing)).catch(() => {
    own.comm.on_msg((message) => way[1].call(own, message));
    own.comm.send({ method: "request_state" }); // what was said meanwhile
  });
}
