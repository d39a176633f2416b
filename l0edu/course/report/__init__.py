"""Does a report on the experiment of a6 hold? Its files are read within limits, recomputed, and never run.

Made-up numbers can agree with each other. `rerun` trains with one lambda again, which shows whether they were
measured.
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
