"""Which questions can an instructor give to a learning platform? Concepts, and numbers for each student."""

from l0edu.course.question_bank.bank import question_bank, read_students

__all__ = ["question_bank", "read_students"]
