"""Which mistake is in a student's function? The doctor compares it with right and known wrong ones."""

from l0edu.course.doctor.diagnosis import Diagnosis, diagnose
from l0edu.course.doctor.target import Target
from l0edu.course.doctor.targets import target, targets

__all__ = ["Diagnosis", "Target", "diagnose", "target", "targets"]
