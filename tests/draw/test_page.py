"""The player's files as one module."""

import re

from seqlib import player

DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def test_the_modules_are_joined_into_one():
    joined = {start: player.module(start) for start in ("main", "playground")}  # a playground brings its own
    for file in player.FOLDER.glob("*.js"):
        for name in DECLARED.findall(player.EXPORT.sub("", file.read_text(encoding="utf-8"))):
            times = [DECLARED.findall(text).count(name) for text in joined.values()]
            assert 1 in times and max(times) == 1, f"{name} of {file.name} is not there once"
    assert not any(re.search(r"^import ", text, re.MULTILINE) for text in joined.values())
    assert re.findall(r"^export .*", joined["main"], re.MULTILINE) == ["export default { render };"]


def test_what_is_imported_comes_before():
    joined = player.module()
    assert joined.index("function element") < joined.index("class Player") < joined.index("const FEATURES")
