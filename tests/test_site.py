"""Does the documentation build without a warning, stand on its own, and read well for everybody?"""

import os
import re
import subprocess
import sys
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
from chromium import chromium
from needs import need_package
from site_pages import is_outside, loads_of_css, read_page, target

import l0edu
from l0edu.lessons import lessons
from l0edu.pages.microscope_page import microscope

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    for package in (
        "sphinx",
        "myst_nb",
        "pydata_sphinx_theme",
        "numpydoc",
        "sphinx_design",
        "sphinx_copybutton",
    ):
        need_package(package)
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "docs", out]
    settings = {"L0EDU_FAST": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@cache
def pages(site):
    return {path: read_page(path) for path in sorted(site.rglob("*.html"))}


def test_the_site_publishes_no_solution_of_an_assignment(site):
    assert (site / "source" / "l0edu" / "course" / "fences.html").exists()
    assert not (site / "source" / "l0edu" / "course" / "sources").exists()
    published = [
        path for path in site.rglob("*.html") if "BEGIN SOLUTION" in path.read_text(encoding="utf-8")
    ]
    assert {path.stem for path in published} <= {"fences", "nbgrader", "test_fences", "test_site"}


def test_every_tutorial_is_a_page_with_its_figures(site):
    for lesson in lessons():
        html = (site / "tutorials" / f"{lesson.path.stem}.html").read_text(encoding="utf-8")
        assert "<figcaption>" in html
        assert "data:image/png;base64," in html
        assert "Traceback" not in html


def test_the_tutorial_on_gradients_shows_torchs_where_it_is_installed(site):
    html = (site / "tutorials" / "06_gradients.html").read_text(encoding="utf-8")
    said = html.count(
        "torch is not installed"
    )  # once by the code of the cell, and where it is true by its result
    assert said == (2 if find_spec("torch") is None else 1)


def test_the_microscope_of_the_package_is_on_the_site(site):
    assert (site / "gate-microscope.html").read_text(encoding="utf-8") == microscope()
    assert 'href="gate-microscope.html"' in (site / "microscope.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_outside(site):
    outside = {str(path): [x for x in page.loads if is_outside(x)] for path, page in pages(site).items()}
    for path in site.rglob("*.css"):
        outside[str(path)] = [x for x in loads_of_css(path.read_text(encoding="utf-8")) if is_outside(x)]
    assert {path: found for path, found in outside.items() if found} == {}


def test_every_picture_has_words_that_say_what_it_shows(site):
    for path, page in pages(site).items():
        for alt in page.alts:
            assert alt is not None, path
            assert len(alt.split()) >= 8, (path, alt)
            assert not re.fullmatch(r"\S+\.(png|svg|jpg)", alt), (path, alt)
        assert len(set(page.alts)) == len(page.alts), path


def test_every_link_leads_to_a_page_and_a_place_that_exist(site):
    broken = []
    for path, page in pages(site).items():
        for link in page.links:
            found = target(path, link)
            if found and not _exists(site, *found):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def _exists(site, file, name):
    if not file.exists():
        return False
    if not name or file.suffix != ".html" or file.name == "gate-microscope.html":
        return True
    return name in pages(site)[file].names


def test_outside_links_are_encrypted(site):
    links = {link for page in pages(site).values() for link in page.links if is_outside(link)}
    assert links
    assert [link for link in sorted(links) if not link.startswith("https://")] == []


def test_every_public_name_has_a_page_in_the_reference(site):
    documented = {
        path.stem.removesuffix("-class").rpartition(".")[2]
        for path in (site / "reference" / "api").glob("*.html")
    }
    assert sorted(set(l0edu.__all__) - documented) == []


@pytest.fixture(scope="module")
def address(site):
    """The site behind a server on this machine: a browser refuses some of it from files."""
    handler = partial(_Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


PAGES = (
    "index.html",
    "tutorials/04_hard_concrete.html",
    "reference/api/l0edu.HardConcrete.html",
    "generated/crosswalk.html",
    "errata.html",
    "source/l0edu/gates.html",
    "gate-microscope.html",
    "film-mlp.html",
    "film-lenet5.html",
)
each_page = pytest.mark.parametrize("name", PAGES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@each_page
def test_a_page_is_accessible_and_quiet_in_a_browser(address, browser, name, scheme):
    need_package("axe_playwright_python")
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + name, wait_until="networkidle")
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    page.close()
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found] == []


@each_page
def test_a_phone_shows_a_page_without_scrolling_sideways(address, browser, name):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address + name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 361
    page.close()
