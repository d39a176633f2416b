"""How good are a student's tests? Good tests fail on functions with planted bugs and pass on right ones."""

from l0edu.course.hunt.bugs import Bug, bugs
from l0edu.course.hunt.hunting import HUNT_LIMITS, HuntResult, hunt
from l0edu.course.hunt.report import alarms, counts, quietness, report

__all__ = ["HUNT_LIMITS", "Bug", "HuntResult", "alarms", "bugs", "counts", "hunt", "quietness", "report"]
