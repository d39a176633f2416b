"""What does Gradescope read? A `results.json` for each student, as its autograders write them."""

import json
from typing import Any

from l0edu.course.grading.graded import Graded
from l0edu.course.grading.sentences import about_report, what_to_say
from l0edu.course.grading.titles import title
from l0edu.course.outcomes import RIGHT, WRONG, Outcome

__all__ = ["gradescope_json"]


def gradescope_json(graded: Graded, by_hand: float = 0) -> str:
    r"""The results of one student, in the format of gradescope-autograders.readthedocs.io, "specs".

    Hidden tests keep the visibility that the bundle gave them. Their output holds no numbers.

    Parameters
    ----------
    graded : Graded
    by_hand : float
        The points that a person gives. The text mentions them; the scores do not include them.

    Examples
    --------
    >>> one = Outcome(
    ...     "test_sample_is_eq_11",
    ...     "1.1",
    ...     2,
    ...     0,
    ...     "wrong",
    ...     hint="Which sign?",
    ...     message="z is 1, and should be 2",
    ... )
    >>> test = json.loads(gradescope_json(Graded("ann", "ann", "graded", (one,))))["tests"][0]
    >>> test["status"], test["score"], test["max_score"], test["visibility"]
    ('failed', 0, 2, 'visible')
    >>> test["number"], test["name"], test["output"]
    ('1.1', 'sample is Eq. 11', 'z is 1, and should be 2\nHint: Which sign?')
    """
    diagnoses = [f"{name}: known mistake: {why}" for name, why in graded.diagnoses.items()]
    whole = "\n".join([graded.note, *about_report(graded, by_hand), *diagnoses])
    content = {
        "score": round(graded.score, 2),
        "execution_time": round(graded.seconds, 1),
        "output": whole.strip(),
        "output_format": "text",
        "test_output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_test(one) for one in graded.outcomes],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _test(one: Outcome) -> dict[str, Any]:
    status = [] if one.status in (RIGHT, WRONG) else [f"{one.status.capitalize()}."]
    return {
        "name": title(one),
        "number": one.task,  # Gradescope shows it before the name
        "score": round(one.score, 2),
        "max_score": one.points,
        "status": "passed" if one.status == RIGHT else "failed",
        "visibility": one.visibility,
        "output": "\n".join(status + what_to_say(one)),
    }
