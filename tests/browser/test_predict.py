"""The predict switch: nothing tells a hidden number, and the sentence says how near the guess was."""

import re
import xml.etree.ElementTree as ET

import pytest

from seqlib import words
from seqlib.draw import updates_scene
from seqlib.draw.numerals import sub
from tests.browser.conftest import FRAMES
from tests.draw.test_updates import learning

T, SVG = 20, "{http://www.w3.org/2000/svg}"

# Everything that a reader can see, hear or hover over, and what the hidden texts' elements have.
STATE = """player => ({
    place: player.querySelector(".readout").textContent,
    sentence: player.querySelector(".sentence").textContent,
    desc: player.querySelector(".picture svg desc").textContent,
    tips: [...player.querySelectorAll(".picture [data-tip]")].map(e => e.getAttribute("aria-label")),
    tip: player.querySelector(".tip").textContent,
    table: [...player.querySelectorAll(".numbers tbody tr")].map(e => [...e.children].map(c => c.textContent)),
    verdict: player.querySelector(".verdict").textContent,
    said: player.querySelector(".unseen").textContent,
    asks: !player.querySelector(".guess").hidden,
    question: player.querySelector("#guess").getAttribute("aria-label"),
    focus: player.getRootNode().activeElement?.id || player.getRootNode().activeElement?.className,
    on: player.querySelector(".turn").getAttribute("aria-checked"),
    parts: Object.fromEntries([...player.querySelectorAll(".picture [id]")].map(e => [e.id,
        { text: e.textContent, fill: e.getAttribute("fill"), d: e.getAttribute("d") }])),
})"""


@pytest.fixture(scope="module")
def trained():
    """The cell's picture after a training of 400 updates."""
    [scene] = learning((400,))
    scene.begin = scene.start  # in the middle, where something has happened
    return scene


@pytest.fixture(scope="module")
def scene(trained):
    return trained.asking("h_t")


@pytest.fixture
def player(shown, scene):
    return shown(scene)


def state(player):
    player.page.evaluate(FRAMES)
    return player.evaluate(STATE)


def truths(scene, t):
    """The texts of h_t in the picture at this step, as Python writes them."""
    elements = {e.get("id"): e for e in ET.fromstring(scene.at(t)).iter()}
    return [elements[asked["id"]].text for asked in scene.extras["predict"]["asked"]]


def start(player):
    player.focus()
    player.page.keyboard.press("p")


def assert_nothing_tells(player, scene, t):
    shown, true = state(player), truths(scene, t)
    for told in (shown["sentence"], shown["desc"], shown["tip"], shown["said"], *shown["tips"]):
        for number in true:
            assert number.strip("+−") not in told, f"{number} of step {t} can be read in {told!r}"
    rows = dict(map(tuple, shown["table"]))
    for asked in scene.extras["predict"]["asked"]:
        assert shown["parts"][asked["id"]]["text"] in ("?", "…")
        said = [asked["name"], *(asked["name"].replace("_t", sub(step)) for step in (t + 1, t))]  # h₃[1]
        name = next((name for name in said if name in rows), said[0])
        assert not rows or rows[name] in ("?", "…")
    patches = [id for id, attribute in scene.extras["predict"]["hidden"] if attribute == "fill"]
    assert len({shown["parts"][id]["fill"] for id in patches if f"{id}t" not in shown["parts"]}) == 1, "no shade tells"
    return shown


