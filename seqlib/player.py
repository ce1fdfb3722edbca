"""The player's JavaScript and style, read as text.

The player is written as small ES modules in ``seqlib/widgets/js``. They are read and never imported: a server that only
saves notebooks needs neither matplotlib nor widgets for it.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "widgets" / "js"
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
    """Return the player's style, which belongs inside its shadow tree, with that of its features."""
    files = sorted(FOLDER.glob("*.css"), key=lambda file: (file.name != "style.css", file.name))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


# A model like a widget's, but with no kernel behind it.
ALONE = """
function alone(data) {
  const listeners = {};
  return {
    get: (name) => data[name],
    set(name, value) {
      if (data[name] === value) return;
      data[name] = value;
      for (const listener of listeners[`change:${name}`] ?? []) listener();
    },
    on(name, listener) { (listeners[name] ??= []).push(listener) },
    off(name, listener) { listeners[name] = listeners[name]?.filter((other) => other !== listener) },
    save_changes() {},
  };
}
"""
