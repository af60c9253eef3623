"""How many typos part a text from a part of another."""

from __future__ import annotations

__all__ = ["fewest_edits"]


def fewest_edits(wanted: str, text: str) -> int:
    """Count the edits that make a text a part of another: the fewest, over all parts of it.

    An edit puts in, takes out or replaces a character, or swaps two neighbours; no part is edited twice (the optimal
    string alignment distance). All rows of the table of distances are kept as bits of two numbers: Hyyrö, "A bit-vector
    algorithm for computing Levenshtein and Damerau edit distances", Nordic Journal of Computing 10 (2003), in the form
    for searching of Myers, "A fast bit-vector algorithm for approximate string matching", Journal of the ACM 46 (1999).
    """
    if not wanted:
        return 0
    places: dict[str, int] = {}
    for at, character in enumerate(wanted):
        places[character] = places.get(character, 0) | 1 << at
    every = (1 << len(wanted)) - 1
    last = 1 << len(wanted) - 1
    edits = fewest = len(wanted)
    # NOTE: whether the distance rises or falls from a row to the next, and what was equal a column before.
    rises, falls, diagonal, before = every, 0, 0, 0
    for character in text:
        equal = places.get(character, 0)
        swapped = ((~diagonal & equal) << 1) & before
        diagonal = (((equal & rises) + rises) ^ rises | equal | falls | swapped) & every
        right_falls = diagonal & rises
        right_rises = falls | (every & ~(diagonal | rises))
        if right_rises & last:
            edits += 1
        elif right_falls & last:
            edits -= 1
            if edits < fewest:
                fewest = edits
        right_rises = (right_rises << 1) & every
        falls = right_rises & diagonal
        rises = (right_falls << 1) & every | (every & ~(diagonal | right_rises))
        before = equal
    return fewest
