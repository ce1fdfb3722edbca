"""A training that shows how far it is and can be stopped; the live view also draws its curves and can go on."""

import asyncio
import sys
import time
from collections import deque
from contextlib import contextmanager, suppress

import ipywidgets
import numpy as np
from IPython import get_ipython
from IPython.display import display

from .. import saved, words
from ..doors import positive, shown, whole
from ..draw.numerals import power
from ..draw.promise import as_promised
from ..draw.training import RECENT, LivePicture, mean_of_last
from ..nn import History, train
from .lifeline import Lifeline
from .stepper import Stepper

STOP = {"en": "Stop", "ko": "멈추기"}
STOP_TIP = {
    "en": "Stop here: the model keeps what it has learned",
    "ko": "여기서 멈추기(지금까지 배운 것은 모델에 남음)",
}
# The loss is the mean of the last 50 updates here as in the picture and its sentence: one number under one name.
PROGRESS = {"en": "update {step} of {steps}, L = {loss}", "ko": "{steps}번 중 {step}번째 업데이트, L = {loss}"}
RATE = {"en": "· {rate:,.0f} examples a second", "ko": "· 1초에 예제 {rate:,.0f}개"}
GO_ON = {"en": "Continue", "ko": "이어서 학습"}
GO_ON_TIP = {
    "en": "Go on from here, with the same model and optimizer",
    "ko": "여기서 이어서 학습하기(같은 모델과 옵티마이저로 계속)",
}
BEFORE = {
    "en": "A training of {steps} steps: run this cell to see it.",
    "ko": "{steps}번 업데이트하는 학습: 이 셀을 실행하면 보입니다.",
}
UNSTOPPABLE = {"en": "cannot be stopped here", "ko": "여기서는 멈출 수 없음"}
FAILED = {"en": "ended by an error: {error}", "ko": "오류로 끝남: {error}"}
STOPPED = {
    "en": "stopped after update {step} of {steps}, L = {loss}",
    "ko": "{steps}번 중 {step}번째 업데이트에서 멈춤, L = {loss}",
}


# Python in the browser (Pyodide) has one thread, and JupyterLite hands over no click before a cell has ended.
CLICKS_ARRIVE = sys.platform != "emscripten"


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
        self.steps, self.stop, self._shown, self._recent = whole("steps", steps, 0), False, 0.0, deque(maxlen=RECENT)
        steps = self.steps
        self.bar = ipywidgets.IntProgress(min=0, max=steps, layout={"width": "40%"})
        self.text = ipywidgets.Label()
        self.button = ipywidgets.Button(
            description=words.say(STOP), tooltip=words.say(STOP_TIP), icon="stop", layout={"width": "auto"}
        )
        self.button.add_class("seqlib-controls")  # its letters are no commands of JupyterLab: see js/notebook.js
        self.button.on_click(self._on_stop)
        _let_clicks_through(self.button)
        super().__init__([self.bar, self.text, self.button, Lifeline()], layout={"align_items": "center"})

    def _on_stop(self, button):
        self.stop = True

    def __call__(self, step, loss, norm):
        now = time.monotonic()
        self._recent.append(loss)
        if now - self._shown > 0.1 or step == self.steps:
            self._shown = now
            self._say(PROGRESS, step)
        return self.stop

    def finish(self, history):
        """Say how it ended: at its last step, or stopped by the button, the notebook's ■, or the end of the data."""
        self.button.layout.display = "none"
        if history.stopped and len(history.loss):
            self._say(STOPPED, len(history.loss))

    def _say(self, told, step):
        self.bar.value = step
        loss = power(sum(self._recent) / len(self._recent))
        self.text.value = words.say(told, step=step, steps=self.steps, loss=loss)

    def __repr__(self):
        return f"<Training: {self.text.value or f'{self.steps} steps'}>"

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(**kwargs), **_before(self)}


def _before(view):
    """What a notebook shows of a training when nothing is alive, unless it was saved with what the view showed last."""
    # The same whatever the losses are: a notebook that is run again must not differ.
    told = words.say(BEFORE, steps=view.steps)
    return {"text/plain": f"<{type(view).__name__}: {view.steps} steps>", "text/html": saved.sentence(told)}


def _let_clicks_through(button):
    """Let a click reach the thread that JupyterLab sends it to, even while a cell runs."""
    # Since 7.4 ipykernel sends it to whoever spoke last to the button instead. That is the training cell, which is busy
    # and would hear of it when all is over. Where there is no such detour, this attribute means nothing.
    if button.comm is not None:
        button.comm._reply_subshell_for = lambda data, sent_to: sent_to


