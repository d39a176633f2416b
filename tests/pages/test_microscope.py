"""Is the microscope one page, made of its sources, that starts at the library's defaults?"""

import re

from javascript import PAGES

from l0edu import HardConcrete
from l0edu.pages.microscope_page import SCRIPTS, microscope


def test_the_page_is_one_document_without_parts_elsewhere():
    html = microscope()
    assert html.startswith("<!doctype html>")
    assert html.rstrip().endswith("</html>")
    assert not re.search(r'<link(?! rel="icon" href="data:,")|<script src|@import|url\((?!#)', html)


def test_the_page_holds_every_script_of_its_folder():
    assert sorted(SCRIPTS) == sorted(path.stem for path in (PAGES / "microscope").glob("*.js"))


def test_the_page_starts_at_the_librarys_defaults():
    law = HardConcrete()
    start = f'{{"defaults": {{"beta": {law.beta}, "gamma": {law.gamma}, "zeta": {law.zeta}}}}}'
    assert f"const DATA = {start};" in microscope()
