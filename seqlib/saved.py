"""What a notebook keeps of its pictures.

A live picture is a widget, and a widget needs its kernel: a notebook that was saved and is opened again has none. So
every output also holds HTML: the drawing as an ``<img>`` with its alternative text, which JupyterLab shows to all, and
a script with the values, which steps where the notebook is trusted, with no kernel and no widgets. The player itself
stands once in a notebook, with the first picture. When a notebook is saved, `tidy` drops the widgets and keeps what
they showed last: the server calls it before it writes (`_load_jupyter_server_extension`), and so does
``tools/execute.py``.
"""

import itertools
import json
import re
import xml.etree.ElementTree as ET
from functools import cache, lru_cache
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

from .deflate import deflate
from .player import ALONE, module, style

SVG = "{http://www.w3.org/2000/svg}"
HTML, VIEW, STATE = "text/html", "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
PICTURE = '<div class="seqlib-picture">'
PLAYER = re.compile(r'<script class="seqlib-player">.*?</script>', re.DOTALL)
PLAYGROUND = ("recipe", "given", "rows", "makers", "state", "failed", "note")  # what only a picture that recomputes has
HEAVY = 30_000  # signs of what it is given: a model that large stays out of the notebook, and its picture only steps
CONTROLS = re.compile("(.*Slider|.*Text|Checkbox|Dropdown|ToggleButtons)Model")
_state = {"carried": False}


# --- HTML ------------------------------------------------------------------------------------------------------------


def filled(svg, bindings, sentences, t):
    """Return a drawing at step `t`, from 1, as the player would show it."""
    ET.register_namespace("", SVG[1:-1])
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(svg)
    root.find(SVG + "desc").text = sentences[t - 1]
    elements = {element.get("id"): element for element in root.iter()}
    for binding in bindings:
        value = binding["values"][min(t, len(binding["values"])) - 1]
        if binding["attribute"] == "text":
            elements[binding["id"]].text = value
        else:
            elements[binding["id"]].set(binding["attribute"], value)
    return ET.tostring(root, encoding="unicode")


def image(svg, alt):
    """Return a drawing as an ``<img>`` that says what it shows.

    The drawing is written out, not in base64, which would take a third more; what an address, an attribute or a
    cautious reader of HTML stumbles over is escaped.
    """
    svg = re.sub(r"<[^>]*>", lambda tag: tag[0].replace("'", "&apos;").replace('"', "'"), svg)
    for sign in '%#&"\n\t\r':
        svg = svg.replace(sign, f"%{ord(sign):02X}")
    svg = svg.replace("</title", "%3C/title").replace("<style", "%3Cstyle").replace("</style", "%3C/style")
    return f'<img alt="{escape(alt)}" src="data:image/svg+xml;charset=utf-8,{svg}">'


def drawing(html):
    """Return the drawing in what `picture` or `stepping` returned; None if there is none."""
    found = re.search(r'<img [^>]*? src="data:image/svg\+xml[^,]*,([^"]*)">', html)
    return found and unquote(found[1])


def picture(svg, alt):
    """Return the HTML of a picture that does not step."""
    return f"{PICTURE}{image(svg, alt)}</div>"


def sentence(text):
    """Return the HTML of something that has no picture, only a sentence."""
    return f"{PICTURE}<p>{escape(text)}</p></div>"


def stepping(data, drawing=None):
    """Return the HTML of a picture that steps where its script may run; the first of a process brings the player.

    Parameters
    ----------
    data : dict
        What `Scene.player_data` returns. The image shows the step that was chosen, or the telling one.
    drawing : str, optional
        The image, as SVG, where the values of its bindings are not all there is to it.
    """
    html = _stepping(_data(data), drawing)
    if not _state["carried"]:
        _state["carried"] = True
        html = _with_player(html)
    return html


