"""The browser of the browser tests, for pages that need no JupyterLab."""

from tests.browser.conftest import _desk, axe, browser, desk, page  # noqa: F401
