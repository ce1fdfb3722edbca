"""What a notebook keeps of its pictures, and that the bytes of it are the same everywhere."""

import base64
import copy
import hashlib
import json
import random
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
import zlib
from html.parser import HTMLParser

import pytest

from seqlib import saved
from seqlib.deflate import deflate
from tests.conftest import ROOT

ALT = 'Is 3 < 5 & "so"?'
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" style="font-family:\'A B\'">'
    '<title>Is 3 &lt; 5 &amp; "so"?</title><desc /><text id="b0" fill="#fff">0</text></svg>'
)


def data(t=1, start=2, texts=("a", "50% of <b>", "#c")):
    return {
        "svg": SVG, "bindings": [{"id": "b0", "attribute": "text", "values": list(texts)}],
        "sentences": ["one", "two", "세 번째"], "t": t, "begin": 1, "start": start, "label": "t", "css": "p {}",
    }  # fmt: skip


class Parsed(HTMLParser):
    """The images and scripts of a piece of HTML, as a browser reads it."""

    def __init__(self, html):
        super().__init__()
        self.images, self.scripts, self.inside = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.inside = tag == "script"
        if tag == "img":
            self.images.append(dict(attributes))
        elif tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, text):
        if self.inside:
            self.scripts[-1] += text


# --- compressed ------------------------------------------------------------------------------------------------------


def unpacked(text):
    return zlib.decompress(base64.b64decode(text), wbits=-15).decode()


def rare(n, ratio=1.7):
    """A text whose rarest letters are so rare that their codes would be longer than 15 bits."""
    letters = list("".join(chr(65 + k) * int(ratio**k) for k in range(n)))
    random.Random(0).shuffle(letters)
    return "".join(letters)


