"""What does a built HTML page load, link to and show?"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
LOADING_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "preconnect", "dns-prefetch", "manifest"}


@dataclass
class Page:
    """Addresses that a browser loads by itself, links that a reader follows, names to jump to, pictures."""

    loads: list = field(default_factory=list)
    links: list = field(default_factory=list)
    names: set = field(default_factory=set)
    alts: list = field(default_factory=list)  # None where there is none


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.page, self.styles = Page(), []

    def handle_starttag(self, tag, attributes):
        attributes, page = dict(attributes), self.page
        page.names.update(value for key, value in attributes.items() if key in ("id", "name") and value)
        self.styles.append(attributes.get("style") or "")
        if tag in LOADING and attributes.get(LOADING[tag]):
            page.loads.append(attributes[LOADING[tag]])
        if tag == "link" and set((attributes.get("rel") or "").split()) & LOADING_LINKS:
            page.loads.append(attributes["href"])
        if tag == "a" and attributes.get("href"):
            page.links.append(attributes["href"])
        if tag == "img":
            page.alts.append(attributes.get("alt"))

    def handle_data(self, data):
        if self.lasttag == "style":
            self.styles.append(data)


def read_page(path):
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    for style in reader.styles:
        reader.page.loads += loads_of_css(style)
    return reader.page


def loads_of_css(text):
    """Addresses in `url(...)` and `@import`."""
    return re.findall(r"""url\(\s*["']?([^"')]+)""", text) + re.findall(r"""@import\s+["']([^"']+)""", text)


def is_outside(address):
    return address.startswith("//") or urlsplit(address).scheme in ("http", "https", "ftp", "ws", "wss")


def target(page, link):
    """The file and the name that a relative link leads to; None for links to elsewhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    file = page if not parts.path else (page.parent / unquote(parts.path)).resolve()
    return (file / "index.html" if file.is_dir() else file), unquote(parts.fragment)
