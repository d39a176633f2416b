"""Which tests are handed in for the mutant hunt? Good ones in odd forms, useless ones and hostile ones."""

from l0edu.course.simulation.attacks import CALLING_OUT, DELETING, FORGING, LEAVING, LOOPING
from l0edu.course.simulation.expected import ALL, NOTHING, Expected, loses
from l0edu.course.simulation.handing_in import folder, loose, with_tests, zipped
from l0edu.course.simulation.kinds import Kind
from l0edu.course.simulation.material import Material

__all__ = ["kinds_of_hunts"]

CALL = "gates.cdf(np.zeros(1), np.full(1, 0.9), 0.5, -0.1, 1.1)"
RISING = f"assert {CALL}[0] > 0.5"  # what one bug violates, and nothing else
FAILING = f"{CALL}\nassert False"
FICKLE = f"{CALL}\nassert np.random.default_rng().random() < 0.5"
PEEKING = f"""\
l0edu = __builtins__["__import__"]("l0edu")
assert {CALL} == l0edu.HardConcrete(0.5, -0.1, 1.1).cdf(0.0, 0.9)
"""
ONE_BUG = Expected("little of 7.1 and 7.4", {"7.1": (0.01, 0.5), "7.4": (0.01, 0.2)}, rest=(0, 0))
AN_ALARM = loses("7.4")


def kinds_of_hunts(material: Material) -> list[Kind]:
    """One of each kind of tests.

    Parameters
    ----------
    material : Material

    Examples
    --------
    >>> from pathlib import Path
    >>> from l0edu.course.assignments import assignment
    >>> len(kinds_of_hunts(Material(assignment("a7"), Path("canaries"), 0)))
    26
    """
    return [*_good_ones(material), *_useless_ones(material), *_bad_tests(material), *_hostile_ones(material)]


def _good_ones(material: Material) -> list[Kind]:
    solution = material.solution
    return [
        Kind("catches one bug", ONE_BUG, folder(_test(material, RISING))),
        Kind("perfect", ALL, folder(solution)),
        Kind("CRLF and byte order mark, zipped", ALL, zipped("\ufeff" + solution.replace("\n", "\r\n"))),
        Kind("prints", ALL, folder(f"{solution}\nprint('x' * 10**6)\n")),
    ]


def _useless_ones(material: Material) -> list[Kind]:
    solution, stub = material.solution, material.stub
    return [
        Kind("empty", NOTHING, loose("")),
        Kind("untouched", NOTHING, folder(stub)),
        Kind("syntax error", NOTHING, folder(solution + "\nreturn return\n")),
        Kind("not UTF-8", NOTHING, loose(solution.encode() + '\nname = "Zoë"\n'.encode("latin-1"))),
        Kind("damaged zip", NOTHING, zipped(solution, damaged=True)),
        Kind("renamed tests", NOTHING, folder(solution.replace("def test_", "def check_"))),
        Kind("always fails", NOTHING, folder(_test(material, FAILING))),
        Kind("fails at random", NOTHING, folder(_test(material, FICKLE))),
        Kind("endless loop outside", NOTHING, folder(f"{solution}\n{LOOPING}\n")),
    ]


def _bad_tests(material: Material) -> list[Kind]:
    """One bad test among good ones."""
    bad = {
        "a test always fails": FAILING,
        "a test fails at random": FICKLE,
        "a test loops": f"{CALL}\n{LOOPING}",
        "a test exits": f"{CALL}\nraise SystemExit(0)",
        "a test takes 2 GB": f"{CALL}\nnp.ones(2**28)",
    }
    return [Kind(name, AN_ALARM, folder(_test(material, code, good=True))) for name, code in bad.items()]


def _hostile_ones(material: Material) -> list[Kind]:
    solution, stub = material.solution, material.stub
    deleting = DELETING.format(targets=material.targets)
    calling = CALLING_OUT.format(port=material.port)
    return [
        Kind("os._exit outside", NOTHING, folder(f"{solution}\n{LEAVING}\n")),
        Kind("imports the library", NOTHING, folder(f"import l0edu\n{solution}")),
        Kind("compares with the library", NOTHING, folder(_test(material, PEEKING))),
        Kind("compares in a good file", AN_ALARM, folder(_test(material, PEEKING, good=True))),
        Kind("edited tests", NOTHING, with_tests(stub)),
        Kind("forges results", NOTHING, folder(f"{stub}\n\n{FORGING}")),
        Kind("deletes files", ALL, folder(f"{solution}\n\n{deleting}")),
        Kind("calls out", ALL, folder(f"{solution}\n\n{calling}")),
    ]


def _test(material: Material, code: str, good: bool = False) -> str:
    """A file with one test, in the file that students start from or among the tests of the solution."""
    body = "\n".join(f"    {line}" for line in code.splitlines())
    return f"{material.solution if good else material.stub}\n\ndef test_of_mine(gates):\n{body}\n"
