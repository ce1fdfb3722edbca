"""What recomputes, in a real browser: the same numbers as NumPy's, and no kernel for it.

Pictures are compared in Node (tests/widgets/test_recompute.py), and played with in the browser (test_playgrounds.py).
"""

from tests.widgets.test_recompute import ANSWERS, SCRIPT, cases, disagreements

IMPORT = """(source) => import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))"""
RUN = f"""async ([equations, answers, cases]) => {{
    const module = {IMPORT};
    return (await module(answers)).answers(await module(equations), cases);
}}"""


def test_the_browser_agrees_with_numpy(page):
    made = cases()
    sources = [path.read_text(encoding="utf-8") for path in (SCRIPT, ANSWERS)]
    found = page.evaluate(RUN, [*sources, [plain for _, plain, _ in made]])
    assert len(found) == 42
    assert disagreements(made, found) == {}
