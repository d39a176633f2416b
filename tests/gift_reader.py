"""A reader of GIFT that shares nothing with the writer; by the rules of Moodle's import, so far as needed."""

import html
import re
from typing import NamedTuple

ESCAPED = re.compile(r"\\([~=#{}:\\n])")


class Answer(NamedTuple):
    percent: float
    text: str
    feedback: str


class Question(NamedTuple):
    category: str
    name: str
    text: str
    numerical: bool
    answers: list[Answer]


def read(text):
    """Every question of a file: blank lines end them, $CATEGORY stands alone."""
    category, questions = "", []
    for part in re.split(r"\n[ \t]*\n", text.strip()):
        lines = [line for line in part.split("\n") if not line.strip().startswith("//")]
        if lines[0].startswith("$CATEGORY:"):
            assert len(lines) == 1
            category = lines[0].removeprefix("$CATEGORY:").strip()
        else:
            questions.append(question(category, "\n".join(lines)))
    return questions


def question(category, text):
    hidden = ESCAPED.sub(lambda found: chr(0xE000 + ord(found[1])), text)
    _, name, rest = hidden.split("::")
    body, _, answers = rest.partition("{")
    assert answers.count("}") == 1
    assert answers.endswith("}")
    assert "{" not in answers
    numerical = answers.startswith("#")
    assert body.startswith("[html]")
    return Question(
        category,
        shown(name),
        plain(body[6:]),
        numerical,
        list(read_answers(answers[numerical:-1], numerical)),
    )


def read_answers(text, numerical):
    """`=` or `~`, perhaps %percent%, the answer, and behind # the feedback."""
    for mark, rest in re.findall(r"([=~])([^=~]*)", text):
        percent, answer, feedback = re.fullmatch(r"(?:%(-?[\d.]+)%)?([^#]*)#([^#]*)", rest.strip()).groups()
        if numerical and mark == "~":
            assert answer == ""
        yield Answer(float(percent or 100 * (mark == "=")), plain(answer), plain(feedback))


def shown(text):
    signs = ((character, chr(ord(character) - 0xE000)) for character in set(text) if ord(character) >= 0xE000)
    for hidden, sign in signs:
        text = text.replace(hidden, "\n" if sign == "n" else sign)
    return text.strip()


def plain(text):
    """What a browser shows of the HTML."""
    assert re.search(r"&(?!amp;|lt;|gt;)", text) is None
    return html.unescape(re.sub(r"</?(p|pre)>", " ", shown(text)).replace("<", "(unescaped)")).strip()