TEXTS = {
    "nothing": "", "one letter": "a", "one letter, often": "a" * 100_000,
    "far back": "abcde" + "x" * 32760 + "abcde", "too far": "abcde" + "".join(map(str, range(9000))) + "abcde",
    "Korean": "나는 밥을 먹었다. 나는 밥을.",
    "all bytes": "".join(map(chr, range(256))) * 2, "rare letters": rare(20), "piece of 258": "q" + "ab" * 129 + "z",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_compressed_comes_back(text):
    assert unpacked(deflate(text)) == text


def test_random_texts_come_back():
    rng = random.Random(1)
    for size in (10, 1000, 20_000):
        text = "".join(rng.choice('ab0123456789,.#"[]') for _ in range(size))
        text += text[size // 3 : size // 2]
        assert unpacked(deflate(text)) == text


def test_it_is_nearly_as_small_as_with_zlib():
    text = (ROOT / "seqlib" / "saved.py").read_text("utf-8")
    assert len(deflate(text)) < 1.15 * len(base64.b64encode(zlib.compress(text.encode(), 9)))


def test_the_bytes_are_the_same_on_every_machine():
    text = json.dumps([f"#{k * 7919 % 4096:03x}" for k in range(2000)])
    assert (
        hashlib.sha256(deflate(text).encode()).hexdigest()
        == "929931e483288d04d04ac6f5302ea5a5b35aab47c58e0b00ab1566fdc4f38aec"
    )


# --- HTML ------------------------------------------------------------------------------------------------------------


def test_the_image_is_the_drawing_at_the_telling_step_and_says_what_it_shows():
    [image] = Parsed(saved.stepping(data())).images
    assert image["alt"] == ALT
    drawn = ET.fromstring(saved.drawing(saved.stepping(data())))
    assert drawn.find(saved.SVG + "text").text == "50% of <b>" and drawn.find(saved.SVG + "desc").text == "two"
    assert drawn.get("style") == "font-family:'A B'" and drawn.find(saved.SVG + "title").text == ALT
    assert ET.fromstring(saved.drawing(saved.stepping(data(t=3)))).find(saved.SVG + "text").text == "#c"
    for sign in "\n\t#":
        assert sign not in image["src"], "a browser reads no address with it as it is meant"


def test_the_values_come_back_from_the_script():
    html = saved.PLAYER.sub("", saved.stepping(data(t=3)))
    [script] = Parsed(html).scripts
    found = json.loads(unpacked(script.partition('"')[2].partition('"')[0]))
    assert found.pop("bindings") == [[{"attribute": "text", "values": ["a", "50% of <b>", "#c"]}, ["b0"]]]
    assert found == {"sentences": ["one", "two", "세 번째"], "t": 3, "label": "t"}, "the style comes with the player"


def test_values_that_are_alike_are_stored_once():
    many = data() | {"bindings": [{"id": f"b{k}", "attribute": "opacity", "values": ["1", "0"]} for k in range(300)]}
    many["svg"] = SVG.replace('<text id="b0"', "<g/>" + "".join(f'<g id="b{k}"/>' for k in range(300)) + '<text id="x"')
    assert len(saved.stepping(many)) - len(many["svg"]) < 10_000


def test_the_first_picture_of_a_process_brings_the_player():
    code = (
        "from seqlib import saved\nfrom tests.test_saved import data\n"
        "print([bool(saved.PLAYER.search(saved.stepping(data()))) for _ in range(3)])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[True, False, False]"


# --- the notebook ----------------------------------------------------------------------------------------------------


def shown(html, view="m0", text="<Stepper>"):
    return {
        "output_type": "display_data", "metadata": {saved.VIEW: {}},
        "data": {"text/plain": text, saved.HTML: html, **({saved.VIEW: {"model_id": view}} if view else {})},
    }  # fmt: skip


def notebook(*outputs, states=None):
    metadata = {"kernelspec": {"name": "python3"}}
    if states is not None:
        metadata["widgets"] = {saved.STATE: {"version_major": 2, "state": states}}
    cells = [{"cell_type": "markdown", "source": "x"}]
    cells += [{"cell_type": "code", "source": "y", "outputs": [output]} for output in outputs]
    return {"cells": cells, "metadata": metadata}


def htmls(tidied):
    return [output["data"].get(saved.HTML) for cell in tidied["cells"][1:] for output in cell["outputs"]]


def state(name, **fields):
    return {"model_name": name, "model_module": "m", "state": fields}


def bare(html):
    return saved.PLAYER.sub("", html)


def test_the_view_goes_and_one_player_stays_with_the_first_picture():
    stepping = bare(saved.stepping(data()))
    still = saved.picture(SVG, ALT)
    tidied = saved.tidy(notebook(shown(still, None), shown(stepping), shown(stepping, "m1")))
    one, two, three = htmls(tidied)
    assert (one, bare(two), three) == (still, stepping, stepping) and saved.PLAYER.findall(two)
    assert len(Parsed(two).scripts) == 2 and two.endswith("</script></div>")
    assert saved.VIEW not in json.dumps(tidied)
    assert saved.tidy(copy.deepcopy(tidied)) == tidied, "saving twice gives the same"
    del tidied["cells"][2]
    one, three = htmls(saved.tidy(tidied))
    assert one == still and saved.PLAYER.findall(three), "whoever is first now brings the player"


def test_html_in_lines_as_files_have_it_is_read_too():
    stepping = bare(saved.stepping(data()))
    [html] = htmls(saved.tidy(notebook(shown([stepping[:9], stepping[9:]]))))
    assert bare(html) == stepping


def test_what_was_shown_last_is_kept_also_when_the_kernel_is_gone():
    before, after = data(), data(t=3)
    live = state("AnyModel", _esm="…", layout="IPY_MODEL_l", **after)
    states = {"gone": live, "l": state("LayoutModel")}
    tidied = saved.tidy(notebook(shown(saved.stepping(before), "gone"), states=states))
    assert list(map(bare, htmls(tidied))) == [bare(saved.stepping(after))]
    assert "widgets" not in tidied["metadata"]
    again = saved.tidy(notebook(shown(saved.stepping(before), "gone"), states={}))
    assert htmls(again) == htmls(tidied)
    other = saved.tidy(notebook(shown(saved.stepping(before), "never seen"), states={}))
    assert bare(htmls(other)[0]) == bare(saved.stepping(before))


def test_a_box_says_where_its_controls_stand_what_it_says_and_shows_its_picture():
    states = {
        "box": state("VBoxModel", children=["IPY_MODEL_row", "IPY_MODEL_said", "IPY_MODEL_button", "IPY_MODEL_p"]),
        "row": state("HBoxModel", children=["IPY_MODEL_f", "IPY_MODEL_m", "IPY_MODEL_c", "IPY_MODEL_t"]),
        "f": state("FloatSliderModel", description="f", value=0.9),
        "m": state("ToggleButtonsModel", _options_labels=["keep", "write"], index=1, description="z"),
        "c": state("CheckboxModel", description="clip"),
        "t": state("TextModel", description="sentence", value="<b>cat</b>"),
        "said": state("HTMLModel", value='<span role="status">Not known: &lt;i&gt;</span>'),
        "button": state("LabelModel", value="not seen", layout="IPY_MODEL_none"),
        "none": state("LayoutModel", display="none"),
        "p": state("AnyModel", **data(t=2)),
    }
    [html] = map(bare, htmls(saved.tidy(notebook(shown(saved.stepping(data()), "box"), states=states))))
    told, _, rest = html.removeprefix(saved.PICTURE).partition("</p>")
    assert told == "<p>f 0.9 · z write · clip – · sentence &lt;b&gt;cat&lt;/b&gt;"
    assert rest == "<p>Not known: &lt;i&gt;</p>" + bare(saved.stepping(data(t=2))) + "</div>"


def test_a_training_says_how_it_ended():
    states = {
        "box": state("HBoxModel", children=["IPY_MODEL_bar", "IPY_MODEL_text", "IPY_MODEL_rate", "IPY_MODEL_x"]),
        "bar": state("IntProgressModel", value=30, max=30),
        "text": state("LabelModel", value="step 30 of 30, loss 0.012"),
        "rate": state("LabelModel", value="· 9 a second"),
        "x": state("AnyModel", sentence="The kernel is gone."),
    }
    tidied = saved.tidy(notebook(shown(saved.sentence("A training of 30 steps."), "box"), states=states))
    assert htmls(tidied) == [f"{saved.PICTURE}<p>step 30 of 30, loss 0.012 · 9 a second</p></div>"]


def test_what_is_not_ours_is_left_alone():
    foreign = shown("<b>a slider</b>", "s")
    alone = notebook(foreign, states={"s": state("IntSliderModel")})
    assert saved.tidy(copy.deepcopy(alone)) == alone
    assert htmls(saved.tidy(notebook(foreign, shown(saved.stepping(data())))))[0] == "<b>a slider</b>"
    assert saved.VIEW in foreign["data"]


def test_a_notebook_of_before_loses_its_dead_views():
    old = {"output_type": "display_data", "metadata": {}}
    old["data"] = {"text/plain": "<Stepper: 5 steps, t = 5>", "image/svg+xml": SVG, saved.VIEW: {"model_id": "x"}}
    [output] = saved.tidy(notebook(old))["cells"][1]["outputs"]
    assert set(output["data"]) == {"text/plain", "image/svg+xml"}


# --- the server ------------------------------------------------------------------------------------------------------


def test_the_server_tidies_notebooks_before_it_writes_them(tmp_path):
    import nbformat
    from jupyter_server.services.contents.largefilemanager import LargeFileManager
    from nbformat import v4

    class Server:
        contents_manager = LargeFileManager(root_dir=str(tmp_path))

    output = v4.new_output("display_data", shown(saved.stepping(data()))["data"])
    made = v4.new_notebook(cells=[v4.new_code_cell("x", outputs=[output])])
    saved._load_jupyter_server_extension(Server)
    Server.contents_manager.save({"type": "notebook", "content": made, "format": "json"}, "/a.ipynb")
    Server.contents_manager.save({"type": "file", "content": saved.VIEW, "format": "text"}, "/a.txt")
    [cell] = nbformat.read(tmp_path / "a.ipynb", as_version=4).cells
    assert set(cell.outputs[0].data) == {"text/plain", "text/html"}
    assert (tmp_path / "a.txt").read_text() == saved.VIEW


def test_the_server_finds_the_extension_and_loads_no_picture_for_it():
    """The environment's Jupyter reads this file, which is installed with the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    [(folder, place)] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"].items()
    assert place == "etc"
    config = json.loads((ROOT / folder / "jupyter/jupyter_server_config.d/seqlib.json").read_text("utf-8"))
    [name] = config["ServerApp"]["jpserver_extensions"]
    [point] = saved._jupyter_server_extension_points()
    assert point == {"module": name}
    code = f"import sys, {name}; print({{'matplotlib', 'ipywidgets'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
