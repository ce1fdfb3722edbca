"""A scene in a page of its own that needs nothing else."""

import json
import os
import re
from html import escape
from pathlib import Path

from .. import refused, words
from ..doors import shown
from ..player import ALONE, module


def page(data, title, player=None):
    """Return one self-contained HTML page that shows a scene, given as `Scene.player_data`.

    `player` is the module that shows it, by default the player.
    """
    # "<" is escaped so that no token can end the script element.
    data = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    player = (player or module()).replace("export default", "const player =", 1)
    fields = {"lang": words.language(), "title": escape(title), "data": data, "player": player, "alone": ALONE}
    return re.sub(r"%(\w+)%", lambda match: fields[match[1]], PAGE)


def save(path, text):
    """Write a page.

    Raises
    ------
    ValueError
        In one sentence: the path is none, or the system refuses it.
    """
    if not isinstance(path, str | os.PathLike) or not str(path).strip():
        raise ValueError(f"path must be the name of a file, such as 'picture.html', but {shown(path)} came.")
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise ValueError(refused.sentence(problem, f"{path!s:.60}")) from problem
    except ValueError as problem:  # a sign that no name of a file can have
        raise ValueError(f"path must be the name of a file, but {shown(path)} came.") from problem


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
%alone%
const data = JSON.parse(document.getElementById("data").textContent);
player.render({ model: alone(data), el: document.getElementById("player") });
</script>
</body>
</html>
"""
