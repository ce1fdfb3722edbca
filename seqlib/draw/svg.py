"""From a figure to SVG: drawn once, tagged, every binding resolved to one plain attribute."""

import io
import operator
import re
import sys
import warnings
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from functools import lru_cache

import matplotlib as mpl
import numpy as np
from matplotlib import patches
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.cbook import is_math_text
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import FigureBase
from matplotlib.lines import Line2D
from matplotlib.mathtext import MathTextParser
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text
from matplotlib.textpath import TextToPath

from ..doors import shown
from . import style
from .binding import ATTRIBUTES, GEOMETRY, Binding, Goto, Moves, Open, check, clean

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PARTS = {"text": ("text", "text"), "points": ("path", "d"), "pixels": ("image", "href")}  # of an artist's group
NO_GLYPH = "¤"
KNOWN_PARTS = (FigureBase, Axis, Tick, Spine)  # what they look like follows from their axes
ET.register_namespace("", SVG[1:-1])
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def draw(fig, bindings, T, alt):
    """Draw `fig` once and close it.

    Returns
    -------
    svg : str
        The drawing, open at every bound attribute.
    bindings : list of dict
        ``{"id", "attribute", "values"}``, and a text's ``"name"``.
    moves : list of dict
        ``{"ids", "from", "by", "when", "step"}``.
    root : Element
        The drawing as a tree, for `resolve` with other values.
    """
    with style.ours():
        return _draw(fig, bindings, T, alt)


def _draw(fig, bindings, T, alt):
    ids = {}  # artist -> id, in the order of the bindings: the same on every run
    shared = _shared[-1] if _shared else {}
    for n, binding in enumerate(bindings):
        check(binding, f"bindings[{n}]", fig, T)
        for artist in _artists(binding):
            artist.set_gid(ids.setdefault(artist, f"b{len(ids)}"))
        if isinstance(binding, Binding) and binding.what == "text":
            _prepare_text(binding.artist, f"bindings[{n}]")
    fig.set_dpi(72)  # the SVG's user unit is the point; so transData then gives user units
    look = (_look(fig, bindings), alt) if _shared else None
    if look in shared:
        svg, root, places = shared[look]
        fig.set_layout_engine("none")  # it would only work while something is drawn: the axes stand where they stood
        for ax, place in zip(fig.axes, places, strict=True):
            ax.set_position(place)
        resolved, moves = resolve(root, fig, bindings, T), _moves(root, fig, bindings)
        _close(fig)
        return svg, resolved, moves, root
    root = _save(fig)
    resolved, moves = resolve(root, fig, bindings, T), _moves(root, fig, bindings)
    _finish(root, fig, alt, tips=any(b["attribute"] == "aria-label" for b in resolved))
    _close(fig)
    svg = ET.tostring(root, encoding="unicode")
    shared[look] = svg, root, [ax.get_position() for ax in fig.axes]
    return svg, resolved, moves, root


_shared = []  # for each `drawn_once` that is open, the drawings made in it, by how their figures look


@contextmanager
def drawn_once():
    """In here, figures that differ in nothing but what is bound share the drawing of the first: half the time."""
    _shared.append({})
    try:
        yield
    finally:
        _shared.pop()


def _look(fig, bindings):
    """All that a drawing depends on but the bound values: equal only for figures that are drawn alike."""
    bound = {id(artist) for binding in bindings for artist in _artists(binding)}
    look = [type(fig.get_layout_engine()), tuple(fig.get_size_inches())]
    look += [
        (type(b), *(artist.get_gid() for artist in _artists(b)), getattr(b, "what", None), getattr(b, "t", None))
        for b in bindings
    ]
    for artist in fig.findobj():
        of = [type(artist), artist.get_gid(), artist.get_visible(), artist.get_zorder(), artist.get_alpha()]
        if isinstance(artist, Axes):
            of += [
                artist.viewLim.extents.tobytes(),
                artist.get_position().extents.tobytes(),
                artist.get_xscale(),
                artist.get_yscale(),
            ]
        elif isinstance(artist, Text):
            of += [artist.get_size(), artist.get_transform().transform(artist.get_position()).tobytes()]
            of += [] if id(artist) in bound else [artist.get_text(), to_hex(artist.get_color())]
        elif id(artist) in bound:
            pass
        elif isinstance(artist, Line2D):
            of += [
                artist.get_xydata().tobytes(),
                artist.get_linestyle(),
                artist.get_marker(),
                to_hex(artist.get_color()),
            ]
        elif isinstance(artist, patches.Patch):
            path = artist.get_transform().transform_path(artist.get_path())
            of += [path.vertices.tobytes(), to_rgba(artist.get_facecolor()), to_rgba(artist.get_edgecolor())]
        elif not isinstance(artist, KNOWN_PARTS):
            of.append(object())  # an image, a collection: nothing is known of it, so it is like no other
        look.append(tuple(of))
    return tuple(look)