def test_the_next_steps_numbers_are_hidden_wherever_they_could_be_read(player, scene):
    page = player.page
    player.locator(".table").click()
    start(player)
    shown = state(player)
    assert (shown["on"], shown["asks"], shown["verdict"]) == (
        "true",
        False,
        "The numbers of the next step are hidden: go on with →.",
    )
    assert shown["parts"][scene.extras["predict"]["asked"][0]["id"]]["text"] == truths(scene, 9)[0], "not of this one"
    for t in (10, 11, 12):
        player.focus()
        page.keyboard.press("ArrowRight")
        shown = assert_nothing_tells(player, scene, t)
        assert shown["sentence"] == f"h{'₁' + '₀₁₂'[t - 10]}[1] = ? Type what you expect, then Enter."
        for place in page.locator(".picture [data-tip]").all():
            place.focus()
            assert state(player)["tip"]
            assert_nothing_tells(player, scene, t)
    assert len(shown["table"]) > 20, "the table is there"
    gates = [tip for tip in shown["tips"] if tip.startswith("f")]
    assert gates and re.search(r"\d\.\d\d", gates[0]), "what is needed for a prediction can be read"


@pytest.mark.parametrize("move", [0, 1, -3, 200])
def test_a_guess_is_judged_within_what_is_shown(player, scene, move):
    start(player)
    player.page.keyboard.press("ArrowRight")
    true = truths(scene, 10)[0]
    value = round(float(true.replace("−", "-")) + move / 100, 2)
    assert state(player)["focus"] == "guess", "typing can begin at once"
    player.page.keyboard.type(f"{value:.3f}")
    player.page.keyboard.press("Enter")
    shown = state(player)
    said, off = f"{value:.2f}".replace("-", "−"), f"{abs(move) / 100:.2f}"
    told = {0: ": the same, to the decimals shown.", 200: f": {off} away."}.get(move, f": within {off}.")
    assert shown["verdict"] == f"{true}, you said {said}{told}"
    assert shown["sentence"] == scene.sentences[9]
    assert [shown["parts"][asked["id"]]["text"] for asked in scene.extras["predict"]["asked"]] == truths(scene, 10)
    assert not shown["asks"]


@pytest.mark.parametrize(
    ("typed", "said"), [("0,25", "0.25"), (" +.5 ", "0.50"), ("−1", "−1.00"), ("０.３", "0.30"), ("-0", "0.00")]
)
def test_numbers_as_people_write_them(player, scene, typed, said):
    start(player)
    player.page.keyboard.press("ArrowRight")
    player.locator("#guess").fill(typed)
    player.locator(".check").click()
    assert f", you said {said}:" in state(player)["verdict"]


def test_what_is_no_number_is_said_and_stays_a_question(player, scene):
    start(player)
    player.page.keyboard.press("ArrowRight")
    for typed in ("<b>1</b>", "one", "1,234,5", "NaN", "1e999"):
        player.locator("#guess").fill(typed)
        player.page.keyboard.press("Enter")
        shown = assert_nothing_tells(player, scene, 10)
        assert (shown["verdict"], shown["asks"]) == ("Type a number such as 0.25.", True), typed
    player.locator("#guess").fill("")
    player.page.keyboard.press("Enter")
    assert_nothing_tells(player, scene, 10)


def test_giving_up_shows_it_and_the_next_step_is_hidden_again(player, scene):
    page = player.page
    start(player)
    page.keyboard.press("ArrowRight")
    player.locator(".give").click()
    assert state(player)["verdict"] == f"It is {truths(scene, 10)[0]}."
    page.keyboard.press("ArrowRight")  # the focus is the player's again
    assert_nothing_tells(player, scene, 11)
    page.keyboard.press("Escape")  # out of the field, with the question still open
    page.keyboard.press("ArrowLeft")
    shown = state(player)
    assert shown["place"] == f"t = 10 / {T}"
    assert not shown["asks"] and shown["verdict"] == f"It is {truths(scene, 10)[0]}.", "what was seen stays seen"
    page.keyboard.press("p")
    page.keyboard.press("ArrowRight")
    shown = state(player)
    assert (shown["on"], shown["asks"], shown["verdict"]) == ("false", False, "")
    assert shown["sentence"] == scene.sentences[10]


