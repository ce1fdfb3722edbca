"""The pages of the site: whole, small, alone, and with all that their notebooks have."""

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
import zlib
from html.parser import HTMLParser
from pathlib import PurePosixPath

import numpy as np
import pytest

from seqlib import LSTM, Readout, SequenceModel
from seqlib.lessons import contents
from seqlib.widgets.digit import DrawnDigit
from tests.conftest import ROOT
from tools.pages import build, convert, maths, networks

LESSONS = [f"{language}/{lesson.file[:-6]}" for language in ("en", "ko") for lesson in contents.LESSONS]
PAGES = [f"{name}.html" for name in LESSONS] + ["en/index.html", "ko/index.html", "index.html"]
LOADS = {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping"}
# What would ask the network, or run what is not in the page.
ASKS = (
    r"\bfetch\(|\bimport\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|Worker\(|importScripts|\beval\(|new Function"
)


class Parsed(HTMLParser):
    """A page: its elements with their attributes, and what stands in its scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.within, self.inside = [], {"script": [], "style": []}, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside = tag
        if tag in self.within:
            self.within[tag].append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside in self.within:
            self.within[self.inside][-1] += data

    def every(self, attribute):
        return [has[attribute] for _, has in self.elements if attribute in has]


@pytest.fixture(scope="module")
def parsed(site):
    return {path: Parsed(html) for path, html in site.pages.items()}


def cells(name):
    return json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def outputs(name):
    """The HTML and the text of every output of a notebook that has both."""
    for cell in cells(name):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                yield "".join(data["text/html"]), "".join(data["text/plain"])


def test_every_lesson_of_both_languages_has_a_page(site):
    assert set(site.pages) == set(PAGES)
    assert {str(file.relative_to(site.folder).as_posix()) for file in site.folder.rglob("*.html")} == set(PAGES)


def test_every_page_is_small(site):
    sizes = {path: len(html.encode()) / 1024 for path, html in site.pages.items()}
    assert {path: round(size) for path, size in sizes.items() if size > 700} == {}


def test_no_page_loads_anything(parsed):
    for path, page in parsed.items():
        for tag, has in page.elements:
            loaded = [value for name, value in has.items() if name in LOADS and not value.startswith("data:")]
            assert not loaded, (path, tag, loaded)
            if "href" in has and tag != "a":
                assert has["href"].startswith("data:"), (path, tag, has)
        for script in page.within["script"]:
            assert not re.search(ASKS, script), path
        assert not re.search(r"url\(|@import", "".join(page.within["style"])), path


def test_the_policy_allows_no_network_and_only_the_pages_own_scripts(parsed):
    for path, page in parsed.items():
        [policy] = [has["content"] for tag, has in page.elements if has.get("http-equiv")]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules.pop("default-src") == "'none'", path
        own = [hashlib.sha256(script.encode()).digest() for script in page.within["script"]]
        assert rules.pop("script-src") == " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in own), path
        assert rules == {
            "img-src": "data:", "media-src": "data:", "style-src": "'unsafe-inline'", "base-uri": "'none'",
            "form-action": "'none'",
        }  # fmt: skip
        assert not any(name.startswith("on") for _, has in page.elements for name in has), f"{path}: would not run"


def test_ids_are_unique_and_links_lead_somewhere(parsed):
    ids = {path: page.every("id") for path, page in parsed.items()}
    for path, page in parsed.items():
        assert len(set(ids[path])) == len(ids[path]), path
        for href in [has["href"] for tag, has in page.elements if tag == "a"]:
            if re.match(r"https?:", href):
                continue
            name, _, place = href.partition("#")
            folder = PurePosixPath(path).parent
            other = (folder.parent / name[3:] if name.startswith("../") else folder / name).as_posix() if name else path
            assert other in ids, (path, href)
            assert not place or place in ids[other], (path, href)


@pytest.mark.parametrize("name", LESSONS)
def test_every_formula_is_mathml(name, site):
    html = site.pages[f"{name}.html"]
    formulas = [one for cell in cells(name) if cell["cell_type"] == "markdown"
                for one in maths.protect("".join(cell["source"]))[1]]  # fmt: skip
    assert html.count("<math") == len(formulas) and not maths.PLACE.search(html)
    for formula in formulas:
        root = ET.fromstring(formula)
        assert "\\" not in "".join(root.itertext()) and len(root), formula
        assert all(len(part) == PLACES.get(part.tag, len(part)) for part in root.iter()), formula


PLACES = {"msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mfrac": 2, "mroot": 2}


@pytest.mark.parametrize(("latex", "part"), {
    r"1 - \tanh^2 C_2": '</msup><mspace width=".17em"></mspace><msub>',  # behind the exponent, not beside it
    r"\log p": '<mi>log</mi><mspace width=".17em"></mspace><mi>p</mi>',
    r"\tanh(a)": '<mi>tanh</mi><mo stretchy="false">(',
    "x_{max}": "<mi>x</mi><mrow>",
    "b_z = -3": '<mo form="prefix">−</mo><mn>3',
    "a - b": "<mo>−</mo>",
    "(a) - b": "<mo>−</mo>",
    "a' - b": '′</mo></mrow><mo>−</mo>',
    "f'": '<mi>f</mi><mo lspace="0" rspace="0">′',
    "T/2": '<mo lspace="0" rspace="0">/',
    r"\max |w|": '<mi>max</mi><mo stretchy="false" form="prefix">|',
    "p(a|b)": '<mo stretchy="false">|',
    r"\lVert\partial h\rVert": '<mo form="prefix" stretchy="false">‖</mo><mi>∂</mi>',
}.items())  # fmt: skip
def test_a_formula_is_spaced_as_latex_would(latex, part):
    assert part in maths.mathml(latex)


def test_a_formula_that_is_not_known_is_named(tmp_path):
    cell = {"cell_type": "markdown", "id": "one-cell", "metadata": {}, "source": ["It is $\\strange{x}$."]}
    (tmp_path / "99_lesson.ipynb").write_text(json.dumps({"cells": [cell]}))
    with pytest.raises(ValueError, match=r"99_lesson\.ipynb, cell one-cell: The formula .*strange"):
        convert.read(tmp_path / "99_lesson.ipynb", "en")


def test_what_is_a_formula_and_what_is_not():
    text, formulas = maths.protect("`a$b$` costs \\$5 and $x_1*y*z$\n\n```\n$no$\n```\n$$\\frac{a}{b}$$")
    assert len(formulas) == 2 and "<mfrac>" in formulas[1] and 'display="block"' in formulas[1]
    assert "`a$b$`" in text and "$no$" in text and "\\$5" in text
    assert "<em>" not in convert.prose("$x_1*y*z$", "en")


def test_what_clings_to_a_formula_stays_on_its_line():
    html = convert.prose("($x_t$)이고 $a$, $b$ c.\n\n$$d$$.", "ko")
    kept = re.findall(r'<span class="kept">(.*?)</span>', html)
    assert [re.sub("<math>.*?</math>", "$", one) for one in kept] == ["($)이고", "$,"] and html.count("<math") == 4


@pytest.mark.parametrize("name", LESSONS)
def test_every_picture_of_the_notebook_is_on_its_page(name, site):
    html = site.pages[f"{name}.html"]
    kept = [packed for output, _ in outputs(name) for packed in re.findall(r'currentScript,"([^"]*)"', output)]
    assert re.findall(r' data-scene="([^"]*)"', html) == kept and kept
    arrays = [text for output, _ in outputs(name) for text in re.findall(r'currentScript,"[^"]*","([^"]*)"', output)]
    assert set(arrays) <= set(re.findall(r' data-arrays="([^"]*)"', html))
    images = sum(output.count("<img ") for output, _ in outputs(name))
    assert html.count('class="seqlib-picture"') >= images == len(re.findall(r"<img ", html.partition("<script>")[0]))
    assert "seqlib-player" not in html, "the player comes once, with the page"


def inflated(packed):
    return json.loads(zlib.decompress(base64.b64decode(packed), -15))


@pytest.mark.parametrize("name", LESSONS)
def test_a_playground_can_recompute_and_a_chooser_choose(name):
    """Or its page says that it needs Python."""
    for output, text in outputs(name):
        for packed in re.findall(r'currentScript,"([^"]*)"', output):
            scene = inflated(packed)
            if kept := networks.of(packed):
                assert scene.keys().isdisjoint(inflated(kept[0])), "the notebook has the rest"
                scene |= inflated(kept[0])
            kind = re.match(r"<(\w+)", text)[1]
            if kind == "Chooser":
                choices = [choice for choice, _ in scene["choices"]]
                assert text.startswith(f"<Chooser: {', '.join(choices)}; ")
            elif kind not in ("Stepper", "Sketch") and not convert.NEEDS_PYTHON.match(text):
                assert scene["recipe"] and scene["given"] is not None and scene["makers"], text


def test_every_network_that_was_kept_belongs_to_a_picture(site):
    kept = networks._all()
    assert len(kept) == 8  # of lessons 3, 12 (two) and 14, in both languages
    pages = "".join(site.pages.values())
    assert all(f' data-more="{more}" data-arrays' in pages for more, _ in kept.values())
    assert all(pages.count(f' data-arrays="{arrays}"') == 1 for _, arrays in kept.values())
    assert pages.count(" data-arrays-of=") == 2, "the networks of lesson 12 stand there once for both of its pictures"


def test_a_picture_finds_the_arrays_of_another():
    html = convert.once('<img data-arrays="a b"><img><img data-arrays="c"><img data-arrays="c"><img data-arrays="a b">')
    assert html == '<img data-arrays="a b"><img><img data-arrays="c"><img data-arrays-of="1"><img data-arrays-of="0">'


def test_a_lesson_that_is_run_again_has_its_networks_and_no_others(tmp_path, monkeypatch):
    model = SequenceModel(LSTM(64, 40, rng=np.random.default_rng(0)), Readout(40, 3, rng=np.random.default_rng(0)),
                          "one-to-many")  # fmt: skip
    widget = DrawnDigit(model, ["a", "b", "."], np.eye(64, 2), T=3)
    state = {name: getattr(widget, name) for name in widget.keys if name[0] != "_"}
    html = widget._repr_mimebundle_()[0]["text/html"]
    path = tmp_path / "en" / "03_demo.ipynb"
    large = {"id": "large", "outputs": [{"output_type": "display_data", "data": {"text/html": html}}]}
    networks.keep(path, {"cells": [large, {"id": "prose"}]}, {"large": state}, tmp_path / "kept")
    [[(packed, (more, arrays))]] = [json.loads((tmp_path / "kept/en/03_demo.json").read_text("utf-8")).items()]
    assert packed == hashlib.sha256(networks.PACKED.search(html)[1].encode()).hexdigest()[:32]
    first = base64.b64decode(arrays.split(" ")[inflated(more)["given"]["model"]["cell"]["weights"]["W_x"]["data"]])
    W_x = np.frombuffer(first, "<f4").reshape(160, 64)
    np.testing.assert_array_equal(W_x, model.cell.params.W_x.astype(np.float32))
    networks.keep(path, {"cells": [{**large, "id": "small"}]}, {"small": {"given": {}}}, tmp_path / "kept")
    assert not (tmp_path / "kept/en/03_demo.json").exists()


@pytest.mark.parametrize("name", LESSONS)
def test_questions_predictions_and_exercises_are_all_there(name, site):
    html = site.pages[f"{name}.html"]
    prose = ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "markdown"]
    quizzes = [text for text in prose if re.search(r"</summary>\s*[✓✗]", text)]
    asked = re.split(r"(?=<section )", html)
    answered = [re.findall(r'<details class="choice" data-right="(\w+)">', section) for section in asked]
    answered = [right for right in answered if right]
    assert len(answered) == len(quizzes) and all(right.count("true") == 1 for right in answered)
    answers = sum(len(re.findall("<summary>(?:Answer|답)</summary>", text)) for text in prose)
    assert html.count('<label class="guess">') == html.count('<details class="answer">') == answers
    exercises = [cell for cell in cells(name) if "exercise" in cell["metadata"].get("tags", [])]
    language = name[:2]
    assert html.count(convert.TO_RUN[language]) == len(exercises)
    for cell in cells(name):
        assert f'id="{cell["id"]}"' in html
    assert len(re.findall(r'<section class="cell prose solution', html)) == len(exercises)


def test_a_solution_stays_closed(site):
    assert not any(re.search(r"<details[^>]* open", html) for html in site.pages.values())


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_search_knows_every_cell_of_prose(language, site):
    [index] = re.findall(r"^const INDEX = (\[.*\]);$", site.pages[f"{language}/index.html"], re.MULTILINE)
    found = {(page, cell) for page, _, _, cell, _ in json.loads(index)}
    lessons = [name for name in LESSONS if name.startswith(language)]
    written = {(name[3:], c["id"]) for name in lessons for c in cells(name) if c["cell_type"] == "markdown"}
    assert found == written
    assert any("σ_max<1/γ" in text for *_, text in json.loads(index))  # a < is no mark
    assert any("h_t=tanh(W_hhh_t−1" in text or "h_t=tanh(W_xhx_t" in text for *_, text in json.loads(index))


def test_what_stops_the_build_is_one_sentence(tmp_path, capsys, monkeypatch):
    def refused(path, language=None):
        raise ValueError("05_bptt.ipynb, cell bptt-back: The formula is not known.")

    monkeypatch.setattr(convert, "read", refused)
    assert build.main(["--output", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "05_bptt.ipynb, cell bptt-back: The formula is not known.\n"
    assert not any(tmp_path.iterdir())


def test_with_a_python_in_the_site_each_page_leads_to_its_lesson_there(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(build.lite, "build", lambda pyodide, output: {"lessons": f"lessons-{pyodide}"})
    made = build.build(tmp_path, pyodide="314")
    for name in LESSONS:
        [address] = re.findall(r'<a class="run" href="([^"]*)"', made[f"{name}.html"])
        assert address == f"../python/lab/index.html?path=lessons-314/{name}.ipynb"
    assert build.main(["--output", str(tmp_path), "--lite", str(tmp_path)]) == 0
    monkeypatch.undo()
    assert build.main(["--output", str(tmp_path / "other"), "--lite", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "other").exists()
