"""What tests of `seqlib.study` share."""

import pytest

from seqlib import words


@pytest.fixture
def in_korean():
    """Korean for the reader, as long as the test lasts."""
    before = words.language()
    words.use("ko")
    yield
    words.use(before)
