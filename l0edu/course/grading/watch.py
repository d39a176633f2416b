"""Who ran when a file was damaged? Files are compared whenever a student's run ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from l0edu.course.grading.damage import damage, look

__all__ = ["Watch"]


class Watch:
    """Watches files and folders that must not change.

    Parameters
    ----------
    places : sequence of Path

    Attributes
    ----------
    found : list of (str, tuple of str)
        What happened, and who may have done it: all who ran since the look before.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     watch = Watch([Path(folder)])
    ...     with watch.over("mallory"):
    ...         _ = Path(folder, "cheat.py").write_text("")
    ...     watch.found[0][1]
    ('mallory',)
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self.places = list(places)
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self._last = look(self.places)
        self._running: set[str] = set()
        self._since: set[str] = set()
        self._lock = Lock()

    @contextmanager
    def over(self, student: str) -> Iterator[None]:
        """A context in which one student's code runs."""
        with self._lock:
            self._running.add(student)
            self._since.add(student)
        try:
            yield
        finally:
            with self._lock:
                self._look()
                self._running.discard(student)
                self._since = set(self._running)

    def _look(self) -> None:
        now = look(self.places, self._last)
        suspects = tuple(sorted(self._since))
        self.found += [(what, suspects) for what in damage(self._last, now)]
        self._last = now