@lru_cache(maxsize=64)  # a notebook is saved every two minutes, and few of its pictures have changed
def _stepping(data, drawing=None):
    data = json.loads(data)
    svg, start = data.pop("svg"), data.pop("start")
    shown = start if data["t"] == data.pop("begin") else data["t"]  # nobody has stepped: the telling step
    drawing = drawing or filled(svg, data["bindings"], data["sentences"], shown)
    alt = ET.fromstring(svg).find(SVG + "title").text
    if "choices" in data:  # what is shown stands here once
        shown = {**data, "svg": svg}
        data["choices"] = [[name, None if has.items() <= shown.items() else has] for name, has in data["choices"]]
    for part in (data, *(has for _, has in data.get("choices", ()) if has and "bindings" in has)):
        part["bindings"] = _grouped(part["bindings"])
    told = "".join(f',"{text}"' for text in _packed(data) if text)
    script = f"<script>(self.seqlib1??=[]).push([document.currentScript{told}])</script>"
    return f"{PICTURE}{image(drawing, alt)}{script}</div>"


def _grouped(bindings):
    """What takes the same values stands together: [[{attribute, values, …}, [id, …]], …]."""
    groups = {}
    for binding in bindings:
        shared = {name: binding[name] for name in binding if name != "id"}
        groups.setdefault(json.dumps(shared), (shared, []))[1].append(binding["id"])
    return list(groups.values())


def _packed(data):
    """Plain data as two texts: packed, and the arrays of what a picture is given, which are as short as they can be."""
    arrays = []
    data = {name: _apart(value, arrays) if name == "given" else value for name, value in data.items()}
    return deflate(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)), " ".join(arrays)


def left_out(state):
    """What a picture recomputes from where a notebook is too small for it: two texts, see `_packed`; None elsewhere."""
    if not _is_heavy(state):
        return None
    return _packed({name: state[name] for name in (*PLAYGROUND, *state["state"])})


def _is_heavy(state):
    return len(json.dumps(state.get("given"))) > HEAVY


def _apart(given, arrays):
    """Plain data with a number in place of each array's text, its place in `arrays`."""
    if isinstance(given, list):
        return [_apart(value, arrays) for value in given]
    if not isinstance(given, dict):
        return given
    if given.keys() == {"shape", "data"}:
        arrays.append(given["data"])
        return {**given, "data": len(arrays) - 1}
    return {name: _apart(value, arrays) for name, value in given.items()}


def _with_player(html):
    return html.removesuffix("</div>") + _player() + "</div>"


@cache
def _player():
    """The script that makes all pictures of its page step, whether they stand before it or after."""
    script = (Path(__file__).parent / "widgets" / "saved.js").read_text(encoding="utf-8")
    source = module() + ALONE + "export { alone };\n"
    script = _bare(script).replace("%player%", deflate(_bare(source))).replace("%css%", deflate(_bare(style())))
    return f'<script class="seqlib-player">{script}</script>'


