"""Which pages of the site are made from the rest of the project, and where do they go?"""

import shutil

import source_pages

from l0edu.course.assignments import ASSIGNMENTS
from l0edu.film import load_film
from l0edu.lessons import lessons
from l0edu.one_step import of_seed, worked_example
from l0edu.pages.film_page import film_page
from l0edu.pages.microscope_page import microscope
from l0edu.paper import crosswalk

MADE = ("tutorials", "generated", "extra", "reference/api", "assignments")
FILMS = {"mlp": "mlp-mini", "lenet5": "film-lenet5"}  # a page's name, its recording in docs/results


def make_all(docs):
    """Make every page that is not written by hand, into folders that are emptied first."""
    for folder in MADE:
        shutil.rmtree(docs / folder, ignore_errors=True)
        (docs / folder).mkdir()
    for lesson in lessons():
        shutil.copy(lesson.path, docs / "tutorials")
    texts = {"crosswalk.md": crosswalk(), "step.txt": worked_example(of_seed(0))}
    pages = {f"film-{name}.html": film_of(docs / "results" / run) for name, run in FILMS.items()}
    write(docs / "generated", texts)
    write(docs / "assignments", {f"{name}.md": one.page for name, one in ASSIGNMENTS.items()})
    write(docs / "extra", {"gate-microscope.html": microscope(), **pages})
    source_pages.write_all(docs.parent, docs / "extra" / "source")


def film_of(folder):
    return film_page([load_film(folder)])


def write(folder, texts):
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