def resolve(root, fig, bindings, T):
    """Turn bindings into ``{"id", "attribute", "values"}``, and open these attributes in the drawing."""
    elements = {element.get("id"): element for element in root.iter()}
    resolved = []
    for artist, group in _by_artist(bindings).items():
        element = elements.get(artist.get_gid())
        where = " and ".join(f"bindings[{n}]" for n in group)
        if element is None and isinstance(artist, Annotation):
            raise ValueError(f"{where}: {artist} has no text, only an arrow; bind its .arrow_patch.")
        if element is None:
            raise ValueError(f"{where}: {artist} is not drawn; make it visible or leave the binding out.")
        resolved += _Resolver(root, fig, artist, element, where).resolve(group, T)
    return resolved


def geometry(artist, fig):
    """How an artist's own coordinates become units of the drawing, as plain data.

    Returns
    -------
    dict
        ``"x"`` and ``"y"``: [whether the axis is logarithmic, factor, offset]; ``"anchor"``, the point that a move puts
        somewhere else; and of a Rectangle its ``"size"``.
    """
    anchor, transform = _Resolver(None, fig, artist, None, "geometry")._anchor()
    depends = transform.contains_branch_seperately(artist.axes.transData) if artist.axes else (False, False)
    scales = [artist.axes.get_xscale(), artist.axes.get_yscale()] if artist.axes else ["linear"] * 2
    one, ten = transform.transform([(1, 1), (10, 10)]) * [1, -1] + [0, fig.get_figheight() * 72]
    found = {"anchor": [float(v) for v in anchor]}
    for k, axis in enumerate("xy"):
        log = bool(depends[k]) and scales[k] == "log"
        factor = (ten[k] - one[k]) / (1 if log else 9)
        found[axis] = [log, float(factor), float(one[k] - (0 if log else factor))]
    if isinstance(artist, patches.Rectangle):
        found["size"] = [float(artist.get_width()), float(artist.get_height())]
    return found


def _prepare_text(artist, where):
    """See to it that matplotlib writes one <text> whose anchor does not depend on what is in it."""
    if not isinstance(artist, Text):
        raise ValueError(f"{where}: only a Text can be bound to text, got {type(artist).__name__}.")
    if artist.get_parse_math() and is_math_text(artist.get_text()):
        raise ValueError(f"{where}: {artist.get_text()!r} is mathtext; bind a Text of its own beside it, without $.")
    if "\n" in artist.get_text():
        raise ValueError(f"{where}: a bound Text has one line, got {artist.get_text()!r}; use one Text for each line.")
    artist.set_parse_math(False)  # a reader's token may hold a $
    artist.set_rotation_mode("anchor")  # otherwise a rotated text is placed by its width
    if not artist.get_text().strip():
        artist.set_text("0")  # matplotlib leaves out a text that is empty


class _Canvas(FigureCanvasSVG):
    """What a figure is drawn on; its layout is measured by ``get_renderer``."""


class _Formulas(MathTextParser):
    """A formula is taken apart once. Matplotlib does so again in each figure: half the time of a drawing."""

    def parse(self, s, dpi=72, prop=None, **options):
        return self._parsed(s, dpi, prop and prop.copy(), **options)

    @lru_cache(2000)  # noqa: B019 (there is one of it, for ever)
    def _parsed(self, *of, **options):
        return super().parse(*of, **options)


FORMULAS = TextToPath()
FORMULAS.mathtext_parser = _Formulas("path")


