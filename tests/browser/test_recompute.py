"""What recomputes in a real browser: the same numbers and the same pictures as NumPy's, and no kernel for it."""

from seqlib.widgets.recompute import module
from tests.widgets import playgrounds
from tests.widgets.test_recompute import ANSWERS, SCRIPT, cases, disagreements

IMPORT = """(source) => import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })))"""
RUN = f"""async ([equations, answers, cases]) => {{
    const module = {IMPORT};
    return (await module(answers)).answers(await module(equations), cases);
}}"""
DRAW = f"async ([source, all]) => ({playgrounds.ANSWERS})([await ({IMPORT})(source), all])"


def test_the_browser_agrees_with_numpy(page):
    made = cases()
    sources = [path.read_text(encoding="utf-8") for path in (SCRIPT, ANSWERS)]
    found = page.evaluate(RUN, [*sources, [plain for _, plain, _ in made]])
    assert len(found) == 42
    assert disagreements(made, found) == {}


def test_the_browser_draws_what_python_draws(page):
    made = playgrounds.asked()
    source = module().rsplit("export default", 1)[0] + "export { RECIPES, pictureOf };"
    found = page.evaluate(DRAW, [source, {name: plain for name, (plain, _) in made.items()}])
    assert playgrounds.differences(made, found) == []
