"""What the tests of pages share: a browser, and the gate microscope opened in it."""

import pytest
from chromium import Tab, chromium
from microscope_page import settle, written


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The microscope's."""
    return written(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def tab(browser):
    return Tab(browser)


@pytest.fixture
def page(tab, address):
    """The microscope, freshly loaded; afterwards it must have been quiet."""
    page = tab.visit(address)
    settle(page)
    yield page
    tab.check()
