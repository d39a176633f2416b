"""How is the documentation made? `sphinx-build -W docs docs/_build/html` runs the tutorials and builds it.

What the pages are made of stands elsewhere in the project, so that it is written once: tutorials, the gate
microscope, the films and the cross-walk from the paper to the code are copied or made here, into folders
that git ignores.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import docstrings
import site_sources
import source_pages
import sphinx.ext.autosummary

import l0edu

site_sources.make_all(HERE)

project = "l0edu"
author = "the l0edu authors"
copyright = "the l0edu authors; MIT licence"
version = release = l0edu.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["*.py", "images", "templates", "results", "extra"]
exclude_patterns += ["_build", "jupyter_execute", ".jupyter_cache"]  # what a build leaves

# Tutorials
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 4

# Reference
autosummary_generate = True
sphinx.ext.autosummary.WELL_KNOWN_ABBREVIATIONS += ("Eq.", "Eqs.")  # no end of a summary
templates_path = ["templates"]
autosummary_filename_map = {"l0edu.Flops": "l0edu.Flops-class"}  # beside flops, where case does not count
autodoc_typehints = "none"  # numpydoc has the types
autodoc_preserve_defaults = True  # 2 / 3, as the code has it, not 0.6666666666666666
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
default_role = "code"
toc_object_entries = False

# Nothing from outside: MathJax is the copy in the package, without the menu that could load more
mathjax_path = "tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}, "svg": {"scale": 0.9}}
html_static_path = ["static", str(Path(l0edu.__file__).parent / "pages" / "mathjax")]
html_extra_path = ["extra"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]

html_theme = "pydata_sphinx_theme"
html_title = "l0edu"
html_favicon = "static/icon.svg"
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system has it
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"results": [], "instructors": []}  # they have no pages below them
html_theme_options = {
    "logo": {"text": "l0edu"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": [],
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def setup(app):
    """Link to the code from every page; read docstrings as what they are, plain text."""
    app.connect("source-read", source_pages.link_to_sources)
    app.connect("autodoc-process-docstring", docstrings.escape_marks, priority=1)
    app.connect("autodoc-skip-member", docstrings.is_of_every_tuple)
    app.connect("autodoc-process-signature", docstrings.write_two_thirds)