@as_promised
def fit(model, batches, optimizer, steps, *, clip=None):
    """`seqlib.train` with a `Training` display: progress, loss, a stop button.

    Returns
    -------
    History
    """
    steps = whole("steps", steps)
    view = Training(steps)
    if not CLICKS_ARRIVE:
        view.button.description, view.button.disabled = words.say(UNSTOPPABLE), True
    display(view)
    try:
        history = train(model, batches, optimizer, steps, clip=clip, watch=view)
    except BaseException:
        view.button.layout.display = "none"  # nothing is left to stop
        raise
    view.finish(history)
    return history


SHOWN_EVERY = 0.1  # seconds between two pictures
SLICE = 0.04  # seconds of training before the kernel may look at something else


class InSlices(ipywidgets.VBox):
    """A training that is waited for, or runs in slices on the kernel's event loop; a button stops it and goes on.

    A subclass has a `button`, a `text`, ``running`` and ``stop``, and three methods: ``_begin()`` sets ``running``,
    ``_end()`` ends it, and ``_work(seconds)`` trains for so long, or until ``stop``, and returns whether it is over.
    """

    def run(self):
        """Train to the end, or until Stop or the notebook's ■; then come back."""
        try:
            self._begin()
            self._work(np.inf)
        except KeyboardInterrupt:  # it came between two updates; what was done is whole, and there is nothing to trace
            pass
        finally:
            self._end()

    def start(self):
        """Train in slices on the kernel's event loop and come back at once; where there is no loop, as `run` does."""
        if self.running:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.run()
            return
        try:
            self._begin()
            self._task = loop.create_task(self._in_slices())  # a loop forgets a task that nobody holds
        except KeyboardInterrupt:
            self._end()
            raise

    async def _in_slices(self):
        with self._ending():
            while self.running and not self._work(SLICE):
                await asyncio.sleep(0.001)  # a turn for everybody else: clicks, other cells, the display

    def finish(self):
        """Train to the end now, what `start` has begun."""
        if self.running:
            with self._ending():
                self._work(np.inf)

    @contextmanager
    def _ending(self):
        try:
            yield
        except KeyboardInterrupt:  # as in `run`; the event loop would end with it
            pass
        except Exception as error:  # no cell waits for this training, so it is said here
            self._end()
            self.text.value = words.say(FAILED, error=error)
        finally:
            self._end()

    def _on_click(self, button):
        if self.running:
            self.stop = True
        else:
            self.start()


def wait_for(view):
    """Wait for a training `InSlices`, in this cell; where no click on its Stop would arrive here, in the next one.

    Then Stop is heard until the reader runs another cell, and that cell has the whole training before it, also when all
    are run at once.
    """
    if CLICKS_ARRIVE:
        view.run()
        return
    view.start()
    shell, begun = get_ipython(), getattr(view, "_task", None)

    def before_the_next_cell(info):
        shell.events.unregister("pre_run_cell", before_the_next_cell)
        if view._task is begun:  # and not what the reader has stopped, and let go on
            view.finish()

    if shell is not None and begun is not None:
        shell.events.register("pre_run_cell", before_the_next_cell)


