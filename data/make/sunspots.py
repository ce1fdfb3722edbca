"""Make data/sunspots.csv from statsmodels' copy of the yearly sunspot numbers.

statsmodels is not needed by the course, so it lives in an environment of its own:

    python3 -m venv make-env
    make-env/bin/pip install statsmodels        (Windows: make-env\\Scripts\\pip)
    make-env/bin/python data/make/sunspots.py

The bytes are the same on every run and every system.
"""

from pathlib import Path

from statsmodels.datasets import sunspots

HERE = Path(__file__).resolve().parent


def main(path=HERE.parent / "sunspots.csv"):
    """Write the 309 years 1700 … 2008 and the mean number of sunspots of each, with one decimal."""
    table = sunspots.load_pandas().data
    rows = [f"{int(year)},{value:.1f}" for year, value in zip(table["YEAR"], table["SUNACTIVITY"], strict=True)]
    path.write_text("\n".join(["year,sunspots", *rows]) + "\n", encoding="utf-8", newline="\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