def _save(fig):
    """Let matplotlib write the figure, without anything that differs between two runs."""
    fig.patch.set_visible(False)  # the card is drawn by _finish
    file = io.StringIO()
    # Two images in one axes stay two: each may be bound.
    fixed = {"svg.fonttype": "none", "svg.hashsalt": "seqlib", "image.composite_image": False}
    nothing = dict.fromkeys(["Date", "Creator", "Format", "Type"])
    with mpl.rc_context(fixed), warnings.catch_warnings():
        # Text stays text: the reader's browser has the glyph that matplotlib's fonts lack.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        renderer = RendererSVG(*72 * fig.get_size_inches(), file, image_dpi=72, metadata=nothing)
        renderer._text2path = FORMULAS
        _Canvas(fig).get_renderer = lambda: renderer
        fig.draw(renderer)  # `savefig` would draw it twice, where a layout has to be measured
        renderer.finalize()
    if NO_GLYPH in file.getvalue():
        _refuse_mathtext_without_glyphs(fig)
    return ET.fromstring(file.getvalue())


def _refuse_mathtext_without_glyphs(fig):
    """One $ makes a whole text mathtext, and mathtext writes ¤ for a letter that its fonts lack: Hangul, for one."""
    for text in fig.findobj(Text):
        said = text.get_text()
        if text.get_parse_math() and is_math_text(said) and NO_GLYPH not in said and not said.isascii():
            raise ValueError(
                f"{said!r} has a $, so all of it is mathtext, which writes {NO_GLYPH} for letters that its fonts lack; "
                "put its words and its mathematics into two Texts, or write the symbols without $ (h₂)."
            )


def _by_artist(bindings):
    groups = {}
    for n, binding in enumerate(bindings):
        if isinstance(binding, Moves):
            continue
        groups.setdefault(binding.artist, {})[n] = binding
    return groups


def _artists(binding):
    """All artists that a binding names."""
    if not isinstance(binding, Moves):
        return [binding.artist]
    return [artist for artist in (*binding.artists, *binding.source) if isinstance(artist, Artist)]


def _moves(root, fig, bindings):
    """What moves, as plain data: which elements, how far away they begin (in the drawing's units), and when."""
    elements = {element.get("id"): element for element in root.iter()}
    made = []
    for n, moves in enumerate(bindings):
        if not isinstance(moves, Moves):
            continue
        first, from_artists = moves.artists[0], isinstance(moves.source[0], Artist)

        def place(artist, at=None, where=f"bindings[{n}]"):
            return _Resolver(root, fig, artist, elements.get(artist.get_gid()), where).place(at)

        start = place(moves.source[0]) if from_artists else place(first, at=moves.source)
        made.append(
            {
                "ids": [artist.get_gid() for artist in moves.artists],
                "from": [artist.get_gid() for artist in moves.source] if from_artists else [],
                "by": [float(_number(v)) for v in start - place(first)],
                "when": moves.when,
                "step": None if moves.step is None else operator.index(moves.step) + 1,
            }
        )
    return made


def _close(fig):
    # A pyplot figure would appear once more below the cell. Nothing to do where pyplot was never loaded.
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)


# --- bindings --------------------------------------------------------------------------------------------------------


