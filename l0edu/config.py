"""What was a run asked for? The names and numbers in `config.json`, checked for their types."""

from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from l0edu.errors import InputError
from l0edu.models import build
from l0edu.network import Network
from l0edu.target import Target

__all__ = ["CLASSES", "DEVICES", "OPTIMIZERS", "Config"]

CLASSES = {"cifar100": 100, "cifar100-coarse": 20}  # of data sets that have not 10
OPTIMIZERS = ("adam", "sgd")
DEVICES = ("cpu", "gpu", "stand-in")
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
    gate_step_size : float or None
        The gates take Adam's steps of this size instead of the optimizer's; None in configs that do not say.
    optimizer : str
        "adam", or "sgd" with Nesterov momentum .9; adam in configs that do not say.
    step_drops : list of float or None
        Shares of the run after which a step becomes .2 times as large; none in configs that do not say.
    gated_weight_decay : float or None
        Another weight decay for weights with a gate.
    decay_batch_norm : bool
        Whether batch norm's scale and shift decay too.
    drop_rate : float or None
        The gates' initial drop rate; None is the network's own.
    warm_up : int
        So many epochs without gates at the start.
    augment : bool
        Whether training images are flipped and cropped at random.
    channel_mean, channel_std : list of float or None
        What each channel of the training images was brought to mean 0 and variance 1 with, in units of the
        full scale; None for images that lie in [0, 1].
    test_images : int or None
        How many images the test error is of; None in configs that do not say.
    device : str
        Where the run was last trained: "cpu", which configs mean that do not say, "gpu" (CuPy), or "stand-in"
        (`l0edu.gpu.stand_in`).
    repeatable : bool
        Whether a device takes the gates' noise from the host, where it is the CPU's; no in configs that do
        not say.

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
    gate_step_size: float | None = None
    optimizer: str = "adam"
    step_drops: list[float] | None = None
    gated_weight_decay: float | None = None
    decay_batch_norm: bool = False
    drop_rate: float | None = None
    warm_up: int = 0
    augment: bool = False
    channel_mean: list[float] | None = None
    channel_std: list[float] | None = None
    test_images: int | None = None
    device: str = "cpu"
    repeatable: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not _is_of(value, field.type):
                raise InputError(f"config: {field.name} = {value!r} is not of type {field.type}")
        if self.target_l0 is not None and self.target_flops is not None:
            raise InputError("config: target_l0 and target_flops: give one of them")
        if self.dtype not in ("float32", "float64"):
            raise InputError(f"config: dtype = {self.dtype!r}: it must be float32 or float64")
        if self.epochs < 1 or self.batch_size < 1:
            raise InputError(
                f"epochs = {self.epochs}, batch_size = {self.batch_size}: both must be at least 1"
            )
        for name, known in (("optimizer", OPTIMIZERS), ("device", DEVICES)):
            if getattr(self, name) not in known:
                raise InputError(
                    f"config: {name} = {getattr(self, name)!r}: choose one of {', '.join(known)}"
                )

    def build(self) -> Network:
        """The network, with as many outputs as the data have classes."""
        return build(self.network, CLASSES.get(self.data), self.drop_rate)

    @property
    def target(self) -> Target | None:
        """What is pursued in place of a lambda."""
        if self.target_l0 is not None:
            return Target(self.target_l0)
        return None if self.target_flops is None else Target(self.target_flops, of="flops")

    @property
    def steps_per_epoch(self) -> int:
        """How many batches an epoch has."""
        return -(-self.images // self.batch_size)

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
    if kind == int | None:
        return value is None or _is_of(value, int)
    if kind == float | None:
        return value is None or _is_of(value, float)
    if kind == list[float] | None:
        return value is None or _is_of(value, list[float])
    if kind == list[float]:
        return isinstance(value, list) and value != [] and all(_is_of(one, float) for one in value)
    return isinstance(value, kind)
