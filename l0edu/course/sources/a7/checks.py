"""How many planted bugs do the student's tests catch, and do they keep quiet when there is none?

The visible run plants every second bug of each function, the hidden run the others.
"""

import pytest

from l0edu.course.hunt import alarms, bugs, counts, hunt, quietness
from l0edu.course.isolation.running import StudentError


@pytest.fixture(scope="session")
def hunts():
    """The hunts of this run, which each test looks at."""
    return {}


@pytest.fixture
def result(request, hunts, submission, rng):
    """The hunt for the visible or the hidden bugs."""
    visible = request.node.get_closest_marker("task").kwargs.get("visibility", "visible") == "visible"
    if visible not in hunts:
        planted = [bug for bug in bugs() if bug.visible == visible]
        hunts[visible] = hunt(submission / "test_gates.py", rng=rng, planted=planted)
    if hunts[visible].trouble:
        raise StudentError(hunts[visible].trouble)
    return hunts[visible]


def earn_catches(result, name, partial):
    """Give points in proportion to the bugs that are caught in the functions of an assignment."""
    if not result.tried(name):
        raise NotImplementedError(f"no test calls a function of {name}")
    planted = [bug for bug in result.bugs if bug.assignment == name]
    caught = [bug for bug in result.caught if bug.assignment == name]
    partial(len(caught) / len(planted))
    if len(caught) < len(planted):
        raise AssertionError("\n".join(counts(result, [name])))


@pytest.mark.task(
    "7.1", points=2, hidden=2, hint="On which inputs would each part of Eqs. 10 to 13 show, were it missing?"
)
def test_bugs_in_the_gate_are_caught(result, partial):
    earn_catches(result, "a1", partial)


@pytest.mark.task(
    "7.2", points=3, hidden=3, hint="Of what is it the gradient, and what does that function say about it?"
)
def test_bugs_in_the_gradients_are_caught(result, partial):
    earn_catches(result, "a2", partial)


@pytest.mark.task(
    "7.3", points=3, hidden=3, hint="Could two layers, two axes or two arguments be mixed up without a trace?"
)
def test_bugs_in_the_penalties_are_caught(result, partial):
    earn_catches(result, "a3", partial)


@pytest.mark.task(
    "7.4",
    points=2,
    hidden=2,
    hint="Does your test ask for more than the formula promises, such as the last digit?",
)
def test_right_versions_raise_no_alarm(result, partial):
    if not any(result.tried(name) for name in ("a1", "a2", "a3")):
        raise NotImplementedError("no test calls a function that could have a bug")
    partial(result.quiet)
    if result.quiet < 1:
        raise AssertionError("\n".join([quietness(result), *alarms(result)]))