def _bare(source):
    """JavaScript or CSS without the lines that are comments, and without indentation."""
    source = re.sub(r"^\s*/\*.*?\*/\n", "", source, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^\s*//.*\n|^\s+", "", source, flags=re.MULTILINE)


# --- what a widget showed last -------------------------------------------------------------------------------------


def _shown(states, model):
    """What a widget shows, as HTML, from the states of all widgets: settings and words, then pictures."""
    settings, rest = [], []

    def look(model):
        kind, state = states[model]["model_name"], states[model]["state"]
        if states.get(_reference(state.get("layout")), {"state": {}})["state"].get("display") == "none":
            return
        if "svg" in state and "bindings" in state:
            settings.extend(_set(state))
            rest.append(_stepping(_data(state)))
            rest.extend([f"<p>{escape(state['note'])}</p>"] if state.get("note") else [])
        elif CONTROLS.fullmatch(kind):
            settings.append(_setting(kind, state))
        elif kind in ("LabelModel", "HTMLModel") and (text := _words(kind, state)):
            if rest and rest[-1].startswith("<p>"):
                rest[-1] = rest[-1].replace("</p>", f" {text}</p>")
            else:
                rest.append(f"<p>{text}</p>")
        for child in state.get("children", []):
            look(_reference(child))

    look(model)
    told = [f"<p>{escape(' · '.join(settings))}</p>"] if settings else []
    html = "".join(told + rest)
    return html if html.startswith(PICTURE) and len(rest) == 1 else f"{PICTURE}{html}</div>"


def _reference(name):
    return str(name).removeprefix("IPY_MODEL_")


def _data(state):
    """The part of a stepper's state that is the picture's, and what it recomputes from."""
    other = {"css", "layout", "tabbable", "tooltip"} | (set() if state.get("choices") else {"choices"})
    if _is_heavy(state):
        other.update(PLAYGROUND, state.get("state", ()))
    return json.dumps({name: state[name] for name in state if name[0] != "_" and name not in other}, sort_keys=True)


def _words(kind, state):
    text = state.get("value", "")
    # An HTML widget of ours holds one sentence in one element, and what was typed in it is escaped.
    return escape(unescape(re.sub(r"<[^>]*>", "", text)) if kind == "HTMLModel" else text)


def _setting(kind, state):
    value = state.get("value", "")
    if "_options_labels" in state:
        value = state["_options_labels"][state.get("index") or 0]
    elif kind == "CheckboxModel":
        value = "✓" if value else "–"
    elif kind.endswith("SliderModel"):
        value = f"{value or 0:g}"
    return f"{state.get('description', '')} {value}".strip()


def _set(state):
    """Where the controls of a picture that recomputes stand; what other controls are, the picture tells."""
    for control in itertools.chain(*state.get("rows", ())):
        kind, label, value = control["kind"], control.get("label"), state.get(control.get("of", control["name"]))
        if kind == "slider":
            yield f"{label} {value:.{control['digits']}f}"
        elif kind == "check":
            yield f"{label} {'✓' if value else '–'}"
        elif kind == "text":
            yield f"{label} {value[state[control['by']]] if 'by' in control else value}"
        elif kind in ("choice", "select"):
            chosen = next(text for text, of in control["options"] if of == value)
            yield f"{label} {chosen}" if label else chosen


# --- the notebook ----------------------------------------------------------------------------------------------------


def tidy(notebook):
    """Let a notebook keep what its widgets showed last, and drop the widgets.

    Only what this library has shown is touched. Saving twice gives the same.

    Parameters
    ----------
    notebook : dict
        As nbformat 4 has it; changed in place, and returned.
    """
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", []) if _is_ours(output)]
    if not outputs:
        return notebook
    states = notebook["metadata"].pop("widgets", {}).get(STATE, {}).get("state", {})
    has_player = False
    for output in outputs:
        data = output["data"]
        view = data.pop(VIEW, None)
        output.get("metadata", {}).pop(VIEW, None)
        if HTML not in data:
            continue
        html = _last(view["model_id"], states, _joined(data[HTML])) if view else _joined(data[HTML])
        html = PLAYER.sub("", html)
        if not has_player and "<script>" in html:
            html, has_player = _with_player(html), True
        data[HTML] = html
    return notebook


def _is_ours(output):
    data = output.get("data", {})
    return PICTURE in _joined(data.get(HTML, "")) or {VIEW, "image/svg+xml"} <= set(data)


def _joined(text):
    return text if isinstance(text, str) else "".join(text)


_kept = {}  # what a widget showed last, by its model: its kernel may be gone when its notebook is saved once more


def _last(model, states, html):
    # Over updates the values are in a table that only the player reads: such a picture stays as its cell drew it.
    if model in states and "updates" not in states[model]["state"].get("extras", {}):
        _kept.pop(model, None)  # what is new stands last
        _kept[model] = _shown(states, model)
        while len(_kept) > 1000:
            del _kept[next(iter(_kept))]
    return _kept.get(model, html)


# --- the server ------------------------------------------------------------------------------------------------------


def _before_saving(model, **_):
    if model["type"] == "notebook" and model.get("content"):
        tidy(model["content"])


def _jupyter_server_extension_points():
    return [{"module": "seqlib.saved"}]


def _load_jupyter_server_extension(server):
    server.contents_manager.register_pre_save_hook(_before_saving)
