"""Numbers as text: tables for the terminal, and the same ones in Markdown."""

from .timing import median_and_spread, ratios


class Report:
    """Prints lines and tables as they come, and keeps them for a Markdown file."""

    def __init__(self):
        self.markdown = []

    def say(self, *lines):
        if self.markdown:
            print()
        print(*lines, sep="\n", flush=True)
        self.markdown += ["\n".join(f"{line}  " for line in lines)]

    def table(self, title, header, rows):
        rows = list(rows)
        print(f"\n{title}\n{plain(header, rows)}", flush=True)
        self.markdown += [f"## {title}", markdown(header, rows)]

    def save(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n\n".join(self.markdown) + "\n")


def plain(header, rows):
    """Columns of equal width: the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in [header, *rows]]
    return "\n".join("  ".join(line) for line in [lines[0], ["-" * width for width in widths], *lines[1:]])


def markdown(header, rows):
    """A Markdown table, numbers to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def duration(seconds):
    """Three digits and a unit."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def measured(numbers, show=duration):
    """Median and spread."""
    middle, spread = median_and_spread(numbers)
    return f"{show(middle)} ({spread:.0%})"


def times_as_long(times, name, to):
    """How many times as long one way takes as another, and the spread of that; nothing if it was not measured."""
    return measured(ratios(times, name, to), "{:.2f}×".format) if name in times else ""
