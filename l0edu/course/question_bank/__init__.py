"""Which questions can an instructor give to a learning platform? Concepts, and numbers of each student's
own.
"""

from l0edu.course.question_bank.bank import question_bank, read_students

__all__ = ["question_bank", "read_students"]
