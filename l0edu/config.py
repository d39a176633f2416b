"""What was a run asked for? The names and numbers in `config.json`, checked for their types."""

from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from l0edu.errors import InputError

__all__ = ["Config"]

LARGEST = 2**53  # whole numbers up to here are exact as floats, and in any reader of JSON


@dataclass(frozen=True)
class Config:
    """What decides a run from the command line.

    Attributes
    ----------
    network, data : str
        Names of a model and of a data set.
    data_dir : str or None
        Where the data set lies.
    lam : list of float
        lambda in units of 1/N, one for all or one a gated layer.
    weight_decay, step_size, averaging : float
    epochs, batch_size, seed : int
    dtype : str
    conditional : bool
        Whether closed gates are skipped in training.
    validation : float
        Share of the training images that are held out.
    images : int
        N, how many images are trained on.
    data_crc : int
        CRC-32 of these images and labels: going on with others is refused.
    record : bool
        Whether the gates of every epoch are kept; no in configs that do not say.
    per_example : bool
        Whether gates are drawn for each example of a minibatch; no in configs that do not say.
    target_l0, target_flops : float or None
        The share of gated weights, or of FLOPs, that is to be left: at most one of them.
    gate_step_factor : float
        How many times larger steps are for the gates' parameters; 1 in configs that do not say.

    Raises
    ------
    InputError
        When a value is of another type.
    """

    network: str
    data: str
    data_dir: str | None
    lam: list[float]
    weight_decay: float
    epochs: int
    batch_size: int
    step_size: float
    averaging: float
    seed: int
    dtype: str
    conditional: bool
    validation: float
    images: int
    data_crc: int
    record: bool = False
    per_example: bool = False
    target_l0: float | None = None
    target_flops: float | None = None
    gate_step_factor: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not _is_of(value, field.type):
                raise InputError(f"config: {field.name} = {value!r} is not of type {field.type}")

        if self.target_l0 is not None and self.target_flops is not None:
            raise InputError("config: target_l0 and target_flops: give one of them")
        if self.dtype not in ("float32", "float64"):
            raise InputError(f"config: dtype = {self.dtype!r}: it must be float32 or float64")

    @classmethod
    def of_json(cls, content: Any, origin: str) -> "Config":
        """The config in what JSON gave; `origin` says in a message where that was."""
        wanted = {field.name for field in fields(cls)}
        needed = {field.name for field in fields(cls) if field.default is MISSING}
        if not isinstance(content, dict) or not needed <= content.keys() <= wanted:
            raise InputError(f"{origin} is no config of a run: restore it, or start anew in another folder")
        try:
            return cls(**content)
        except InputError as error:
            raise InputError(f"{origin}: {error}: restore it, or start anew in another folder") from None

    def describe(self) -> str:
        """The run in a few words, as in "mlp on mini, lambda 0.1/N"."""
        return f"{self.network} on {self.data}{self._price()}"

    def _price(self) -> str:
        if self.target_l0 is not None:
            return f", target {self.target_l0:g} of the weights"
        if self.target_flops is not None:
            return f", target {self.target_flops:g} of the FLOPs"
        return f", lambda {' '.join(f'{lam:g}' for lam in self.lam)}/N" if any(self.lam) else ""

    def to_json(self) -> dict[str, Any]:
        """The same as a dictionary."""
        return asdict(self)


def _is_of(value: Any, kind: Any) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
    if kind is float:
        return isinstance(value, float) or _is_of(value, int)
    if kind == float | None:
        return value is None or _is_of(value, float)
    if kind == list[float]:
        return isinstance(value, list) and value != [] and all(_is_of(one, float) for one in value)
    return isinstance(value, kind)
