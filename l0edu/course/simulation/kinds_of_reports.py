"""What can be wrong with a report when the functions are right? It is copied, forged or unreadable."""

import json
from typing import Any

from l0edu.course.simulation.expected import Expected, loses
from l0edu.course.simulation.handing_in import Change, Files, alone, folder
from l0edu.course.simulation.kinds import Kind, kinds_of_code
from l0edu.course.simulation.material import Material

__all__ = ["kinds_of_reports"]

TRIED_ELSEWHERE = (  # every other assignment tries these, and they do not concern a report
    "byte order mark",
    "prints 100 MB",
    "empty",
    "damaged zip",
    "endless loop outside",
    "sys.exit",
    "answers by heart",
)
NO_RESULTS = loses("6.5", "6.6", wholly=True)
NO_ANSWERS = loses("6.6", wholly=True)
NO_REPORT = loses("6.4", "6.5", "6.6", "6.7", wholly=True)
NO_PAGES = loses("6.4", "6.7", wholly=True)
SOMEBODY = "somebody"  # the student whose results others hand in
ENDINGS = {"plot": "png", "report": "md"}


def kinds_of_reports(material: Material) -> list[Kind]:
    """One of each kind, mutants apart, for an assignment that asks for functions and a report.

    Parameters
    ----------
    material : Material

    Examples
    --------
    >>> from pathlib import Path
    >>> from l0edu.course.assignments import assignment
    >>> len(kinds_of_reports(Material(assignment("a6"), Path("canaries"), 0)))
    28
    """
    kept = [kind for kind in kinds_of_code(material) if kind.name not in TRIED_ELSEWHERE]
    return [*kept, *_copies(material), *_forgeries(material), *_oddities(material)]


def _copies(material: Material) -> list[Kind]:
    solution = material.solution

    def renamed(student: str, material: Material) -> Files:
        own = json.loads(material.report(student)["results.json"])
        relabel = _with_results(lambda results: _relabelled(results, own["variant"], own["seed"]))
        return folder(solution, SOMEBODY, relabel)(student, material)

    return [
        Kind("no report", NO_REPORT, alone(solution)),
        Kind("copied results", NO_RESULTS, folder(solution, SOMEBODY)),
        Kind("the same results", NO_RESULTS, folder(solution, SOMEBODY)),
        Kind("copied under another name", NO_RESULTS, renamed),
    ]


def _forgeries(material: Material) -> list[Kind]:
    better = {"units_left": [10, 10, 10]}
    edited = _with_results(lambda results: results["records"][3].update(better))
    return [
        Kind("inconsistent results", NO_RESULTS, folder(material.solution, change=edited)),
        Kind("edited answers", loses("6.6"), folder(material.solution, change=_with_edited_answers)),
    ]


def _oddities(material: Material) -> list[Kind]:
    def put(name: str, expected: Expected, **contents: bytes) -> Kind:
        files = {f"{file}.{ENDINGS.get(file, 'json')}": content for file, content in contents.items()}
        return Kind(name, expected, folder(material.solution, change=lambda found: found | files))

    return [
        put("huge JSON", NO_RESULTS, results=b'{"records": [' + 600_000 * b"0," + b"0]}"),
        put("NaN in JSON", NO_ANSWERS, answers=b'{"lambda": NaN, "times_fewer_flops": Infinity}'),
        put("nested JSON", NO_RESULTS, results=b'{"records": ' + 100_000 * b"["),
        put("no picture, few words", NO_PAGES, plot=b"GIF89a", report=b"## 1. Choice\n\nSee plot.png.\n"),
    ]


def _with_results(change: Any) -> Change:
    """What edits results.json in place."""

    def edit(files: dict[str, bytes]) -> Files:
        results = json.loads(files["results.json"])
        change(results)
        return files | {"results.json": json.dumps(results).encode()}

    return edit


def _relabelled(results: dict[str, Any], variant: str, seed: int) -> None:
    """Somebody's results under another name."""
    results |= {"variant": variant, "seed": seed}
    for record in results["records"]:
        record["seed"] = seed


def _with_edited_answers(files: dict[str, bytes]) -> Files:
    answers = json.loads(files["answers.json"])
    answers["times_fewer_flops"] *= 2
    return files | {"answers.json": json.dumps(answers).encode()}
