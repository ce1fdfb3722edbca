"""Where the parts of a cell stand: learned sums below, states on rails along the top, wires between them.

Three steps, all of them the same on every run. *Place*: boxes are put into columns by their longest path from the
input, operations above what feeds them, and exchanged as long as wires become shorter, straighter and cross less.
*Space*: columns and rows become inches. *Route*: every wire looks for its way on a grid, and may cross others at right
angles, but never runs through a part or a label. Lengths are inches, y goes up.
"""

import heapq
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations

import numpy as np

from .own_graph import ORDERED

P = 0.14  # pitch of the grid
CLEAR = 0.07  # between a part and a wire that passes
WIDTH, HIGHEST = 10.0, 5.94  # what a projector holds together with the controls
LEFT, RIGHT = 1.0, 8.97  # of the cell's frame
IN, OUT = 3 * P, 68 * P  # middle of the columns of what comes in and of what goes out
FIRST = 8 * P  # where the first state turns down to the boxes
KEY = 0.36  # room for the key of colours, above the frame
LOW = 2  # height of the lowest of the ways along the bottom, in pitches
RADIUS, BOX = 0.2, 0.46
UP, DOWN, WEST, EAST = (0, 1), (0, -1), (-1, 0), (1, 0)
LONGEST_SEARCH = 60_000  # places that a wire may look at


class TooMuch(ValueError):
    """The cell does not fit the picture."""


@dataclass
class Element:
    """A box, a circle, or a column of numbers.

    Parameters
    ----------
    kind : {"box", "circle", "column"}
    node : int
    x, y : float
        Its middle; within a unit from the unit's own place.
    width, height : float
    name : str
        Of a column: which of the node's names it has.
    """

    kind: str
    node: int
    x: float
    y: float
    width: float
    height: float
    name: str = ""

    @property
    def rect(self):
        w, h = self.width / 2, self.height / 2
        return self.x - w, self.y - h, self.x + w, self.y + h


@dataclass
class Label:
    """A name beside a column, or above its `middle`: where its left lower corner is, and how large it is."""

    name: str
    node: int
    x: float
    y: float
    width: float
    height: float
    middle: bool = False

    @property
    def rect(self):
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass
class Wire:
    """The way from one part to another, or from a wire that is there already.

    Parameters
    ----------
    source, target : int
        Nodes; the target may be -1 - n for the n-th state on its way out, or None for the trunk of a bus.
    points : list of (float, float)
        Corners, from the source on.
    """

    source: int
    target: int
    points: list


@dataclass
class Unit:
    """What is moved as one: a box with the functions and the numbers above it, or a circle with its numbers."""

    elements: list
    labels: list = field(default_factory=list)
    col: int = 0
    row: int = 0
    x: float = 0.0
    y: float = 0.0
    stack: bool = False

    @property
    def extent(self):
        """What it covers; a label may stand nearer to a neighbour than a part."""
        rects = [part.rect for part in self.elements]
        rects += [(x0 + 0.14, y0, x1, y1 - 0.14) for x0, y0, x1, y1 in (label.rect for label in self.labels)]
        return (min(r[0] for r in rects), min(r[1] for r in rects), max(r[2] for r in rects), max(r[3] for r in rects))

    def element(self, node, last=False):
        """The part that takes what comes to the node, or the `last` one, which gives its value on."""
        return [e for e in self.elements if e.node == node][-1 if last else 0]


@dataclass
class Look:
    """How large the parts are.

    Parameters
    ----------
    tall, wide : float
        Of the column of a quantity of the cell.
    x_tall : float
        Of the column of x.
    label : callable
        name -> (width, height) of a quantity's name.
    sign : callable
        sign -> width of the circle that has it.
    """

    tall: float
    wide: float
    x_tall: float
    label: object
    sign: object


