"""Lesson 14 and the start page in a real browser: a file is uploaded, a sentence is typed, a link finds its cell."""

import shutil
from pathlib import Path

import nbformat

LESSONS = Path(__file__).resolve().parents[2] / "notebooks" / "en"

OWN = (
    "from seqlib import data\nfrom seqlib.widgets.studio import OwnSeries",
    "OwnSeries(data.FOLDER / 'sunspots.csv')",
)
TYPED = (
    "import numpy as np\nfrom seqlib import data\nfrom seqlib.study import language\n"
    "from seqlib.widgets.studio import NextWord",
    "corpus = language.corpus([list(s.tokens) for s in data.korean()], np.random.default_rng(0))\n"
    "model = language.fit_words(corpus.train, len(corpus.vocabulary), updates=5)\n"
    "NextWord({'ko': (model, corpus.vocabulary)}, {'ko': '나는 밥을'})",
)


def said(page, text):
    """Wait until the line below the controls holds this text."""
    page.locator("[role=status][aria-live=polite]", has_text=text).first.wait_for()


def test_a_file_of_the_reader(page, lab, tmp_path):
    good, bad = tmp_path / "내 자료.csv", tmp_path / "bad.csv"
    good.write_bytes("\n".join(["해;값", *(f"{k};{k % 7},5" for k in range(90))]).encode("cp949"))
    bad.write_bytes(b"a;b\n1;2\n2;\n3;4\n")
    notebook = lab.open(page, lab.write("own.ipynb", *OWN))
    notebook.run_all()
    said(page, "sunspots: 309 values")
    for file, text in ((good, "값: 90 values, cp949"), (bad, "Column b has no value in line 3")):
        with page.expect_file_chooser() as chooser:
            page.locator(".widget-upload").click()
        chooser.value.set_files(file)
        said(page, text)
    said(page, "The picture still shows 값.")
    assert notebook.steppers.count() == 1 and notebook.failures == []


def test_a_sentence_of_the_reader(page, lab):
    notebook = lab.open(page, lab.write("typed.ipynb", *TYPED))
    notebook.run_all()
    notebook.steppers.first.wait_for()
    box = page.get_by_role("textbox", name="sentence")
    box.fill("나는 <b>얼룩말</b>을 봤다")
    box.press("Enter")
    page.locator("[role=status]", has_text="Not in the vocabulary, read as <unk>: <b>얼룩말</b>을.").wait_for()
    notebook.steppers.first.locator("text").get_by_text("나는", exact=True).first.wait_for(state="attached")


SEEN = """() => [...document.querySelectorAll("h2")].some(title => {
    const place = title.getBoundingClientRect();
    return title.textContent.startsWith("Many steps") && place.height && place.top > 0 && place.top < innerHeight;
})"""


def test_a_link_of_the_index_finds_its_cell(page, lab):
    shutil.copy(LESSONS / "06_vanishing.ipynb", lab.root)
    link = nbformat.v4.new_markdown_cell("[there](06_vanishing.ipynb#cell-id=forget-product)")
    index = nbformat.v4.new_notebook(cells=[link])
    index.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(index, lab.root / "index.ipynb")
    lab.open(page, "index.ipynb")
    # These tests draw all cells at once (windowingMode "none"), and then JupyterLab scrolls only in an open notebook.
    page.get_by_role("link", name="there").click()
    page.get_by_role("heading", name="Many steps").wait_for()
    page.get_by_role("tab", name="index.ipynb").click()
    page.get_by_role("link", name="there").click()
    page.wait_for_function(SEEN)
