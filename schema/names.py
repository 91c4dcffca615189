"""A name -> its folded form and its grams: what a search by name compares, at intake and when reading.

Folding makes names equal that people write differently (full and half width, capital letters, spaces). It is for
looking up only: nothing shown to anybody is folded.
"""

import unicodedata


def fold(name: str) -> str:
    """NFKC, without letter case and without any space. Folding twice changes nothing."""
    folded = _folded_once(name)
    # Taking out spaces or letter case may bring characters together that compose into others.
    while (again := _folded_once(folded)) != folded:
        folded = again
    return folded


def grams(name: str) -> set[str]:
    """Every two neighbouring characters of the folded name; a name of one character is its own gram."""
    folded = fold(name)
    if len(folded) < 2:
        return {folded} if folded else set()
    return {folded[start : start + 2] for start in range(len(folded) - 1)}


def _folded_once(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
