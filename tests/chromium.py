"""A page in headless Chromium, watched: it must ask for nothing beyond its own file, and log nothing."""

from contextlib import contextmanager

from needs import need_package, need_program

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1440, "height": 900}
OWN = ("file:", "data:", "blob:", "about:")
PHONE = {"width": 360, "height": 740}


@contextmanager
def chromium():
    """A browser; a user without one skips."""
    program = need_program("chromium", "chromium-browser", "google-chrome")
    need_package("playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


class Tab:
    """A tab that opens one address after the other, and remembers what each of them asked for and logged."""

    def __init__(self, browser, viewport=DESK, **settings):
        self.context = browser.new_context(viewport=viewport, **settings)
        self.context.route(lambda url: not url.startswith(OWN), lambda route: route.abort())
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.said, self.asked = [], []

    def visit(self, address):
        """The page, freshly loaded."""
        self.page.goto("about:blank")
        self.said, self.asked = [], []
        self.page.goto(address)
        self.address = address.partition("#")[0]
        return self.page

    def check(self):
        """Fail unless the page was quiet and asked for nothing but itself."""
        assert self.said == []
        assert [url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))] == []


@contextmanager
def watched(browser, address, **settings):
    """A page in a tab of its own, checked when it is left."""
    tab = Tab(browser, **settings)
    yield tab.visit(address)
    tab.context.close()
    tab.check()
