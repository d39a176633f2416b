"""Is a report on the experiment of a6 sound? Its files are read and recomputed within limits, never run.

Invented numbers can agree with each other. So `rerun` trains one lambda again, and compares the numbers.
"""

from l0edu.course.report.answers import check_answer
from l0edu.course.report.files import ReportError
from l0edu.course.report.judging import Verdict, check_plot, check_report, judge
from l0edu.course.report.rerun import Rerun, rerun
from l0edu.course.report.results import Point, Results, check_results

__all__ = [
    "Point",
    "ReportError",
    "Rerun",
    "Results",
    "Verdict",
    "check_answer",
    "check_plot",
    "check_report",
    "check_results",
    "judge",
    "rerun",
]