class Layout:
    """Where everything of a cell's picture stands.

    Parameters
    ----------
    graph : Graph
    look : Look
    gap, rise : float
        Least room between neighbours, and between rows; more of it makes more room for wires.

    Attributes
    ----------
    height : float
        Of the picture.
    elements, labels, wires : list
    dots : list of (int, (float, float))
        Where a wire leaves another: the node whose value both carry, and the place.
    frame : (float, float, float, float)

    Raises
    ------
    TooMuch
        The cell has no room.
    """

    def __init__(self, graph, look, gap=0.28, rise=0.2):
        self.graph, self.look, self.gap, self.rise = graph, look, gap, rise
        self.units, self.unit_of = units(graph, look)
        nodes = graph.nodes
        self.inputs = [index for index, node in enumerate(nodes) if node.kind == "in"]
        self.ends = {graph.of[state]: -1 - n for n, state in enumerate(graph.states)}
        # What comes in and feeds a box runs along the bottom: x below, above it the states.
        feeding = {arg for node in nodes if node.kind == "sum" for arg in node.args}
        self.buses = [index for index in (self.inputs[0], *self.inputs[:0:-1]) if index in feeding]
        if 0.6 + look.x_tall + len(graph.states) * (look.tall + 0.4) > HIGHEST:
            raise TooMuch("too many states")
        self.links = self._links()
        self.x_y = max(LOW * P, look.x_tall / 2 + 0.08)
        Placement(self).search()
        self._finish()
        Router(self).all()

    def _links(self):
        """(source, target) of all that is neither inside a unit nor from a bus to a box; -1 - n is the way out."""
        links = []
        for index, node in enumerate(self.graph.nodes):
            for arg in node.args:
                inside = arg in self.unit_of and self.unit_of[arg] is self.unit_of[index]
                if not inside and not (node.kind == "sum" and arg in self.buses):
                    links.append((arg, index))
        return links + [(self.graph.of[state], -1 - n) for n, state in enumerate(self.graph.states)]

    def along(self, a, b):
        """Whether a link is a piece of a state's rail."""
        for n, (state, rail) in enumerate(self.graph.rails.items()):
            stations = [self.graph.of[f"{state}_prev"], *rail, -1 - n]
            if rail and (a, b) in pairwise(stations):
                return True
        return False

    def bus_height(self, index):
        return (LOW + 2 * self.buses.index(index)) * P

    def end_row(self, n):
        """The unit in whose row the n-th state leaves, or None where it is what came in."""
        return self.unit_of.get(self.graph.of[self.graph.states[n]])

    def _finish(self):
        """What comes in and goes out, all in its place, and the size of the picture."""
        graph, look, self.end_at = self.graph, self.look, {}
        self.elements = [replace(e, x=u.x + e.x, y=u.y + e.y) for u in self.units for e in u.elements]
        self.labels = [replace(m, x=u.x + m.x, y=u.y + m.y) for u in self.units for m in u.labels]
        top = max(u.y + u.extent[3] for u in self.units)
        for n, state in enumerate(graph.states):
            y = self.state_y[n]
            for node, x, name in ((graph.of[f"{state}_prev"], IN, f"{state}_prev"), (graph.of[state], OUT, state)):
                self._end(node, x, y, name, look.tall)
            top = max(top, y + look.tall / 2 + 0.4)
            self.end_at[-1 - n] = OUT - look.wide / 2, y
            self.end_at[graph.of[f"{state}_prev"]] = IN + look.wide / 2, y
        self._end(self.inputs[0], IN, self.x_y, "x", look.x_tall)
        self.end_at[self.inputs[0]] = IN + look.wide / 2, LOW * P
        self.height = top + 0.08
        highest = max(max(u.y + u.extent[3] for u in self.units), max(self.state_y.values()) + 0.24)
        self.frame = LEFT, 0.14, RIGHT, highest + 0.1
        self.height = max(self.height, highest + 0.1 + KEY)
        if self.height > HIGHEST + 0.005:
            raise TooMuch("too high")
        if max(u.x + u.extent[2] for u in self.units) > RIGHT - 0.1:
            raise TooMuch("too wide")

    def _end(self, node, x, y, name, tall):
        self.elements.append(Element("column", node, x, y, self.look.wide, tall, name))
        width, height = self.look.label(name)
        left = min(max(x - width / 2, 0.05), WIDTH - 0.05 - width)
        self.labels.append(Label(name, node, left, y + tall / 2 + 0.06, width, height, middle=True))


# --- units ------------------------------------------------------------------------------------------------------------


def units(graph, look):
    """The units, and the one of every node."""
    made, unit_of, nodes = [], {}, graph.nodes
    on_rail = {index for rail in graph.rails.values() for index in rail}
    ends = {graph.of[state] for state in graph.states}
    for index, node in enumerate(nodes):
        if index in unit_of or node.kind == "in":
            continue
        chain = [index]
        while node.kind == "sum" and len(chain) < 3:  # what is done to a sum alone stands above its box
            last, users = nodes[chain[-1]], graph.users(chain[-1])
            after = users[0] if len(users) == 1 and chain[-1] not in ends else None
            plus = after is not None and not last.names and nodes[after].sign == "+"
            alone = after is not None and len(nodes[after].args) == 1
            if after in on_rail or not (plus or alone) or (len(chain) > 1 and not last.names) or after in unit_of:
                break
            if last.names and len(chain) > 1 and nodes[chain[-1]].sign != "+":
                break  # a value with a name keeps its numbers
            chain.append(after)
        unit = _unit(chain, nodes, look, ends)
        made.append(unit)
        unit_of |= dict.fromkeys(chain, unit)
    stood(made, look, ends)
    return made, unit_of


