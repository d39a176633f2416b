"""Where does a reader of the site land who follows a link to the code? On a page of its lines, offline.

Every Python file of the library, its tests and its tutorials becomes a page `source/PATH.html` with numbered,
linkable lines. Links in Markdown that lead out of `docs/` to such a file are made to lead there, and so are
names of such files, of tests in them, and of pages of `docs/`. The sources of the course's assignments are
left out: they hold the solutions.
"""

import re
from html import escape
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from l0edu.pages import asset

PROJECT = Path(__file__).parent.parent
FOLDERS = ("l0edu", "tests", "tutorials")
SOLUTIONS = "l0edu/course/sources"
FILE = r"(?:l0edu|tests|tutorials)/[\w/]+\.py"
PAGE_NAMED = re.compile(r"`docs/([\w/]+)\.md`")
LINK = re.compile(rf"(?<!!)\[([^\]]*)\]\((?:\.\./)+({FILE})\)")
NAMED = re.compile(rf"`({FILE})(?::(\d+)|::(\w+))?`")  # a file, its line, or a test in it
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{path} – l0edu</title><link rel="icon" href="{root}_static/icon.svg"><style>{style}</style></head>
<body><main><h1>{path}</h1><p><a href="{root}index.html">l0edu</a></p>{code}</main></body></html>
"""
STYLE = """
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font: 600 1.1rem var(--mono); }
.highlight { margin-top: 1rem; padding: 0.75rem; overflow-x: auto; background: #f8f8f8; color: #111; }
.highlight pre { margin: 0; font: 0.875rem/1.5 var(--mono); }
.highlight pre { position: relative; isolation: isolate; min-width: max-content; }
.highlight [id] { scroll-margin-top: 6rem; }
.highlight :target::before {
  content: ""; position: absolute; z-index: -1; inset-inline: 0; height: 1.5em; background: #ffe9a8;
}
@media print { .highlight pre { min-width: 0; white-space: pre-wrap; } }
.highlight a { color: #5f5f5f; text-decoration: none; }
"""


def write_all(project, folder):
    """A page for every Python file of the project's folders."""
    for name in FOLDERS:
        for path in sorted((project / name).rglob("*.py")):
            if path.is_relative_to(project / SOLUTIONS):
                continue
            page = folder / path.relative_to(project).with_suffix(".html")
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(page_of(path, path.relative_to(project)), encoding="utf-8")


def page_of(path, name):
    formatter = HtmlFormatter(linenos="inline", lineanchors="line", anchorlinenos=True, style="a11y-light")
    code = highlight(path.read_text(encoding="utf-8"), PythonLexer(), formatter)
    style = asset("base.css") + formatter.get_style_defs(".highlight") + STYLE
    return PAGE.format(path=escape(name.as_posix()), style=style, code=code, root="../" * len(name.parts))


def link_to_sources(app, docname, source):
    """In a page's Markdown, let links to code and names of files of code lead to their pages."""
    root = "../" * docname.count("/")
    text = LINK.sub(lambda found: anchor(root, found[2], None, found[1]), source[0])
    text = NAMED.sub(lambda found: anchor(root, found[1], line_of(found), found[0].strip("`")), text)
    source[0] = PAGE_NAMED.sub(rf'<a href="{root}\1.html"><code>docs/\1.md</code></a>', text)


def line_of(found):
    """The line that a match of NAMED speaks of, or None."""
    if found[3] is None:
        return found[2]
    before, _, _ = (PROJECT / found[1]).read_text(encoding="utf-8").partition(f"def {found[3]}(")
    return before.count("\n") + 1


def anchor(root, path, line, text):
    place = f"#line-{line}" if line else ""
    href = f"{root}source/{path.removesuffix('.py')}.html{place}"
    words = escape(text).replace("::", "::<wbr>").replace("_", "_<wbr>")
    return f'<a href="{href}"><code>{words}</code></a>'
