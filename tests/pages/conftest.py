"""The browser of the browser tests, for pages that need no JupyterLab."""

import pytest

from tests.browser.conftest import _desk, axe, browser, desk, page  # noqa: F401


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
