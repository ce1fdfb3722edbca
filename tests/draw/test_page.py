"""The player's files as one module."""

import re

from seqlib.draw import page

DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def test_the_modules_are_joined_into_one():
    joined = page.module()
    for file in page.FOLDER.glob("*.js"):
        for name in DECLARED.findall(page.EXPORT.sub("", file.read_text(encoding="utf-8"))):
            assert DECLARED.findall(joined).count(name) == 1, f"{name} of {file.name} is not there once"
    assert not re.search(r"^import ", joined, re.MULTILINE)
    assert re.findall(r"^export .*", joined, re.MULTILINE) == ["export default { render };"]


def test_what_is_imported_comes_before():
    joined = page.module()
    assert joined.index("function element") < joined.index("class Player") < joined.index("const FEATURES")
