"""How is code called that nobody trusts? Over a border that only plain numbers, texts and arrays can pass."""

from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.limits import Limits
from l0edu.course.isolation.running import StudentError
from l0edu.course.isolation.student import Direct, Student

__all__ = ["Direct", "Isolated", "Limits", "Student", "StudentError"]