def _unit(chain, nodes, look, ends):
    """A box with the functions above it and its numbers on top, or a circle with its numbers at its right."""
    last, made = chain[-1], []
    stack = nodes[chain[0]].kind == "sum"
    column = None
    if nodes[last].names and last not in ends:
        column = Element("column", last, 0.0, 0.0, look.wide, look.tall, nodes[last].name)
    if not stack:
        wide = look.sign(nodes[last].sign)
        made.append(Element("circle", last, 0.0, 0.0, wide, 2 * RADIUS))
        if column:
            column.x = snapped(wide / 2 + 0.16 + look.wide / 2)
    else:
        box = chain[0]
        width = max(0.74, (len(nodes[box].args) - 1) * 2 * P + 0.3, look.label(nodes[box].sign)[0] + 0.2)
        made.append(Element("box", box, 0.0, 0.0, width, BOX))
        for k, index in enumerate(chain[1:]):
            made.append(Element("circle", index, 0.0, (k + 1) * 4 * P, look.sign(nodes[index].sign), 2 * RADIUS))
    unit = Unit(made + ([column] if column else []), stack=stack)
    if column:
        width, height = look.label(nodes[last].name)
        unit.labels.append(Label(nodes[last].name, last, column.x - 0.09 - width, look.tall / 2 + 0.06, width, height))
    return unit


def stood(units, look, ends):
    """Let all boxes stand on one line: measured from where their numbers stand, or what leaves the cell."""
    stacks = [unit for unit in units if unit.stack]
    deep = []
    for unit in stacks:
        column = unit.elements[-1].kind == "column"
        top = unit.elements[-2 if column else -1]
        if column:
            deep.append(top.y + snapped(top.height / 2 + 0.12 + look.tall / 2))
        elif top.node in ends:
            deep.append(top.y)
    for unit in stacks:
        for part in unit.elements:
            if part.kind != "column":
                part.y -= max(deep, default=0.0)
        if unit.elements[-1].kind != "column" and unit.elements[-1].node in ends:
            unit.elements[-1].y = 0.0


def snapped(length):
    """The length, made longer so that it ends on the grid."""
    return round(np.ceil(length / P - 1e-6) * P, 6)


# --- place ------------------------------------------------------------------------------------------------------------


