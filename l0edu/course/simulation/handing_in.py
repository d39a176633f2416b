"""How does a student hand in? As a folder, a folder in a folder, a single file or a zip.

Each function here returns another function. That one takes a student's name and the material, and returns the
files, by path. Where an assignment asks for a report too, a complete report is among them, unless the
function says otherwise.
"""

import io
import zipfile
from collections.abc import Callable, Mapping

from l0edu.course.simulation.attacks import PASSING
from l0edu.course.simulation.material import Material

__all__ = ["Change", "Files", "Make", "alone", "folder", "loose", "nested", "with_tests", "zipped"]

Files = Mapping[str, bytes]  # by their path in the folder of submissions
Make = Callable[[str, Material], Files]
Change = Callable[[dict[str, bytes]], Files]


def folder(text: str | bytes, variant: str = "", change: Change = dict) -> Make:
    """A folder that holds what is asked for.

    Parameters
    ----------
    text : str or bytes
        Of the file of functions.
    variant : str
        Of the report; default: the student's name.
    change : callable
        From the files of the report to those that are handed in.
    """

    def make(student: str, material: Material) -> Files:
        files = {material.assignment.file: _bytes(text), **change(material.report(variant or student))}
        return {f"{student}/{name}": content for name, content in files.items()}

    return make


def alone(text: str | bytes) -> Make:
    """A folder that holds the file of functions alone.

    Parameters
    ----------
    text : str or bytes
        Of the file of functions.
    """
    return folder(text, change=lambda _: {})


def nested(text: str) -> Make:
    """A folder in a folder.

    Parameters
    ----------
    text : str
        Of the file of functions.
    """

    def make(student: str, material: Material) -> Files:
        name, files = material.assignment.name, folder(text)(student, material)
        return {path.replace("/", f"/{name}/", 1): content for path, content in files.items()}

    return make


def loose(text: str | bytes) -> Make:
    """The file by itself, or a folder where more is asked for.

    Parameters
    ----------
    text : str or bytes
        Of the file of functions.
    """

    def make(student: str, material: Material) -> Files:
        one_file = len(material.assignment.files) == 1
        return {f"{student}.py": _bytes(text)} if one_file else folder(text)(student, material)

    return make


def zipped(text: str | bytes, damaged: bool = False) -> Make:
    """A zip, or the first half of one.

    Parameters
    ----------
    text : str or bytes
        Of the file of functions.
    damaged : bool
        Whether only the first half is handed in.
    """

    def make(student: str, material: Material) -> Files:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in folder(text)(student, material).items():
                archive.writestr(name, content)
        content = buffer.getvalue()
        return {f"{student}.zip": content[: len(content) // 2] if damaged else content}

    return make


def with_tests(text: str) -> Make:
    """With tests, and files beside them, by which everything would pass.

    Parameters
    ----------
    text : str
        Of the file of functions.
    """

    def make(student: str, material: Material) -> Files:
        tests_name = material.assignment.tests_name
        brought = {name.format(tests_name=tests_name): text.encode() for name, text in PASSING.items()}
        return {f"{student}/{name}": content for name, content in brought.items()} | dict(
            folder(text)(student, material)
        )

    return make


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
