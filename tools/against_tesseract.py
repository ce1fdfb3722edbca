"""Let Tesseract itself read the lines of tests/study/real/tesseract.json, and write down what it says.

It needs the program and its two languages, such as Debian's packages tesseract-ocr, -kor and -eng 4.1.0:

    python -m tools.against_tesseract

Each line is printed as in the lesson (`seqlib.draw.reading.printed`) and given to both: to `seqlib`, and to
``tesseract --psm 13``, which takes the picture as one line. With its dictionaries, as they come.
"""

import json
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from seqlib.draw.reading import printed
from seqlib.study.real.tesseract import FILES, recogniser

RECORD = Path(__file__).resolve().parents[1] / "tests/study/real/tesseract.json"


def theirs(image, language):
    """What Tesseract reads in a grey picture."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        Image.fromarray((255 * image).round().astype("uint8")).save(file.name, dpi=(300, 300))
        command = ["tesseract", file.name, "-", "-l", FILES[language], "--psm", "13", "--oem", "1"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main():
    """Read all lines with both, print a table, and write the record anew."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    version = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True).stdout
    record["version"] = version.split("\n")[0]
    for line in record["lines"]:
        network = recogniser(line["language"])
        image = printed(line["line"], network.height)
        line |= {"seqlib": network.read(image).text, "tesseract": theirs(image, line["language"])}
        print("same" if line["seqlib"] == line["tesseract"] else "    ", line["seqlib"], "|", line["tesseract"])
    RECORD.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
