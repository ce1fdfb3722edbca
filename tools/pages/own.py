"""Notebooks of others, as a page needs them: with a name for each cell, and pictures that are in the page itself.

The lessons have none of this. Colab and older programs write cells without an id, JupyterLab keeps a pasted picture
beside its cell, and Matplotlib's pictures are outputs.
"""

import base64
import mimetypes
import re
from html import escape
from urllib.parse import unquote

from .maths import CODE

PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")  # the sharpest first
SHOWN = re.compile(
    rf"(?P<code>{CODE})"
    r"|!\[(?P<alt>[^\]\n]*)\]\((?P<url>[^)\s]+)[^)\n]*\)|<img\b[^>]*?\bsrc=[\"'](?P<src>[^\"']+)[\"'][^>]*>",
    re.DOTALL | re.MULTILINE,
)


def whole(cell, number, folder):
    """A cell with all that a page asks for.

    Parameters
    ----------
    cell : dict
    number : int
        Its place in the notebook, from 1: its name where it has none.
    folder : Path
        Where the notebook's pictures are.
    """
    metadata = cell.get("metadata") or {}
    parts = {name: metadata.get(name) or {} for name in ("slideshow", "course", "jupyter")}
    cell = {**cell, "id": cell.get("id") or f"cell-{number}", "outputs": cell.get("outputs") or []}
    cell["metadata"] = {**metadata, **parts, "tags": metadata.get("tags") or []}
    if cell["cell_type"] == "markdown":
        text = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        cell["source"] = SHOWN.sub(lambda found: _inside(found, cell.get("attachments") or {}, folder), text)
    return cell


def picture(data):
    """The address of an output's picture, with all of it inside; None where there is none."""
    kind = next((kind for kind in PICTURES if kind in data), None)
    return kind and _address(kind, data[kind] if isinstance(data[kind], str) else "".join(data[kind]))


def _address(kind, text):
    if kind == "image/svg+xml" and text.lstrip().startswith("<"):
        text = base64.b64encode(text.encode()).decode()
    return f"data:{kind};base64,{''.join(text.split())}"


def _inside(found, attachments, folder):
    """A picture of a text with all of it inside; where that cannot be, its words and its address."""
    url, alt = found["url"] or found["src"] or "", found["alt"] or ""
    if found["code"] or url.startswith("data:"):
        return found[0]
    address = picture(attachments.get(unquote(url.removeprefix("attachment:")), {}))
    kind, file = mimetypes.guess_type(url)[0], folder / unquote(url)
    if not address and kind in PICTURES and ":" not in url and file.is_file():
        address = f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
    return f'<img alt="{escape(alt)}" src="{address}">' if address else f"{alt} (<code>{escape(url)}</code>)".strip()
