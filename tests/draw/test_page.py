"""The player's files as one module."""

import re

from seqlib import player

DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def test_the_modules_are_joined_into_one():
    joined = player.module()
    for file in player.FOLDER.glob("*.js"):
        for name in DECLARED.findall(player.EXPORT.sub("", file.read_text(encoding="utf-8"))):
            assert DECLARED.findall(joined).count(name) == 1, f"{name} of {file.name} is not there once"
    assert not re.search(r"^import ", joined, re.MULTILINE)
    assert re.findall(r"^export .*", joined, re.MULTILINE) == ["export default { render };"]


def test_what_is_imported_comes_before():
    joined = player.module()
    assert joined.index("function element") < joined.index("class Player") < joined.index("const FEATURES")
