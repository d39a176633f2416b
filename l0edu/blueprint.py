"""How is a network's description written as JSON, and read back from a file that nobody vouches for?

Every network, layer and law becomes an object with its kind and the fields of its dataclass:

    {"kind": "Dense", "name": "fc1", "units": 300, "bias": true, "weight_gate": null}

So a kind needs nothing of its own here but a place in `KINDS`. Reading makes only what is listed there, out
of values of the types that the fields are declared with: no name in a file is ever imported or called.
"""

from dataclasses import fields
from math import isfinite, prod
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from l0edu import layers
from l0edu.dropout import Dropout
from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.gaussian import HardGaussian
from l0edu.network import Network

__all__ = ["KINDS", "from_json", "to_json"]

KINDS: list[Any] = [
    Network,
    *(layers.Chain, layers.Residual),
    *(layers.Dense, layers.Conv, layers.Flatten),
    *(layers.Gate, layers.BatchNorm, layers.Relu, layers.MaxPool, layers.MeanPool),
    *(layers.Take, layers.Put, layers.Scale),
    *(HardConcrete, HardGaussian, Dropout),
]
LARGEST = 2**31  # no example holds more numbers anywhere in a network; keeps giants out of later arithmetic
LONGEST = 60  # characters of a value in a message
PLAIN: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number of at most 2^31",
    float: "a finite number",
    str: "a text",
}


def to_json(net: Network) -> dict[str, Any]:
    """The network as nested dictionaries and lists, for `json.dumps`.

    Parameters
    ----------
    net : Network
        Of the library's own layers and laws. A kind of your own joins with `KINDS.append(Kind)`: a frozen
        dataclass whose fields are declared as bool, int, float, str, a layer, a law, tuples of these, or
        one of these or None.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        For a layer or a law of another kind, or a field that JSON cannot hold.

    Examples
    --------
    >>> from l0edu import Dense
    >>> to_json(Network(in_shape=(4,), body=Dense("fc1", 3)))["body"]
    {'kind': 'Dense', 'name': 'fc1', 'units': 3, 'bias': True, 'weight_gate': None}
    """
    written: dict[str, Any] = _written(net)
    return written


def from_json(content: Any, origin: str) -> Network:
    """The network that `to_json` wrote.

    Parameters
    ----------
    content : dict
        What `json.loads` gave; anything else is refused.
    origin : str
        Where it comes from, for the message.

    Raises
    ------
    InputError
        When anything is unknown, missing or of a wrong type, when a number is too large, or when the layers
        do not fit each other: the message says which.

    Examples
    --------
    >>> from l0edu import lenet5
    >>> from_json(to_json(lenet5()), "here") == lenet5()
    True
    >>> from_json({**to_json(lenet5()), "in_shape": "28 x 28"}, "my.npz")
    Traceback (most recent call last):
    l0edu.errors.InputError: my.npz: network.in_shape = '28 x 28' is not a list
    """
    try:
        net: Network = _read(content, Network, "network")
        _refuse_giants(net)
        return net
    except InputError as error:
        raise InputError(f"{origin}: {error}") from None
    except RecursionError:
        raise InputError(f"{origin}: its layers are nested too deeply") from None


# ---- writing


def _written(value: Any) -> Any:
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, tuple | list):
        return [_written(one) for one in value]
    kind = type(value)
    if kind not in KINDS:
        raise InputError(f"{value!r} cannot be written: append {kind.__name__} to l0edu.blueprint.KINDS")
    return {
        "kind": kind.__name__,
        **{field.name: _written(getattr(value, field.name)) for field in fields(kind)},
    }


# ---- reading: `where` is the path to a value, for the message


def _read(value: Any, wanted: Any, where: str) -> Any:
    """The value as its field is declared: plain, a tuple, a description, or one of them or None."""
    if wanted in PLAIN:
        return _plain(value, wanted, where)
    if get_origin(wanted) in (UnionType, Union):
        (given,) = (kind for kind in get_args(wanted) if kind is not NoneType)
        return None if value is None else _read(value, given, where)
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise InputError(f"{where} = {_shortened(value)} is not a list")
        return tuple(_read(one, get_args(wanted)[0], f"{where}[{i}]") for i, one in enumerate(value))
    return _description(value, wanted, where)


def _plain(value: Any, wanted: Any, where: str) -> Any:
    whole = type(value) is int and abs(value) <= LARGEST
    fits = {
        int: whole,
        float: whole or (type(value) is float and isfinite(value)),
        bool: type(value) is bool,
        str: type(value) is str,
    }
    if not fits[wanted]:
        raise InputError(f"{where} = {_shortened(value)} is not {PLAIN[wanted]}")
    return value


def _description(value: Any, wanted: Any, where: str) -> Any:
    """A network, layer or law, made of its kind's fields, which must all be there and no others."""
    choices = {kind.__name__: kind for kind in KINDS if issubclass(kind, wanted)}
    content = value if isinstance(value, dict) else {}
    name = content.get("kind")
    if not isinstance(name, str) or name not in choices:
        raise InputError(f"{where} = {_shortened(value)} has no known kind, as {', '.join(choices)}")
    declared = {field.name: field.type for field in fields(choices[name])}
    for key in declared:
        if key not in content:
            raise InputError(f"{where} lacks {key!r}")
    for key in content:
        if key not in declared and key != "kind":
            raise InputError(f"{where} has {_shortened(key)}, which a {name} has not")
    values = {key: _read(content[key], type_, f"{where}.{key}") for key, type_ in declared.items()}
    return choices[name](**values)


def _refuse_giants(net: Network) -> None:
    """Refuse sizes that no computer could hold, some of which are the result of reasonable fields."""
    for layer, shapes in net.shapes.items():
        for shape in shapes:
            if min(shape, default=0) < 0 or prod(shape) > LARGEST:
                raise InputError(f"layer {layer!r} would handle {shape}, which no computer can hold")


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."
