"""A training that shows how far it is and can be stopped."""

import time

import ipywidgets
from IPython.display import display

from .. import words
from ..nn import train

STOP = {"en": "Stop", "ko": "멈추기"}
STOP_TIP = {
    "en": "Stop here: the model keeps what it has learned",
    "ko": "여기서 멈추기: 지금까지 배운 것은 모델에 남습니다",
}
PROGRESS = {"en": "step {step} of {steps}, loss {loss:.3f}", "ko": "{steps}번 중 {step}번째, 손실 {loss:.3f}"}
STOPPED = {
    "en": "stopped after step {step} of {steps}, loss {loss:.3f}",
    "ko": "{steps}번 중 {step}번째에서 멈춤, 손실 {loss:.3f}",
}


class Training(ipywidgets.HBox):
    """Progress of one training, with a stop button. Call it as the `watch` of `seqlib.train`.

    Parameters
    ----------
    steps : int
        Number of updates planned.

    Notes
    -----
    JupyterLab hands the button's click to a thread of its own (a kernel subshell), so it arrives
    while the training cell runs. The notebook's ■ button stops as well, everywhere.
    """

    def __init__(self, steps):
        self.steps, self.stop, self._shown = steps, False, 0.0
        self.bar = ipywidgets.IntProgress(min=0, max=steps, layout={"width": "40%"})
        self.text = ipywidgets.Label()
        self.button = ipywidgets.Button(
            description=words.say(STOP), tooltip=words.say(STOP_TIP), icon="stop", layout={"width": "auto"}
        )
        self.button.on_click(self._on_stop)
        _let_clicks_through(self.button)
        super().__init__([self.bar, self.text, self.button], layout={"align_items": "center"})

    def _on_stop(self, button):
        self.stop = True

    def __call__(self, step, loss, norm):
        now = time.monotonic()
        if now - self._shown > 0.1 or step == self.steps:
            self._shown = now
            self._say(PROGRESS, step, loss)
        return self.stop

    def finish(self, history):
        """Say how it ended: at its last step, or stopped by the button, the notebook's ■, or the end of the data."""
        self.button.layout.display = "none"
        if history.stopped and len(history.loss):
            self._say(STOPPED, len(history.loss), history.loss[-1])

    def _say(self, told, step, loss):
        self.bar.value = step
        self.text.value = words.say(told, step=step, steps=self.steps, loss=loss)

    def __repr__(self):
        return f"<Training: {self.steps} steps>"

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(**kwargs), "text/plain": repr(self)}


def _let_clicks_through(button):
    """Let a click reach the thread that JupyterLab sends it to, even while a cell runs."""
    # Since 7.4 ipykernel sends it to whoever spoke last to the button instead. That is the training cell, which is busy
    # and would hear of it when all is over. Where there is no such detour, this attribute means nothing.
    if button.comm is not None:
        button.comm._reply_subshell_for = lambda data, sent_to: sent_to


def fit(model, batches, optimizer, steps, *, clip=None):
    """`seqlib.train` with a `Training` display: progress, loss, a stop button.

    Returns
    -------
    History
    """
    view = Training(steps)
    display(view)
    try:
        history = train(model, batches, optimizer, steps, clip=clip, watch=view)
    except BaseException:
        view.button.layout.display = "none"  # nothing is left to stop
        raise
    view.finish(history)
    return history