class Placement:
    """Columns and rows of the units."""

    def __init__(self, layout):
        self.layout, self.graph, self.units = layout, layout.graph, layout.units
        self.number = {id(unit): n for n, unit in enumerate(self.units)}
        self.extent = np.array([unit.extent for unit in self.units])
        rails = {}  # state -> its units
        taken = set()
        for state in self.graph.states:
            own = dict.fromkeys(self.number[id(layout.unit_of[i])] for i in self.graph.rails[state])
            rails[state] = [n for n in own if n not in taken]
            taken |= set(own)
        self.rails = [group for group in rails.values() if group]
        self.free = [n for n, unit in enumerate(self.units) if n not in taken and not unit.stack]
        self.stacks = [n for n, unit in enumerate(self.units) if unit.stack]
        self.costs = {}  # of the orders of columns and rows that were tried
        self._read_links()

    def _read_links(self):
        """The links as numbers: from which unit (or end), from where in it, to which unit (or end), where in it."""
        layout, self.wires, self.near = self.layout, [], {n: set() for n in range(len(self.units))}
        number = {index: self.number[id(unit)] for index, unit in layout.unit_of.items()}
        for a, b in layout.links:
            source, target = number.get(a), number.get(b)
            out = self.units[source].element(a, last=True) if source is not None else None
            into = self.units[target].element(b) if target is not None else None
            order = 0
            if target is not None and self.graph.nodes[b].sign in ORDERED and len(self.graph.nodes[b].args) == 2:
                order = 1 if self.graph.nodes[b].args[0] == a else 2
            state = (
                self.graph.states.index(self.graph.nodes[a].name[:-5])
                if source is None and a != layout.inputs[0]
                else None
            )
            self.wires.append((a, source, out, state, target, into, -1 - b, layout.along(a, b), order))
            if source is not None and target is not None:
                self.near[source].add(target)
                self.near[target].add(source)

    # --- inches

    def spaced(self):
        """Places of all units in inches (x, y), the height of every state's way, and how wide and high it all is."""
        units, extent, layout = self.units, self.extent, self.layout
        rows = sorted({unit.row for unit in units} | {0})
        up, down = dict.fromkeys(rows, 0.0), dict.fromkeys(rows, 0.0)
        for unit, (_, low, _, high) in zip(units, extent, strict=True):
            up[unit.row], down[unit.row] = max(up[unit.row], high), max(down[unit.row], -low)
        ends, tall = {}, layout.look.tall + 0.42
        for n, _state in enumerate(self.graph.states):
            unit = layout.end_row(n)
            ends.setdefault(unit.row if unit else -1 - n, []).append(n)
        base = (LOW + 2 * max(len(layout.buses) - 1, 0)) * P
        y, last_end, heights, before = {}, layout.x_y + layout.look.x_tall / 2 + 0.36, {}, None
        for row in rows:
            low = base + 0.26 + down[row] if before is None else y[before] + up[before] + layout.rise + down[row]
            if row in ends:
                low = max(low, last_end + layout.look.tall / 2 + 0.06)
                last_end = low + tall - layout.look.tall / 2 - 0.06
            y[row], before = snapped(low), row
            for n in ends.get(row, ()):
                heights[n] = y[row]
        x, columns, before = [0.0] * len(units), {}, {}
        for n in sorted(range(len(units)), key=lambda n: units[n].col):
            columns.setdefault(units[n].col, []).append(n)
        least = LEFT + 0.14 + P * (len(layout.buses) - 1)
        for column in columns.values():
            here = least
            for n in column:
                edge = before.get(units[n].row, LEFT + 0.14 + P * max(len(layout.buses) - 1, 0))
                here = max(here, edge + layout.gap - extent[n][0])
            for n in column:
                x[n] = here
                before[units[n].row] = here + extent[n][2]
            least = here + 2 * P
        clash = sum(len(ns) - 1 for ns in ends.values()) + sum(
            len(c) - len({units[n].row for n in c}) for c in columns.values()
        )
        widest = max(before.values()) if before else LEFT
        return np.array(x), np.array([y[unit.row] for unit in units]), heights, widest, max(y.values()), clash

    def cost(self):
        """How long, bent, crossed and blocked the wires would be, in inches; only the order of units matters."""
        cols, rows = sorted({unit.col for unit in self.units}), sorted({unit.row for unit in self.units} | {0})
        order = tuple((cols.index(unit.col), rows.index(unit.row)) for unit in self.units)
        if order not in self.costs:
            self.costs[order] = self._cost()
        return self.costs[order]

    def _cost(self):
        x, y, heights, widest, highest, clash = self.spaced()
        if clash:
            return 1e6 * clash
        layout, rows, extra = self.layout, [], 0.0
        next_on = {}
        for a, *_, target, into, _, along, _ in self.wires:
            if along:
                next_on[a] = x[target] + into.x - 0.3 if target is not None else OUT - 0.8
        for a, source, out, state, target, into, end, along, order in self.wires:
            tx, ty = (
                (x[target] + into.x, y[target] + into.y) if target is not None else (OUT - 0.4, heights.get(end, 0.0))
            )
            if source is not None:
                sx, sy = x[source] + out.x, y[source] + out.y
            elif state is None:
                sx, sy = min(max(tx, LEFT), RIGHT), LOW * P
            else:
                sx, sy = FIRST, heights.get(state, 0.0)
                bus = a in layout.buses and not along
                if bus and (a not in next_on or abs(ty - sy) > abs(ty - layout.bus_height(a))):
                    sx, sy = max(tx, FIRST), layout.bus_height(a)
            if not along and a in next_on and (source is not None or sy > 1.2):
                sx = min(max(tx, sx), max(next_on[a], sx))
            back = sx - tx
            if back > 0.01:
                extra += 4 + 2 * back
            if order == 1 and not along and ty > sy + 0.01 and tx - sx < 0.5:
                extra += 1.5  # it comes from the left or from above
            if order == 2 and sy > ty - 0.01 and sx < tx + 0.3:
                extra += 1.5  # and the second from the right or from below
            if along and abs(ty - sy) > 0.01:
                extra += 3
            if ty < sy - 0.01:
                extra += 0.3
            heavy = 12.0 if along else 1.0
            rows.append((sx, sy, tx, ty, -1 if source is None else source, -1 if target is None else target, a, heavy))
        w = np.array(rows)
        total = extra + 0.15 * widest + 0.8 * highest + self._tangle(w, x, y)
        total += 40 * max(0.0, widest - RIGHT + 0.2) + 60 * max(0.0, highest + layout.look.tall / 2 + 0.5 - HIGHEST)
        return total

    def _tangle(self, w, x, y):
        """The part of the cost that the wires make: lengths, corners, parts in the way, crossings, common lines."""
        sx, sy, tx, ty, source, target, net, heavy = w.T
        dx, dy = np.abs(tx - sx), np.abs(ty - sy)
        total = (dx + dy).sum() + 0.7 * ((dx > 0.01) & (dy > 0.01)).sum()
        # Both ways around the corner, first up or first on; that through fewer parts is taken.
        e, n = self.extent, np.arange(len(x))
        x0, y0, x1, y1 = x + e[:, 0] + 0.02, y + e[:, 1] + 0.02, x + e[:, 2] - 0.02, y + e[:, 3] - 0.02
        other = (n != source[:, None]) & (n != target[:, None])
        v0, v1 = np.minimum(sy, ty), np.maximum(sy, ty)
        h0, h1 = np.minimum(sx, tx), np.maximum(sx, tx)
        tall = (v1[:, None] > y0) & (v0[:, None] < y1) & other
        wide = (h1[:, None] > x0) & (h0[:, None] < x1) & other
        at_x, at_y = np.array([sx, tx])[:, :, None], np.array([ty, sy])[:, :, None]
        ways = ((at_x > x0) & (at_x < x1) & tall).sum(2) + ((at_y > y0) & (at_y < y1) & wide).sum(2)
        total += 4 * (heavy * ways.min(0)).sum()
        up_first = ways[0] <= ways[1]
        vx, hy = np.where(up_first, sx, tx), np.where(up_first, ty, sy)
        differ = net[:, None] != net
        crossed = (vx[:, None] > h0 + 0.02) & (vx[:, None] < h1 - 0.02)
        crossed &= (hy > v0[:, None] + 0.02) & (hy < v1[:, None] - 0.02) & differ
        # Two wires of different quantities on one line.
        common = (np.abs(vx[:, None] - vx) < 0.05) & (np.minimum(v1[:, None], v1) - np.maximum(v0[:, None], v0) > 0.1)
        common |= (np.abs(hy[:, None] - hy) < 0.05) & (np.minimum(h1[:, None], h1) - np.maximum(h0[:, None], h0) > 0.1)
        return total + 1.2 * crossed.sum() + 0.8 * (common & differ).sum()

    # --- search

    def search(self):
        """A first guess from longest paths, then exchanges as long as they help; then inches."""
        guesses = []
        for order in permutations(range(len(self.rails))):
            self._guess(order)
            guesses.append((self.cost(), len(guesses), [(unit.col, unit.row) for unit in self.units]))
        best = None
        for tried, (_, _, places) in enumerate(sorted(guesses)[:3]):
            self._put(places)
            now = self._improve()
            if best is None or now < best[0] - 1e-6:
                best = now, [(unit.col, unit.row) for unit in self.units]
            self._put(best[1])
            if not self._too_large() and tried + 1 >= (2 if len(self.units) < 11 else 1):
                break
        self.best = best[0]
        self._put(best[1])
        x, y, heights, widest, _, _ = self.spaced()
        spare = max(0.0, RIGHT - 0.2 - widest)
        columns = sorted({unit.col for unit in self.units})
        wider = min(spare / (len(columns) + 1), 0.7)
        first = (spare - wider * (len(columns) - 1)) / 2
        for n, unit in enumerate(self.units):
            unit.x = round(round((x[n] + first + wider * columns.index(unit.col)) / P) * P, 6)
            unit.y = round(float(y[n]), 6)
        self.layout.state_y = {n: round(float(h), 6) for n, h in heights.items()}
        for n in range(len(self.graph.states)):
            self.layout.state_y.setdefault(n, 0.0)

    def _too_large(self):
        _, _, _, widest, highest, _ = self.spaced()
        return highest + self.layout.look.tall / 2 + 0.48 > HIGHEST or widest > RIGHT - 0.1

    def _put(self, places):
        for unit, place in zip(self.units, places, strict=True):
            unit.col, unit.row = place

    def _guess(self, order):
        """Rails in this order, the lowest first; boxes in a row below; what else there is above what feeds it."""
        row_of = {n: 3 * k + 3 for k, rail in enumerate(order) for n in self.rails[rail]}
        made, taken, left = set(self.layout.inputs), set(), list(range(len(self.units)))
        while left:
            n = next(n for n in left if self._ready(n, made))
            left.remove(n)
            unit = self.units[n]
            own = {e.node for e in unit.elements}
            made |= own
            fed = [
                self.layout.unit_of[a]
                for i in own
                for a in self.graph.nodes[i].args
                if a in self.layout.unit_of and a not in own
            ]
            col = max((other.col for other in fed), default=0)
            if n in row_of:
                row = row_of[n]
            elif unit.stack:
                row, col = 0, col + bool(fed)
            else:
                row = max(max((other.row for other in fed), default=0) - 1, 1)
            while (col, row) in taken:
                col += 1
            unit.col, unit.row = col, row
            taken.add((col, row))
        self._compact()

    def _ready(self, n, made):
        own = {e.node for e in self.units[n].elements}
        return all(a in made or a in own for i in own for a in self.graph.nodes[i].args)

    def _compact(self):
        """Number columns and rows by twos, so that between any two there is room for a new one."""
        for name, least in (("col", set()), ("row", {0})):
            used = sorted({getattr(unit, name) for unit in self.units} | least)
            for unit in self.units:
                setattr(unit, name, 2 * used.index(getattr(unit, name)))

    def _improve(self):
        cost = self.cost()
        for _ in range(10):
            before = cost
            for n in self.stacks + [n for rail in self.rails for n in rail] + self.free:
                cost = self._best(cost, [n], self._places(n))
            for rail in self.rails:
                rows = {unit.row + d for unit in self.units for d in (-1, 0, 1)}
                cost = self._best(cost, rail, [(None, row) for row in sorted(rows) if row > 0])
            for some in (self.stacks, self.rails):
                for k, a in enumerate(some):
                    for b in some[k + 1 :]:
                        cost = self._exchanged(cost, a, b)
            self._compact()
            if cost > before - 0.05:
                break
        return cost

    def _places(self, n):
        unit, near = self.units[n], [self.units[m] for m in sorted(self.near[n])]
        cols = {unit.col + d for d in (-2, -1, 1, 2)} | {other.col + d for other in near for d in (-1, 0, 1)}
        rows = {unit.row}
        if n in self.free:
            rows |= {0, 1} | {other.row + d for other in near for d in (-1, 0, 1)}
        return [(col, row) for col in sorted(cols | {unit.col}) for row in sorted(rows) if row >= 0]

    def _best(self, cost, group, places):
        """Put the units of a group to the best of the places; None keeps their columns."""
        home = [(self.units[n].col, self.units[n].row) for n in group]
        best, where = cost, home
        for col, row in places:
            for n, (c, _) in zip(group, home, strict=True):
                self.units[n].col, self.units[n].row = c if col is None else col, row
            now = self.cost()
            if now < best - 1e-6:
                best, where = now, [(self.units[n].col, row) for n in group]
        for n, place in zip(group, where, strict=True):
            self.units[n].col, self.units[n].row = place
        return best

    def _exchanged(self, cost, a, b):
        """Exchange two boxes' columns, or two rails' rows, where that is better."""

        def turn():
            if isinstance(a, list):
                rows = self.units[a[0]].row, self.units[b[0]].row
                for group, row in ((a, rows[1]), (b, rows[0])):
                    for n in group:
                        self.units[n].row = row
            else:
                one, other = self.units[a], self.units[b]
                one.col, other.col = other.col, one.col

        turn()
        now = self.cost()
        if now < cost - 1e-6:
            return now
        turn()
        return cost


