"""What the lessons cost a reader: the slowest cells, and the memory of each lesson's kernel.

    python -m tools.cost                                      # every lesson
    python -m tools.cost notebooks/en/04_unrolling.ipynb

Nobody waits for a cell: one that trains, and is tagged `training`, may take eight seconds, any other one second, and a
kernel 250 MB. What is over that is marked with !!. Nothing is saved.
"""

import sys
from pathlib import Path

from tools.execute import ROOT, run

LIMITS = {True: 8, False: 1}  # seconds, for a cell that trains and for others
MEGABYTES = 250


def cost(path):
    """(seconds, trains, lesson, cell id) of every code cell of a notebook, and its kernel's megabytes."""
    client = run(path)
    trains = {cell["id"] for cell in client.nb.cells if "training" in cell.metadata.get("tags", [])}
    return [(spent, name in trains, path.stem, name) for name, spent in client.seconds.items()], client.megabytes


def main(arguments):
    """Print the tables; 1 if something is over its limit."""
    cells, over = [], False
    for path in [Path(name).resolve() for name in arguments] or sorted((ROOT / "notebooks").glob("*/[0-9]*.ipynb")):
        of_lesson, size = cost(path)
        over |= size > MEGABYTES
        total = sum(cell[0] for cell in of_lesson)
        print(f"{path.stem:24} {total:5.1f} s {size:5.0f} MB{' !!' * (size > MEGABYTES)}", flush=True)
        cells += of_lesson
    print("\nthe ten slowest cells")
    for spent, trains, lesson, name in sorted(cells, reverse=True)[:10]:
        too_slow = spent > LIMITS[trains]
        over |= too_slow
        print(f"{lesson:24} {name:26} {spent:5.1f} s {'trains' if trains else '':6}{' !!' * too_slow}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