class Live(InSlices):
    """A training with its curves: loss, gradient norm before and after clipping, examples a second; stop, continue.

    Parameters
    ----------
    model, batches, optimizer, steps, clip
        As for `seqlib.train`.

    Attributes
    ----------
    history : History
        All updates so far, those after Continue as well.

    Notes
    -----
    `run` trains in the calling cell; a click on Stop arrives there as in `Training`. Continue, and `start`, train in
    slices on the kernel's event loop instead: between two slices the kernel does whatever else is asked of it, so it
    needs no thread, stays responsive, and hears a click on Stop wherever the notebook runs.
    """

    def __init__(self, model, batches, optimizer, steps, *, clip=None):
        steps = whole("steps", steps)
        if clip is not None:
            positive("clip", clip, endless=True)
        if not np.iterable(batches):
            raise ValueError("batches must be pairs (x, targets), such as batches(x, targets, size, rng=rng), but "
                             f"{shown(batches)} came.")  # fmt: skip
        self.model, self.batches, self.optimizer = model, iter(batches), optimizer
        self.steps, self.clip, self.running, self.stop = steps, clip, False, False
        self._loss, self._norm, self._examples, self._tenth = [], [], 0, None
        self.bar = ipywidgets.IntProgress(min=0, max=self.steps, layout={"width": "32%"})
        self.text, self.rate = ipywidgets.Label(), ipywidgets.Label()
        self.button = ipywidgets.Button(layout={"width": "auto"})
        self.button.on_click(self._on_click)
        _let_clicks_through(self.button)
        self.picture = LivePicture(self.steps, clip)
        self.stepper = Stepper(self.picture.scene([], []))
        row = ipywidgets.HBox(
            [self.bar, self.button, self.text, self.rate], layout={"align_items": "center", "flex_flow": "row wrap"}
        )
        super().__init__([row, self.stepper, Lifeline()])
        self._label_button()

    @property
    def history(self):
        """Every update so far."""
        return History(np.array(self._loss), np.array(self._norm), stopped=len(self._loss) < self.steps)

    @property
    def done(self):
        """How many updates were made."""
        return len(self._loss)

    def _work(self, seconds):
        """Train for so long; return whether it is over."""
        until, before = time.monotonic() + seconds, self.done
        del self._norm[before:]  # an interrupt may have come between the two

        def watch(step, loss, norm):
            self._norm.append(norm)
            self._loss.append(loss)
            self._show()
            return self.stop or time.monotonic() >= until

        made = train(self.model, self._counted(), self.optimizer, self.steps - before, clip=self.clip, watch=watch)
        # An interrupt may have come between an update and its `watch`.
        self._loss[before:], self._norm[before:] = made.loss.tolist(), made.norm.tolist()
        # A slice that ended before its time was interrupted by ■, or the batches came to an end.
        return self.stop or self.done == self.steps or time.monotonic() < until

    def _counted(self):
        for batch in self.batches:
            with suppress(TypeError, ValueError, IndexError):  # `train` says what is wrong with it
                x, _ = batch
                self._examples += np.shape(x)[-1]
            yield batch

    def _begin(self):
        self.stop, self.running, self._examples = False, True, 0
        self._shown, self._began = 0.0, time.monotonic()
        self._label_button()

    def _end(self):
        if self.running:
            self.running = False
            self._label_button()
            self._show(at_end=True)

    def _show(self, at_end=False):
        """Bring bar, text and picture up to date, at most ten times a second."""
        now = time.monotonic()
        if not at_end and now - self._shown < SHOWN_EVERY:
            return
        self._shown = now
        self.bar.value = self.done
        if self._loss:
            told = STOPPED if at_end and self.done < self.steps else PROGRESS
            loss = power(mean_of_last(np.array(self._loss[-RECENT:])))
            self.text.value = words.say(told, step=self.done, steps=self.steps, loss=loss)
            self.rate.value = words.say(RATE, rate=self._examples / max(now - self._began, 1e-9))
        scene = self.picture.scene(self._loss, self._norm)
        tenth = 10 * self.done // self.steps
        if tenth == self._tenth and not at_end:  # the sentence is read aloud: not ten times a second
            scene.sentences = self.stepper.scene.sentences
        self._tenth = tenth
        self.stepper.show(scene)

    def _label_button(self):
        told, tip, icon = (STOP, STOP_TIP, "stop") if self.running else (GO_ON, GO_ON_TIP, "play")
        self.button.description, self.button.tooltip, self.button.icon = words.say(told), words.say(tip), icon
        self.button.layout.display = None if self.running or self.done < self.steps else "none"

    def __repr__(self):
        return f"<Live: {self.text.value or f'{self.steps} steps'}>"

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(**kwargs), **_before(self)}


@as_promised
def live(model, batches, optimizer, steps, *, clip=None, wait=True):
    """`seqlib.train` with a `Live` view: curves while it runs, a button to stop and to go on.

    Parameters
    ----------
    model, batches, optimizer, steps, clip
        As for `seqlib.train`.
    wait : bool
        False: come back at once and train in slices while other cells run. No thread is needed for it. Where Python
        runs in the browser no click on Stop arrives while a cell runs: there True trains in slices, too, until the
        next cell is run, and that one waits. In a plain shell, where nothing runs between two cells, False waits, too.

    Returns
    -------
    Live
        ``.history`` is the `History` so far. Calling `live` again with the same model and optimizer goes on, too.
    """
    view = Live(model, batches, optimizer, steps, clip=clip)
    display(view)
    if wait:
        wait_for(view)
    else:
        view.start()
    return view
