"""A page of its own for the player: its JavaScript as one module, and a scene in a page that needs nothing else.

The player is written as small ES modules in ``seqlib/widgets/js``. They are read as text and never imported: draw knows
no widget.
"""

import json
import re
from functools import cache
from html import escape
from pathlib import Path

from .. import words

FOLDER = Path(__file__).parents[1] / "widgets" / "js"
IMPORT = re.compile(r'^import \{.*\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=function|class|const|let)", re.MULTILINE)


@cache
def module(name="main"):
    """Return a file of the player and all that it imports as the text of one ES module.

    Each file comes once, after those that it imports; what they import from and export to each other is dropped, so
    names at the top of a file must be unique. What ``export default`` stands before is still exported.
    """
    joined = {}

    def join(name):
        if name in joined:
            return
        source = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
        joined[name] = ""  # so that two files that import each other end here
        before = [imported[1] for imported in IMPORT.finditer(source)]
        for other in before:
            join(other)
        del joined[name]
        joined[name] = EXPORT.sub("", IMPORT.sub("", source))

    join(name)
    return "\n".join(joined.values())


def style():
    """Return the player's style, which belongs inside its shadow tree."""
    return (FOLDER / "style.css").read_text(encoding="utf-8")


def page(data, title):
    """Return one self-contained HTML page that shows a scene, given as `Scene.player_data`."""
    # "<" is escaped so that no token can end the script element.
    data = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    player = module().replace("export default", "const player =", 1)
    fields = {"lang": words.language(), "title": escape(title), "data": data, "player": player}
    return re.sub(r"%(\w+)%", lambda match: fields[match[1]], PAGE)


PAGE = """<!DOCTYPE html>
<html lang="%lang%">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%title%</title>
<style>
:root { color-scheme: light dark; background: Canvas; font-family: system-ui, sans-serif }
h1 { margin: 0 0 1rem; font-size: 1rem; font-weight: normal }
body { margin: 2rem auto; padding: 0 1rem; max-width: 60rem }
</style>
</head>
<body>
<main>
<h1>%title%</h1>
<div id="player"></div>
</main>
<script id="data" type="application/json">%data%</script>
<script type="module">
%player%
// A model like a widget's, but with no kernel behind it.
const data = JSON.parse(document.getElementById("data").textContent), listeners = {};
const model = {
  get: (name) => data[name],
  set(name, value) {
    if (data[name] === value) return;
    data[name] = value;
    for (const listener of listeners[`change:${name}`] ?? []) listener();
  },
  on(name, listener) { (listeners[name] ??= []).push(listener) },
  off() {},
  save_changes() {},
};
player.render({ model, el: document.getElementById("player") });
</script>
</body>
</html>
"""
