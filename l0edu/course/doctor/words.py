"""How is a list of names said in a sentence?"""

__all__ = ["listed"]


def listed(names: list[str], joint: str = " and ") -> str:
    """The names, with commas and one "and".

    Parameters
    ----------
    names : list of str
    joint : str
        What stands before the last one.

    Examples
    --------
    >>> listed(["dx", "db", "dz"]), listed(["dx"])
    ('dx, db and dz', 'dx')
    """
    return joint.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
