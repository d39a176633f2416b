"""How does the library say what is wrong with what it was given, and what to give instead?"""

__all__ = ["GateWarning", "InputError", "TrainingDivergedError"]


class InputError(ValueError):
    """Bad input: the message is one line that names the value and the remedy."""


class TrainingDivergedError(InputError):
    """The loss is no longer a finite number; the last good state was kept."""


class GateWarning(UserWarning):
    """Training runs, but its gates do something that nobody wants."""
