"""Has a run come to the size that was asked for? What is said about it at its end."""

from collections.abc import Mapping
from typing import Any

__all__ = ["missed", "reached"]

CLOSE_ENOUGH = 0.02  # of the target
ADVICE = {  # by whether too much is left
    True: "train for more epochs",
    False: "the gates closed too late and too many: take a --gate-step-factor of 10, and more epochs",
}


def reached(record: Mapping[str, Any]) -> str:
    """How near a run is to its target, and what to do when it is more than 2 % away; empty without a target.

    Parameters
    ----------
    record : dict
        Of its last epoch.

    Examples
    --------
    >>> reached({"pursuit": {"share": 0.12, "aim": 0.1}})
    'expected share 0.1200, target 0.1000 (+20.0%): missed; train for more epochs'
    """
    if "pursuit" not in record:
        return ""
    share, aim = record["pursuit"]["share"], record["pursuit"]["aim"]
    said = f"expected share {share:.4f}, target {aim:.4f} ({share / aim - 1:+.1%})"
    return f"{said}: missed; {ADVICE[share > aim]}" if missed(record) else said


def missed(record: Mapping[str, Any]) -> bool:
    """Whether it had a target and ended more than 2 % from it.

    Examples
    --------
    >>> missed({"pursuit": {"share": 0.101, "aim": 0.1}}), missed({"test_error": 1.4})
    (False, False)
    """
    if "pursuit" not in record:
        return False
    return bool(abs(record["pursuit"]["share"] / record["pursuit"]["aim"] - 1) > CLOSE_ENOUGH)