class _Resolver:
    """Turn the bindings of one artist into plain attributes, and open these attributes in its drawing."""

    def __init__(self, root, fig, artist, element, where):
        self.root, self.artist, self.element, self.where = root, artist, element, where
        self.height = fig.get_figheight() * 72

    def resolve(self, group, T):
        bound, name = {}, None
        for n, binding in group.items():
            self.where = f"bindings[{n}]"
            if isinstance(binding, Goto):
                self._mark("data-goto", str(operator.index(binding.t) + 1))
            elif isinstance(binding, Open):
                self._mark_open(binding)
            elif binding.what in bound:
                self._fail(f"{binding.what} of {self.artist} is bound twice; leave one out")
            else:
                self.what = binding.what
                bound[binding.what] = getattr(self, f"_{binding.what}", self._plain)(binding.values)
                name = binding.name or name
        resolved = []
        geometry = {what: bound.pop(what) for what in GEOMETRY if what in bound}
        if geometry:
            resolved.append(self._place(geometry, T))
        for what, values in bound.items():
            if what in PARTS:
                tag, attribute = PARTS[what]
                resolved.append(self._bind(self._only(tag), attribute, values))
            else:
                resolved.append(self._bind(self.element, ATTRIBUTES[what], values))
        if name and "listed" in bound:
            next(one for one in resolved if one["attribute"] == ATTRIBUTES["listed"])["name"] = clean(name)
        elif name and isinstance(self.artist, Text):
            next((one for one in resolved if one["attribute"] == "text"), resolved[0])["name"] = clean(name)
        return resolved

    def _fail(self, message):
        raise ValueError(f"{self.where}: {message}.")

    def _bind(self, element, attribute, values):
        if element.get("id") is None:  # a part of the artist's group, such as its <text>
            element.set("id", self.element.get("id") + element.tag.removeprefix(SVG)[0])
        while len(values) > 1 and values[-1] == values[-2]:
            values = values[:-1]
        return {"id": element.get("id"), "attribute": attribute, "values": values}

    # One method for each kind of value: check it, and write it as SVG does.

    def _strings(self, values):
        for t, value in enumerate(values, 1):
            if not isinstance(value, str):
                self._fail(f"{self.what} must be strings, got {value!r} at t = {t}; format it first")
        return [clean(str(value)) for value in values]

    def _text(self, values):
        element = self._only("text")
        element.text = ""
        self._open(element, "white-space", add="pre")  # a token may begin with a space
        return self._strings(values)

    def _tip(self, values):
        self._mark("data-tip", "")
        self.element.set("tabindex", "0")
        return self._strings(values)

    def _listed(self, values):
        """Numbers for the table, as one text."""
        rows = [[self._entry(value, t) for value in row] for t, row in enumerate(values, 1)]
        if len({len(row) for row in rows}) != 1:
            self._fail(f"listed must be equally many at every step, got {sorted({len(row) for row in rows})}")
        return [" ".join(row) for row in rows]

    def _entry(self, value, t):
        if not isinstance(value, str) or " " in value:
            self._fail(f"listed must be texts without a space, got {value!r} at t = {t}; format them first")
        return clean(str(value))

    def _plain(self, values):
        """Colours: fill and stroke."""
        if self.what == "stroke" and isinstance(self.artist, Text):
            self._fail("a Text has no stroke; bind fill")
        self._open(self.element, self.what)
        return [self._colour(value, t) for t, value in enumerate(values, 1)]

    def _colour(self, value, t):
        try:
            alpha = to_rgba(value)[3]
        except (ValueError, TypeError):
            self._fail(f"{self.what} must be colours, got {value!r} at t = {t}; use hex colours such as those of style")
        if 0 < alpha < 1:
            self._fail(f"{self.what} must be colours without alpha, got {value!r} at t = {t}; bind opacity as well")
        return to_hex(value) if alpha else "none"

    def _numbers(self, values, shape):
        try:
            numbers = np.asarray(values, dtype=float)
        except (ValueError, TypeError):
            numbers = None
        if numbers is None or numbers.shape != shape:
            came = "something else" if numbers is None else f"shape {numbers.shape}"
            self._fail(f"{self.what} must be numbers of shape {shape}, got {came}")
        if not np.isfinite(numbers).all():
            t = int(np.argwhere(~np.isfinite(numbers))[0][0]) + 1
            self._fail(f"{self.what} must be finite, got {shown(values[t - 1])} at t = {t}")
        return numbers

    def _opacity(self, values):
        numbers = self._numbers(values, (len(values),))
        if numbers.min() < 0 or numbers.max() > 1:
            self._fail(f"opacity must be from 0 to 1, got {numbers.min():g} to {numbers.max():g}")
        self._open(self.element, "opacity", "fill-opacity", "stroke-opacity")
        return [_number(value) for value in numbers]

    def _line(self, values):
        numbers = self._numbers(values, (len(values),))
        if numbers.min() < 0:
            self._fail(f"line must be widths in pt, 0 or more, got {numbers.min():g}")
        self._open(self.element, "stroke-width")
        return [_number(value) for value in numbers]

    def _move(self, values):
        return self._numbers(values, (len(values), 2))

    def _points(self, values):
        if not isinstance(self.artist, Line2D) or self.artist.get_marker() not in ("None", "none", "", " ", None):
            self._fail(f"only a line without markers can be bound to points, got {type(self.artist).__name__}")
        m = np.shape(values[0])[0] if np.ndim(values[0]) == 2 else "m"
        points = self._numbers(values, (len(values), m, 2))
        self._only("path").set("d", "")  # open, like a text: scenes that differ in the curve have the same drawing
        transform = self.artist.get_transform()
        curves = [self._units(transform, curve, t) for t, curve in enumerate(points, 1)]
        return ["M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in curve) for curve in curves]

    def _pixels(self, values):
        image = self._only("image")
        if (image.get("width"), image.get("height")) != ("1", "1"):
            self._fail("pixels need an image of one pixel: imshow([[0]], extent=…, interpolation='none')")
        image.attrib.pop(HREF, None)
        image.set("preserveAspectRatio", "none")  # the box is the drawing's, however many pixels there are
        return self._strings(values)

    def _width(self, values):
        return self._numbers(values, (len(values),))

    _height = _width

    # Geometry: everything in the drawing's own units, y downwards.

    def _place(self, geometry, T):
        """A size rewrites the Rectangle's path (exact, however thin); a move alone is a translation."""
        anchor, transform = self._anchor()
        corners = np.broadcast_to(geometry.get("move", anchor), (T, 2))
        if set(geometry) == {"move"}:
            offsets = self._units(transform, corners) - self._units(transform, np.array([anchor]))
            self._wrap_clip()
            return self._bind(self.element, "transform", [f"translate({_number(x)} {_number(y)})" for x, y in offsets])
        if type(self.artist) is not patches.Rectangle or self.artist.get_angle():
            self._fail(f"width and height need an upright Rectangle, got {self.artist}")
        width = geometry.get("width", np.full(T, self.artist.get_width()))
        height = geometry.get("height", np.full(T, self.artist.get_height()))
        here, there = (self._units(transform, p) for p in (corners, corners + np.stack([width, height], axis=1)))
        box = [[_number(v) for v in row] for row in np.hstack([here, there])]
        return self._bind(self._only("path"), "d", [f"M{x} {y}H{x1}V{y1}H{x}z" for x, y, x1, y1 in box])

    def _units(self, transform, points, t=None):
        """Points in units of the drawing; one for every step, or all of step `t`."""
        units = transform.transform(points) * [1, -1] + [0, self.height]
        lost = ~(np.abs(units) < 1e4)  # matplotlib's logarithm of 0 is a place very far away
        if lost.any():
            n = int(np.argwhere(lost)[0][0])
            self._fail(f"the place at t = {t or n + 1} is far outside (a logarithmic axis has no 0), got {points[n]}")
        return units

    def place(self, at=None):
        """Where the artist's anchor stands in the drawing, or where the point `at` does."""
        anchor, transform = self._anchor()
        return self._units(transform, np.array([anchor if at is None else at], float))[0]

    def _anchor(self):
        """The point of the artist that a move puts somewhere else, and the transform it is given in."""
        artist = self.artist
        if isinstance(artist, Annotation):
            self._fail("an Annotation cannot be moved; use a Text")
        if isinstance(artist, Text):
            return artist.get_position(), artist.get_transform()
        if isinstance(artist, Line2D):
            return artist.get_xydata()[0], artist.get_transform()
        if isinstance(artist, patches.Ellipse):
            return artist.get_center(), artist.get_data_transform()
        if isinstance(artist, patches.Rectangle | patches.FancyBboxPatch):
            return (artist.get_x(), artist.get_y()), artist.get_data_transform()
        if isinstance(artist, patches.Polygon):
            return artist.get_xy()[0], artist.get_data_transform()
        if isinstance(artist, patches.PathPatch):
            return artist.get_path().vertices[0], artist.get_data_transform()
        self._fail(f"{type(artist).__name__} cannot be moved; move a Text, a line or a patch")

    # The drawing.

    def _only(self, tag):
        found = [element for element in self.element.iter(SVG + tag)]
        if tag == "path":
            found = [element for element in found if element.get("id") in (None, self.element.get("id") + "p")]
        if len(found) != 1:
            self._fail(f"{self.artist} was drawn with {len(found)} <{tag}> elements, not one; draw it plainly")
        return found[0]

    def _mark(self, attribute, value):
        self.element.set(attribute, value)
        self.element.set("pointer-events", "all")  # also where nothing is painted
        if "data-tip" in self.element.attrib:
            leads = {"data-goto", "data-open"} & set(self.element.attrib)
            self.element.set("role", "button" if leads else "img")

    def _mark_open(self, binding):
        if binding.view is not None:
            self.element.set("data-view", str(operator.index(binding.view)))
        if binding.t is not None:
            self.element.set("data-at", str(operator.index(binding.t) + 1))
        self._mark("data-open", clean(binding.to))

    def _open(self, element, *names, add=None):
        """Take properties out of every style inside, so that the attribute of the group is inherited."""
        parts = [part for part in element.iter() if part.tag.removeprefix(SVG) in ("path", "use", "text", "tspan")]
        for part in parts:
            css = _parse(part.get("style", ""))
            for name in names:
                # An arrow's shaft is not filled, whatever its head is.
                if not (css.get(name) == "none" and len(parts) > 1):
                    css.pop(name, None)
            if add:
                css[names[0]] = add
            part.set("style", _unparse(css))

    def _wrap_clip(self):
        """Lift the clip to a group outside: a moved artist is clipped where its axes end, not where it was drawn."""
        clips = {part.attrib.pop("clip-path") for part in self.element.iter() if "clip-path" in part.attrib}
        if not clips:
            return
        parent = next(element for element in self.root.iter() if self.element in list(element))
        wrapper = ET.Element(SVG + "g", {"clip-path": clips.pop()})
        parent[list(parent).index(self.element)] = wrapper
        wrapper.append(self.element)


def _parse(css):
    pairs = (part.split(":", 1) for part in css.split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def _unparse(css):
    return ";".join(f"{name}:{value}" for name, value in css.items())


# --- finishing -------------------------------------------------------------------------------------------------------


def _finish(root, fig, alt, tips):
    """Make a small, self-explaining card of matplotlib's SVG."""
    for element in list(root.iter()):
        _tidy(element)
    width, height = fig.get_figwidth() * 72, fig.get_figheight() * 72
    _drop_clips(root, (width, height))
    # Natural size (a CSS pixel is 3/4 pt), but not wider than what JupyterLab leaves beside its file browser on a small
    # projector: it shows a saved SVG as an image that cannot shrink.
    scale = min(4 / 3, 840 / width)
    root.set("width", _number(width * scale))
    root.set("height", _number(height * scale))
    root.set("style", f"max-width:100%;height:auto;font-family:{style.FONT_STACK}")
    root.set("role", "group" if tips else "img")  # what is inside an img is hidden from screen readers
    card = {"x": ".5", "y": ".5", "width": _number(width - 1), "height": _number(height - 1), "rx": "6"}
    title, desc = ET.Element(SVG + "title"), ET.Element(SVG + "desc")
    title.text = alt
    root[:0] = [title, desc, ET.Element(SVG + "rect", {**card, "fill": style.PAPER, "stroke": style.EDGE})]
    for metadata in root.findall(SVG + "metadata"):
        root.remove(metadata)


def _drop_clips(root, size):
    """Drop the clips of axes that fill the whole picture: it ends there anyway, and they are a tenth of its size."""
    whole = ("0", "0", *map(_number, size))
    for parent in list(root.iter()):
        for clip in parent.findall(SVG + "clipPath"):
            [rect] = clip
            if tuple(rect.get(name) for name in ("x", "y", "width", "height")) == whole:
                parent.remove(clip)
                for element in root.iter():
                    if element.get("clip-path") == f"url(#{clip.get('id')})":
                        del element.attrib["clip-path"]


def _tidy(element):
    tag = element.tag.removeprefix(SVG)
    if tag == "defs":
        for sheet in element.findall(SVG + "style"):
            element.remove(sheet)  # it would reach the whole page that the picture stands in
        for shape in element.findall(SVG + "path"):
            shape.attrib.pop("style", None)  # a marker's style stands on each <use>
    if element.get("id") == "figure_1":
        element.set("style", "stroke-linejoin:round;stroke-linecap:butt")  # what that sheet said
    if tag == "g" and element.get("id", "").startswith("legend_"):
        element.set("class", "legend")
    if tag == "g" and "_" in element.get("id", ""):
        del element.attrib["id"]  # matplotlib's own names, which nobody asks for
    if "style" in element.attrib:
        css = _parse(element.get("style"))
        if "Mono" not in css.get("font-family", "") and tag != "svg":
            css.pop("font-family", None)  # the root has the one stack of fonts
        element.set("style", _unparse(css))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name in ("d", "x", "y", "transform"):
        if name in element.attrib and "scale" not in element.get(name) and "matrix" not in element.get(name):
            value = re.sub(r"-?\d+\.\d+", lambda match: _number(float(match[0])), " ".join(element.get(name).split()))
            element.set(name, re.sub(r" ?([A-Za-z]) ", r"\1", value) if name == "d" else value)
    if tag not in ("text", "tspan") and element.text and not element.text.strip():
        element.text = None
    element.tail = None


def _number(value):
    """Write a number in SVG units: two decimals are a seventieth of a millimetre."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
