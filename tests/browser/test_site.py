"""The pages of the site, opened from a disk: alive, for everyone, and with no request to anywhere."""

import pytest

from tests.conftest import need
from tests.pages.test_pages import PAGES

LESSON = "en/08_lstm_gates.html"

# Whether each picture is another one after a step to its other end; null where there is only one step.
STEP_ALL = """
(async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const stepped = [];
  for (const { shadowRoot } of document.querySelectorAll(".live")) {
    const [player, picture] = [".player", ".picture"].map((name) => shadowRoot.querySelector(name));
    const slider = player.querySelector(".controls .stepping input, .controls input[type=range]");
    const before = picture.innerHTML;
    const key = slider?.value === "1" ? "End" : "Home";
    player.dispatchEvent(new KeyboardEvent("keydown", { key }));
    await frame();
    stepped.push(slider && slider.max !== "1" ? picture.innerHTML !== before : null);
  }
  return stepped;
})()
"""


@pytest.fixture
def opened(page, site):
    """Opens a page of the site; nothing but the page itself may be asked for."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def open_(path, scheme="light"):
        page.emulate_media(color_scheme=scheme)
        page.goto((site.folder / path).as_uri())
        page.locator("img[data-scene]").first.wait_for(state="detached")  # all pictures live
        return page

    yield open_
    assert [url for url in asked if not url.startswith(("data:", site.folder.as_uri()))] == []
    assert all(url.partition("#")[0].endswith(".html") for url in asked if url.startswith("file:"))


def looked_at(path):
    """Every lesson in one of its languages, and both first pages: what is found in one edition is in the other."""
    number = path[3:5]
    return not number.isdigit() or (int(number) % 2 == 1) == path.startswith("en")


@pytest.mark.parametrize("path", [path for path in PAGES if "/" in path])
def test_every_page_lives_and_is_for_everyone(opened, axe, site, path):
    page = opened(path)
    if wanted := site.pages[path].count(' data-scene="'):
        page.locator(".live").nth(wanted - 1).wait_for()
    assert page.locator(".live").count() == wanted
    stepped = page.evaluate(STEP_ALL)
    assert False not in stepped and (True in stepped or "index" in path)
    if looked_at(path):
        axe(rules="{ 'color-contrast': { enabled: false } }")  # that depends on the style alone, and takes seconds


@pytest.mark.parametrize(
    ("path", "scheme"), [("en/03_states_and_shapes.html", "light"), (LESSON, "dark"), ("ko/index.html", "dark")]
)
def test_everything_can_be_read(opened, axe, path, scheme):
    page = opened(path, scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    axe()


def test_the_page_above_goes_on_in_the_readers_language(opened):
    opened("index.html").wait_for_url("**/en/index.html")


def test_a_narrow_page_has_nothing_beside_it(opened):
    page = opened("ko/03_states_and_shapes.html")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_picture_opens(opened):
    page = opened("en/04_unrolling.html")
    page.locator(".live [data-open]").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".live .path li").count() > 1


def test_a_playground_recomputes(opened):
    player = opened(LESSON).locator("#gates-widget-play .player")
    before = player.locator(".sentence").text_content()
    player.locator(".panel-of-playground input[type=range]").first.press("Home")
    player.page.wait_for_timeout(50)  # a frame
    assert before != player.locator(".sentence").text_content()


@pytest.mark.parametrize("name, cell, typed", [
    ("en/12_side_by_side", "compare-widget-trio", "the old dog can run"),
    ("ko/12_side_by_side", "compare-widget-trio", "나는 밥을 먹지 않았다"),
    ("ko/12_side_by_side", "compare-widget-words", "나는 밥을 먹지 않았다"),
    ("en/14_studio", "studio-widget-words", "the children"),
])  # fmt: skip
def test_a_sentence_is_read_with_no_kernel(opened, name, cell, typed):
    """By networks that are among the largest of the course: their weights are in the page."""
    expect = need("playwright.sync_api").expect
    player = opened(f"{name}.html").locator(f"#{cell} .player")
    before, field = player.locator(".sentence").text_content(), player.locator("input[type=text]")
    field.fill(typed)
    field.press("Enter")
    expect(player.locator(".sentence")).not_to_have_text(before)
    expect(player).to_contain_text(typed.split()[-1])
    expect(player.page.locator(f"#{cell} .note")).to_have_count(0)


def test_the_terms_of_another_loss_are_shown_with_no_kernel(opened):
    expect = need("playwright.sync_api").expect
    cell = opened("en/07_keeping_it_in_bounds.html").locator("#bounds-widget-tau")
    for loss, last in (("3", 3), ("Σ", 8)):
        cell.get_by_role("button", name=loss, exact=True).click()
        expect(cell.locator(".controls input[type=range]")).to_have_value(str(last))
        expect(cell.locator(".sentence")).to_contain_text(f"from {last} to {last} leave")


def test_a_digit_is_drawn_and_spelled_with_no_kernel(opened):
    expect = need("playwright.sync_api").expect
    cell = opened("en/03_states_and_shapes.html").locator("#shapes-widget-digit")
    before = cell.locator(".sentence").text_content()
    cell.get_by_role("button", name="a digit from the data").click()
    expect(cell.locator(".sentence")).not_to_have_text(before)


def test_a_chooser_shows_another_scene_at_the_same_step(opened):
    cell = opened(LESSON).locator("#gates-widget-cell")
    player, first, second = cell.locator(".player"), *cell.locator(".choices button").all()
    player.press("ArrowRight")
    whole = player.get_attribute("aria-label")
    second.click()
    assert second.get_attribute("aria-pressed") == "true" and first.get_attribute("aria-pressed") == "false"
    cell.page.wait_for_timeout(50)
    assert player.get_attribute("aria-label") != whole
    assert player.locator(".controls input[type=range]").input_value() == "2"
    first.click()
    cell.page.wait_for_timeout(50)
    assert player.get_attribute("aria-label") == whole


def test_what_was_answered_stays_in_both_languages_until_it_is_forgotten(opened):
    page = opened(LESSON)
    question = page.locator("#gates-quiz-1")
    question.locator("summary").nth(0).click()
    question.locator("summary").nth(1).click()
    verdict = question.locator(".verdict").text_content()
    page.locator("#gates-predict-1 textarea").fill("keep, write, <b>read</b>")
    assert verdict == "Your first choice was another one."
    page.reload()
    assert question.locator(".verdict").text_content() == verdict
    assert [choice.get_attribute("open") is not None for choice in question.locator(".choice").all()] == [1, 1, 0]
    assert page.locator("#gates-predict-1 textarea").input_value() == "keep, write, <b>read</b>"
    page.locator("a.language").click()
    page.wait_for_url("**/ko/08_lstm_gates.html*")
    assert page.locator("#gates-quiz-1 .verdict").text_content() == "처음에는 다른 답을 골랐습니다."
    page.locator("header a").first.click()
    page.wait_for_url("**/ko/index.html")
    counted = page.locator("[data-lesson='08_lstm_gates']")
    assert counted.text_content() == "질문 3개 중 1개 답함"
    page.locator(".forget").click()
    assert counted.text_content() == "질문 3개"
    page.go_back()
    page.reload()
    assert page.locator(".choice[open]").count() == 0 and page.locator("textarea").first.input_value() == ""


@pytest.mark.parametrize(
    ("language", "sought", "lesson", "cell"),
    [
        ("en", "forget GATE keep", "08_lstm_gates", "gates-equations"),
        ("en", "forgets GATES keeping", "08_lstm_gates", "gates-equations"),  # other endings
        ("ko", "야코비 행렬", "06_vanishing", "forget-step"),
        ("ko", "야코비행렬", "06_vanishing", "forget-step"),
    ],
)
def test_the_search_leads_to_the_cell(opened, language, sought, lesson, cell):
    page = opened(f"{language}/index.html")
    page.locator("#sought").fill(sought)
    link = page.locator(f"#found a[href='{lesson}.html#{cell}']")
    assert int(page.locator("#count").text_content().split()[-1]) >= page.locator("#found li").count() > 0
    assert page.locator("#found mark").count()
    link.click()
    page.wait_for_url(f"**/{lesson}.html#{cell}")
    assert page.locator(f"#{cell}").bounding_box()["y"] < 720
    page.go_back()
    page.locator("#sought").fill("<img src=x> qqq")
    nothing = {"en": "Nothing found.", "ko": "찾은 것이 없습니다."}[language]
    assert page.locator("#found li").count() == 0 and page.locator("#count").text_content() == nothing
