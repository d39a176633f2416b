"""What does the name of a run say about a wide ResNet's gates? It is read here, and put together again.

    dense, dropout              no gates; gates of a fixed drop rate
    lam0.5                      lambda .5/N
    target0.5, flops0.3         no lambda: half of the gated weights, .3 of the FLOPs
    lam0.5-warm8                gates only from epoch 9 on
    lam0.5-drop0.05             the gates' initial drop rate
    lam0.5-adam0.01             the gates take Adam's steps, of this size
    lam0.5-before-bn            gates before batch norm

What stands behind a price keeps this order.
"""

import re
from dataclasses import dataclass

from l0edu.errors import InputError

__all__ = ["RunName", "read_run_name"]

NUMBER = r"([0-9]*\.?[0-9]+)"
DETAILS = rf"(?:-warm([0-9]+))?(?:-drop{NUMBER})?(?:-adam{NUMBER})?(-before-bn)?"
NAME = re.compile(rf"(dense|dropout)|(lam|target|flops){NUMBER}{DETAILS}")


@dataclass(frozen=True)
class RunName:
    """What a name says.

    Attributes
    ----------
    flat : str
        "dense" or "dropout"; empty where gates learn, and only there the others mean something.
    price : str
        "lam", "target" or "flops".
    number : float
        lambda N, or the target.
    warm_up : int
    drop_rate, gate_step_size : float or None
    before : bool
        Whether the gates stand before batch norm.
    """

    flat: str = ""
    price: str = ""
    number: float = 0.0
    warm_up: int = 0
    drop_rate: float | None = None
    gate_step_size: float | None = None
    before: bool = False

    @property
    def key(self) -> str:
        """The name, always spelled in the same way."""
        if self.flat:
            return self.flat
        details = {
            f"-warm{self.warm_up}": self.warm_up > 0,
            f"-drop{self.drop_rate}": self.drop_rate is not None,
            f"-adam{self.gate_step_size}": self.gate_step_size is not None,
            "-before-bn": self.before,
        }
        return f"{self.price}{self.number:g}" + "".join(name for name, given in details.items() if given)

    @property
    def variant(self) -> str:
        """What stands behind the name of its network: "-dense", say."""
        return f"-{self.flat}" if self.flat else "-before-bn" * self.before

    @property
    def words(self) -> str:
        """All but the price, as in a table."""
        details = {
            self.flat: bool(self.flat),
            f"gates from epoch {self.warm_up + 1}": self.warm_up > 0,
            f"drop rate {self.drop_rate}": self.drop_rate is not None,
            f"gates with Adam's steps of {self.gate_step_size}": self.gate_step_size is not None,
            "gates before batch norm": self.before,
        }
        return ", ".join(words for words, given in details.items() if given)


def read_run_name(name: str) -> RunName:
    """What a name says.

    Raises
    ------
    InputError
        When it is none.

    Examples
    --------
    >>> read_run_name("target.5-warm8").key, read_run_name("target.5-warm8").words
    ('target0.5-warm8', 'gates from epoch 9')
    """
    found = NAME.fullmatch(name)
    if found is None:
        raise InputError(
            f"there is no row {name!r}: write dense, dropout, lam0.5, target0.5 or flops0.3, and behind the "
            "last three, as you like and in this order, -warm8, -drop0.05, -adam0.01, -before-bn"
        )
    flat, price, number, warm_up, drop_rate, step_size, before = found.groups()
    if flat:
        return RunName(flat)
    drop, step = (None if one is None else float(one) for one in (drop_rate, step_size))
    return RunName("", price, float(number), int(warm_up or 0), drop, step, before is not None)