def test_a_guess_that_was_begun_stands_there_again_when_the_reader_comes_back(player):
    start(player)
    field, slider = player.locator("#guess"), player.locator("input[type=range]").first
    for step, typed in (("10", "0.5"), ("15", "-1"), ("12", "")):
        slider.fill(step)
        field.fill(typed)
    kept = []
    for step in ("15", "10", "12", "11"):
        slider.fill(step)
        kept.append((state(player)["asks"], field.input_value()))
    assert kept == [(True, "-1"), (True, "0.5"), (True, ""), (True, "")]


def test_playing_waits_for_the_reader(player, scene):
    start(player)
    player.locator("button.play").first.click()
    player.page.wait_for_timeout(2500)
    assert assert_nothing_tells(player, scene, 10)["place"] == f"t = 10 / {T}"


def test_another_number_can_be_chosen_and_the_slider_jumps(player, scene):
    start(player)
    player.locator("input[type=range]").first.fill("15")
    shown = assert_nothing_tells(player, scene, 15)
    player.locator("select").focus()
    player.page.keyboard.press("ArrowDown")
    shown = assert_nothing_tells(player, scene, 15)
    assert shown["question"] == "h₁₅[2]"
    assert shown["place"] == f"t = 15 / {T}", "in the list an arrow chooses"
    ids = [asked["id"] for asked in scene.extras["predict"]["asked"]]
    assert [shown["parts"][id]["text"] for id in ids] == ["…", "?", "…"]
    player.locator("#guess").fill("9")
    player.page.keyboard.press("Enter")
    assert state(player)["verdict"].startswith(truths(scene, 15)[1])


def test_at_the_last_step_it_says_where_to_go(player):
    player.focus()
    player.page.keyboard.press("End")
    player.page.keyboard.press("p")
    assert state(player)["verdict"] == "This is the last step: go back to another one and predict there."


def test_over_updates_each_has_its_own_question(page, tmp_path):
    over = updates_scene(learning((0, 40)), (0, 40)).asking("C_t", "tanh C_t", "h_t")
    over.begin = over.start
    over.save_html(tmp_path / "page.html")
    page.goto((tmp_path / "page.html").as_uri())
    player = page.locator(".player")
    start(player)
    page.keyboard.press("PageUp")
    shown = state(player)
    assert shown["asks"] and "C₉[1] = ?" in shown["sentence"]
    elements = {e.get("id"): e for e in ET.fromstring(over.at(9, update=0)).iter()}
    true = elements[over.extras["predict"]["asked"][0]["id"]].text
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    assert state(player)["verdict"].startswith(f"{true}, you said 5.00")


@pytest.mark.parametrize(("language", "theme", "size"), [
    ("en", "light", (1280, 720)), ("ko", "dark", (1280, 720)), ("ko", "light", (390, 844)),
])  # fmt: skip
def test_it_looks_right(page, tmp_path, shots, language, theme, size):
    words.use(language)
    try:
        [scene] = learning((40,))
        scene.asking("C_t", "tanh C_t", "h_t").save_html(tmp_path / "page.html")
    finally:
        words.use("en")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    page.goto((tmp_path / "page.html").as_uri())
    player = page.locator(".player")
    start(player)
    page.keyboard.press("ArrowRight")
    state(player)
    page.screenshot(path=shots / f"predict-{language}-{theme}-{size[0]}-asked.png", full_page=True)
    asked = page.locator(".picture text", has_text=re.compile(r"^\?$")).first.bounding_box()
    frame = page.locator(".picture").bounding_box()
    assert frame["x"] <= asked["x"] and asked["x"] + asked["width"] <= frame["x"] + frame["width"], "it is in the frame"
    page.keyboard.type("0.4")
    page.keyboard.press("Enter")
    shown = state(player)
    page.screenshot(path=shots / f"predict-{language}-{theme}-{size[0]}-told.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert ("you said 0.40" if language == "en" else "예측한 값은 0.40입니다") in shown["verdict"]