# --- route ------------------------------------------------------------------------------------------------------------


class Router:
    """Finds the ways of all wires on the grid."""

    def __init__(self, layout):
        self.layout, self.graph = layout, layout.graph
        self.across, self.up = int(WIDTH / P) + 1, int(layout.height / P) + 1
        self.solid = np.zeros((self.across, self.up), bool)
        self.tight = np.zeros((self.across, self.up))
        for part in (*layout.elements, *layout.labels):
            self._fill(part.rect)
        self.element = {}
        for part in layout.elements:
            self.element.setdefault(part.node, []).append(part)

    def _fill(self, rect):
        for grow, array, value in ((CLEAR, self.solid, True), (0.16, self.tight, 1.0)):
            x0, y0 = (int(np.ceil((v - grow) / P + 1e-6)) for v in rect[:2])
            x1, y1 = (int(np.floor((v + grow) / P - 1e-6)) for v in rect[2:])
            array[max(x0, 0) : x1 + 1, max(y0, 0) : y1 + 1] = value

    def all(self):
        """Route everything, the rails first; a wire that finds no way comes earlier in another try."""
        links = self.layout.links
        rails = [k for k in range(len(links)) if self.layout.along(*links[k])]
        order = sorted(set(range(len(links))) - set(rails), key=self._priority)
        for _ in range(8):
            self.used, self.ports, self.trees, self.wires, self.dots = {}, set(), {}, [], []
            self._inner()
            if not all(self._connect(*links[k]) for k in rails):
                break
            self._run_buses()
            failed = next((k for k in order if not self._connect(*links[k])), None)
            if failed is None:
                self.layout.wires, self.layout.dots = self.wires, self.dots
                return
            order.remove(failed)
            order.insert(0, failed)
        raise TooMuch("a wire finds no way")

    def _priority(self, k):
        (x0, y0), (x1, y1) = self._middle(self.layout.links[k][0], True), self._middle(self.layout.links[k][1])
        return abs(x1 - x0) + abs(y1 - y0), k

    def _middle(self, node, last=False):
        if node < 0:
            return self.layout.end_at[node]
        if self.graph.nodes[node].kind == "in":
            return self.layout.end_at[node]
        part = self._of(node)[-1 if last else 0]
        return part.x, part.y

    def _of(self, node):
        """The parts of a node within the cell: a box or circle first, then its column."""
        return [part for part in self.element[node] if LEFT < part.x < RIGHT]

    # --- what is there

    def _inner(self):
        """The short ways inside the units."""
        for unit in self.layout.units:
            parts = unit.elements
            for a, b in pairwise(parts):
                ax, ay, bx, by = unit.x + a.x, unit.y + a.y, unit.x + b.x, unit.y + b.y
                if abs(ax - bx) < 1e-6:
                    points = [(ax, ay + a.height / 2), (bx, by - b.height / 2)]
                    self.ports |= {(id(self._same(a, unit)), UP), (id(self._same(b, unit)), DOWN)}
                else:
                    points = [(ax + a.width / 2, ay), (bx - b.width / 2, by)]
                    self.ports |= {(id(self._same(a, unit)), EAST), (id(self._same(b, unit)), WEST)}
                self._take(a.node, points, tree=False)
                self.wires.append(Wire(a.node, b.node, points))

    def _same(self, part, unit):
        return next(e for e in self.element[part.node] if abs(e.x - unit.x - part.x) < 1e-6 and e.kind == part.kind)

    def _run_buses(self):
        """What comes in runs along the bottom, with a branch up to every box."""
        layout, buses = self.layout, self.layout.buses
        for order, index in enumerate(buses):
            start, y = layout.end_at[index], layout.bus_height(index)
            way = [start]
            if index != layout.inputs[0]:
                turn = FIRST + (len(buses) - 1 - order) * P
                way += [(turn, start[1]), (turn, y)]
            fed = [part for part in layout.elements if part.kind == "box" and index in self.graph.nodes[part.node].args]
            fed.sort(key=lambda box: -self._pin(box, index))
            for box in fed:
                pin = self._pin(box, index)
                up = [(pin, y), (pin, box.y - BOX / 2)]
                if box is fed[0]:
                    if index in self.trees:
                        self.dots.append((index, way[1]))
                    self._take(index, [*way, up[0]])
                    up = [*way, *up]
                else:
                    self.dots.append((index, up[0]))
                self._take(index, up[-2:], tree=False)  # other wires leave the way along the bottom
                self.wires.append(Wire(index, box.node, up))

    def _pin(self, box, index):
        """Where a quantity enters a box from below: the lower its way, the further right."""
        args = self.graph.nodes[box.node].args
        buses = [b for b in self.layout.buses[::-1] if b in args]
        all_of = [a for a in args if a not in self.layout.buses] + buses
        return round(box.x + (2 * all_of.index(index) - len(all_of) + 1) * P, 6)

    def _take(self, net, points, tree=True):
        """Remember that a wire goes through here; in the `tree` of its quantity others may leave it."""
        tree = self.trees.setdefault(net, {}) if tree else {}
        for (x0, y0), (x1, y1) in pairwise(points):
            flat = abs(y0 - y1) < 1e-6
            a, b = sorted((x0, x1) if flat else (y0, y1))
            fixed = round((y0 if flat else x0) / P)
            cells = range(int(np.ceil(a / P - 1e-6)), int(np.floor(b / P + 1e-6)) + 1)
            for c in cells:
                node = (c, fixed) if flat else (fixed, c)
                self.used.setdefault(node, {}).setdefault(net, set()).add("h" if flat else "v")
                tree.setdefault(node, set()).add("h" if flat else "v")

    # --- one wire

    def _connect(self, a, b):
        starts, goals = self._starts(a), self._goals(a, b)
        if not starts or not goals:
            return False
        path = self._search(a, starts, goals)
        if path is None:
            return False
        nodes, goal = path
        begin, stub = starts[nodes[0]], goals[goal]
        points = [(x * P, y * P) for x, y in nodes]
        if begin is not None:
            part, side = begin
            points.insert(0, self._edge(part, side))
            self.ports.add((id(part), side))
        elif nodes:
            self.dots.append((a, points[0]))
        points += stub[0]
        if stub[1]:
            self.ports.add(stub[1])
        points = corners(points)
        self._take(a, points)
        self.wires.append(Wire(a, b, points))
        return True

    @staticmethod
    def _edge(part, side):
        return part.x + side[0] * part.width / 2, part.y + side[1] * part.height / 2

    def _port_nodes(self, part, side):
        """The two nodes of the grid before a port, the nearer first."""
        x, y = part.x, part.y
        dx, dy = side
        at = (round(x / P), round(y / P))
        steps = 1
        while steps < 12:
            node = at[0] + dx * steps, at[1] + dy * steps
            distance = abs(dx) * (abs(node[0] * P - x) - part.width / 2) + abs(dy) * (
                abs(node[1] * P - y) - part.height / 2
            )
            if distance > CLEAR - 1e-6:
                break
            steps += 1
        return node, (node[0] + dx, node[1] + dy)

    def _open(self, node):
        x, y = node
        return 0 <= x < self.across and 0 <= y < self.up and not self.solid[x, y]

    def _starts(self, a):
        """Where a wire of this quantity may begin: node -> (part, side), or None for a wire that is there."""
        starts = {}
        for node, _ways in self.trees.get(a, {}).items():
            if len(self.used[node]) == 1 and self._open(node):
                starts[node] = None
        if self.graph.nodes[a].kind == "in":
            if a not in self.trees:
                _x, y = self.layout.end_at[a]
                part = next(e for e in self.element[a] if e.x < LEFT)
                node = self._port_nodes(replace(part, y=round(y / P) * P), EAST)[0]
                starts[node] = replace(part, y=y), EAST
            return starts
        part = self._of(a)[-1]
        if a not in self.trees or not starts:
            for side in (UP, EAST, DOWN, WEST):
                if (id(part), side) not in self.ports:
                    node = self._port_nodes(part, side)[0]
                    if self._open(node):
                        starts.setdefault(node, (part, side))
        return starts

    def _goals(self, a, b):
        """Where it may arrive: node -> (points of the last way, the port)."""
        goals = {}
        if b < 0:
            x, y = self.layout.end_at[b]
            part = next(
                e for e in self.element[self.graph.of[self.graph.states[-1 - b]]] if e.x > RIGHT and abs(e.y - y) < 1e-6
            )
            near, far = self._port_nodes(part, WEST)
            goals[far, EAST] = [(near[0] * P, near[1] * P), (x, y)], None
            return goals
        part = self._of(b)[0]
        if part.kind == "box":
            x = self._pin(part, a)
            node = round(x / P), int(np.floor((part.y - BOX / 2 - CLEAR) / P + 1e-6))
            goals[node, UP] = [(x, part.y - BOX / 2)], (id(part), x)
            for side in (WEST, EAST):
                if (id(part), side) not in self.ports:
                    near, far = self._port_nodes(part, side)
                    if self._open(far):
                        goals[far, (-side[0], 0)] = (
                            [(near[0] * P, near[1] * P), self._edge(part, side)],
                            (id(part), side),
                        )
            return goals
        for side in self._sides(a, b, part):
            near, far = self._port_nodes(part, side)
            stub, node = [self._edge(part, side)], near
            if self._open(far) and self._free_for(far, a, side):
                stub, node = [(near[0] * P, near[1] * P), *stub], far
            if self._open(near) and self._free_for(near, a, side):
                goals[node, (-side[0], -side[1])] = stub, (id(part), side)
        return goals

    def _free_for(self, node, net, side):
        """Whether a wire of this quantity may go through a node in this direction."""
        ways = self.used.get(node, {})
        own = "h" if side[0] else "v"
        return all(other == net or (own not in kinds and len(kinds) == 1) for other, kinds in ways.items())

    def _sides(self, a, b, part):
        """The sides of a circle by which a wire may come in."""
        node, sides = self.graph.nodes[b], [WEST, DOWN, UP, EAST]
        if node.sign in ORDERED and len(node.args) == 2:
            sides = [WEST, UP] if node.args[0] == a else [DOWN, EAST]
        rail = next((rail for rail in self.graph.rails.values() if b in rail), None)
        if self.layout.along(a, b):
            return [WEST]
        if rail:
            sides = [side for side in sides if side not in (EAST, WEST)]
        return [side for side in sides if (id(part), side) not in self.ports]

    def _search(self, net, starts, goals):
        """The cheapest way from any start to any goal (A*), as nodes and the goal."""
        targets = list(goals)
        queue, came, best, count = [], {}, {}, 0

        def ahead(x, y):
            return min(abs(x - gx) + abs(y - gy) for (gx, gy), _ in targets)

        for node, begin in sorted(starts.items()):
            ways = [UP, DOWN, WEST, EAST] if begin is None else [begin[1]]
            for way in ways:
                cost = 0.6 if begin is None else 0.0
                best[node, way] = cost
                heapq.heappush(queue, (cost + ahead(*node), count, cost, node, way))
                count += 1
        while queue and count < LONGEST_SEARCH:
            _, _, cost, node, way = heapq.heappop(queue)
            if cost > best.get((node, way), 1e9) + 1e-9:
                continue
            if (node, way) in goals:
                nodes, at = [node], (node, way)
                while at in came:
                    at = came[at]
                    nodes.append(at[0])
                return nodes[::-1], (node, way)
            x, y = node
            crossing = any(other != net for other in self.used.get(node, ()))
            for turn in (UP, DOWN, WEST, EAST):
                if turn == (-way[0], -way[1]) or (crossing and turn != way):
                    continue
                if turn != way and (node, turn) in goals:
                    price, there = cost + 2.5, node
                else:
                    there = x + turn[0], y + turn[1]
                    if not self._open(there):
                        continue
                    price = self._price(net, node, there, turn)
                    if price is None:
                        continue
                    price += cost + (2.5 if turn != way else 0.0)
                if price < best.get((there, turn), 1e9) - 1e-9:
                    best[there, turn] = price
                    came[there, turn] = node, way
                    heapq.heappush(queue, (price + ahead(*there), count, price, there, turn))
                    count += 1
        return None

    def _price(self, net, node, there, way):
        """What a step of a wire costs; None where another wire lies along it."""
        ways, own = self.used.get(there, {}), "h" if way[0] else "v"
        price = 1.0 + 0.7 * self.tight[there]
        for other, kinds in ways.items():
            if other == net:
                price += 0.5
            elif own in kinds or len(kinds) > 1:
                return None
            else:
                price += 4.0
        x, y = there
        for dx, dy in ((0, 1), (0, -1)) if way[0] else ((1, 0), (-1, 0)):  # wires side by side keep a distance
            beside = self.used.get((x + dx, y + dy), {})
            if any(other != net and own in kinds for other, kinds in beside.items()):
                price += 0.5
        return price


def corners(points):
    """The points without those in the middle of a straight line, nor twice the same."""
    kept = []
    for x, y in points:
        if kept and abs(kept[-1][0] - x) < 1e-6 and abs(kept[-1][1] - y) < 1e-6:
            continue
        if len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2:]
            if (abs(ax - bx) < 1e-6 and abs(bx - x) < 1e-6) or (abs(ay - by) < 1e-6 and abs(by - y) < 1e-6):
                kept.pop()
        kept.append((float(x), float(y)))
    return kept
