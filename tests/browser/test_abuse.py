"""Pictures under random events, in short; ``python -m tests.browser.abuse`` is the long form, of all kinds of pages."""

import pytest

from tests.browser.abuse import SAVED, SCRIPT, Memory, abuse, write


@pytest.mark.parametrize("kind", ["predict", "opening", "sketch", "trio", "drawn", "saved updates"])
def test_it_is_the_picture_of_a_fresh_one_and_what_was_typed_is_there(page, tmp_path, kind):
    page.add_init_script(path=SCRIPT)
    faults, _ = abuse(page, kind, tmp_path, events=150, seed=3, rounds=1)
    assert faults == []


def test_a_step_that_is_drawn_twice_moves_once(page, tmp_path):
    """As when the table is opened just after a step: there was nothing left to move for the second drawing."""
    page.add_init_script(path=SCRIPT)
    write("opening", tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    count = page.evaluate("""async () => {
        const player = abuses[0].root, frame = () => new Promise(requestAnimationFrame);
        const press = (key) => player.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        player.querySelector("[data-open]").dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
        await new Promise((done) => setTimeout(done, 200));  // a step that follows at once moves nothing
        press("ArrowRight");
        await frame();
        press("t");
        press("t");
        await new Promise((done) => setTimeout(done, 60));
        return player.querySelectorAll(".moving").length;
    }""")
    assert count == 1


def test_what_has_ended_leaves_the_memory(page, tmp_path):
    page.add_init_script(path=SCRIPT)
    write("stepper", tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    memory, counted = Memory(page), []
    for _ in range(2):
        page.evaluate("async () => { for (let n = 0; n < 4; n++) abuses[0].rerun(), await abuses[0].differences() }")
        counted.append(memory.measure()[1:])
    assert counted[0] == counted[1], "nodes and listeners"


# The output of a saved notebook goes and comes back, as a page does that is scrolled, and goes for good.
AWAY = """async () => {
    const wait = () => new Promise((done) => setTimeout(done, 100));
    const output = document.querySelector(".seqlib-picture"), place = output.parentElement;
    const readout = () => output.querySelector("div").shadowRoot.querySelector(".readout").textContent;
    const player = output.querySelector("div").shadowRoot.querySelector(".player");
    player.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    await wait();
    const before = readout();
    output.remove();
    await wait();
    const away = output.firstElementChild.localName;
    place.append(output);
    await wait();
    return [before, away, readout(), output.children.length];
}"""
MORE = """async ([html, packed]) => {
    const wait = () => new Promise((done) => setTimeout(done, 60));
    for (let n = 0; n < 3; n++) {
        const output = document.createElement("div"), script = document.createElement("script");
        output.innerHTML = html;
        output.firstChild.append(script);
        document.querySelector("main").append(output);
        await seqlib1.push([script, packed]);
        await wait();
        output.remove();
        await wait();
    }
}"""
REMEMBER = """self.seqlib1 = [];
    seqlib1.push = function (one) {
        self.first = [one[0].parentElement.outerHTML.replace(/<script.*/s, "</div>"), one[1]];
        this[this.length] = one;
    };"""


def test_a_saved_picture_that_goes_leaves_the_memory_and_one_that_comes_back_is_where_it_was(page, tmp_path):
    page.add_init_script(REMEMBER)
    (tmp_path / "page.html").write_text(
        f"<!DOCTYPE html><meta charset=utf-8><body><main>{_alone()}</main>", encoding="utf-8"
    )
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_selector(".player")
    assert page.evaluate(AWAY) == ["t = 2 / 20", "img", "t = 2 / 20", 3], "the player and two scripts"
    memory, counted, first = Memory(page), [], page.evaluate("first")
    for _ in range(2):
        page.evaluate(MORE, first)
        counted.append(memory.measure()[1:])
    assert counted[0] == counted[1], "nodes and listeners"


def _alone():
    from seqlib import saved

    saved._state["carried"] = False
    return SAVED["saved stepper"]().saved()
