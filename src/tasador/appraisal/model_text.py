"""The check of a booster's text, before LightGBM reads it.

LightGBM trusts its text: one that is cut or altered ends the process, reads memory that is not its own, or loops for
ever, as often as it is refused. So whatever its reader relies on is looked at first: every number is one, every array
has its length, every tree is a tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasador.errors import BundleError

__all__ = ["ModelText", "read"]

_DO: Final = "Train again; do not use this bundle."
_VERSION: Final = "v4"
_END: Final = b"end of trees\n"

#: A number as LightGBM writes it. Possessive: a megabyte of them is read in milliseconds.
_NUMBER: Final = r"-?+(?:inf|(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:e[-+][0-9]{2,3}+)?+)"

#: What follows the line `Tree=…`: lines of a key and numbers.
_TREE: Final = re.compile(rf"(?:[a-z_]++=(?:{_NUMBER}(?: {_NUMBER})*+)?+\n)++\n\n")

#: Numbers that are whole, counts, and numbers that no leaf may hold.
_WHOLE: Final = re.compile(r"[-0-9 ]*")
_COUNTS_ONLY: Final = re.compile(r"[0-9 ]+")
_UNBOUNDED: Final = re.compile(r"inf|e\+[0-9]{3}")

#: An objective and its parameters, such as `multiclass num_class:30`.
_OBJECTIVE: Final = re.compile(r"[a-z_0-9]+(?: [a-z_]+(?::[-+.0-9e]+)?)*")

#: Splits by category and linear leaves are not used by Tasador's models, so they are not checked but refused.
_ABSENT: Final = ("num_cat", "is_linear")

_OF_NODES: Final = (
    *("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child"),
    *("internal_value", "internal_weight", "internal_count"),
)
_OF_LEAVES: Final = ("leaf_value", "leaf_weight", "leaf_count")
_COUNTS: Final = ("leaf_count", "internal_count")

#: What the beginning says in whole numbers, and what else it may say.
_HEADER_COUNTS: Final = ("num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "tree_sizes")
_HEADER_TEXTS: Final = ("version", "objective", "feature_names", "monotone_constraints", "feature_infos")

#: Bits of `decision_type` other than "by category": default left, and how a missing value is told.
_DECISIONS: Final = frozenset({"0", "2", "4", "6", "8", "10"})


@dataclass(frozen=True, slots=True)
class ModelText:
    """A text that LightGBM can read.

    Attributes:
        text: Up to the last tree: what comes after, such as the parameters of the fit, is not needed to predict.
        input_names: Names of the inputs, in order; `Column_0` and so on where the fit gave none.
        n_outputs: 1, or the number of classes.
    """

    text: bytes
    input_names: tuple[str, ...]
    n_outputs: int


def read(model: bytes) -> ModelText:
    """Check a booster's text.

    Raises:
        BundleError: It is not what LightGBM 4 writes for numeric inputs and constant leaves, or is damaged.
    """
    try:
        whole = model[: model.index(_END) + len(_END)]
        header, sizes = _header(whole[: whole.index(b"\nTree=0\n") + 1].decode("ascii"))
        names = tuple(header["feature_names"].split(" "))
        n_outputs = int(header["num_class"])
        _require(int(header["max_feature_idx"]) == len(names) - 1, "names that are not as many as its inputs")
        _require(int(header["num_tree_per_iteration"]) == n_outputs, "several trees for an output")
        _require(n_outputs > 0 and len(sizes) % n_outputs == 0, "an iteration that is not whole")
        start = whole.index(b"\nTree=0\n") + 1
        inputs = {str(number) for number in range(len(names))}
        for number, size in enumerate(sizes):
            _check_tree(whole[start : start + size].decode("ascii"), number, inputs=inputs)
            start += size
        _require(whole[start:] == _END, "something between the last tree and the end")
    except BundleError:
        raise
    except (ValueError, KeyError) as error:
        raise _damaged(str(error) or type(error).__name__) from error
    return ModelText(whole, names, n_outputs)


def _header(text: str) -> tuple[dict[str, str], list[int]]:
    """Read the lines before the first tree: the values by key, and the length of each tree's text."""
    first, *lines = text.strip("\n").split("\n")
    header = dict(line.split("=", 1) for line in lines)
    known = len(header) == len(lines) and header.keys() <= {*_HEADER_COUNTS, *_HEADER_TEXTS}
    _require(first == "tree" and known, "a beginning that is not a model's")
    if header["version"] != _VERSION:
        raise BundleError(
            "the booster is written in another format",
            got=f"version {header['version']!r}",
            expected=f"version {_VERSION!r}, as LightGBM 4 writes it",
            do="Use the Tasador version that wrote it, or train again with this one.",
        )
    _require(all(_COUNTS_ONLY.fullmatch(header[key]) for key in _HEADER_COUNTS), "counts that are no numbers")
    objective, classes = header.get("objective"), header["num_class"]
    named = objective is None or _OBJECTIVE.fullmatch(objective) is not None
    _require(named and "\0" not in text and "\r" not in text, "an objective or names that cannot be read")
    stated = re.findall(r"num_class:(\S*)", objective or "")
    _require(stated == ([] if classes == "1" else [classes]), "classes that differ from its objective's")
    sizes = [int(size) for size in header["tree_sizes"].split(" ")]
    _require(min(sizes) > 0, "a tree without text")
    return header, sizes


def _check_tree(text: str, number: int, *, inputs: set[str]) -> None:
    """Check that a tree's numbers are numbers, its arrays have their lengths, and its nodes are one tree."""
    first, _, body = text.partition("\n")
    _require(first == f"Tree={number}" and _TREE.fullmatch(body) is not None, f"tree {number} is not a tree's text")
    lines = body.rstrip("\n").split("\n")
    fields = dict(line.split("=", 1) for line in lines)
    n_leaves = int(fields["num_leaves"])
    _require(len(fields) == len(lines) and n_leaves > 0, f"tree {number} has fields twice or no leaf")
    _require(all(fields[key] == "0" for key in _ABSENT), f"tree {number} splits by category or has linear leaves")
    # NOTE: of a tree with one leaf LightGBM reads that leaf's value alone.
    of_leaves = _OF_LEAVES if n_leaves > 1 else ("leaf_value",)
    whole = all(_length(fields[key]) == n_leaves - 1 for key in _OF_NODES) and all(
        _length(fields[key]) == n_leaves for key in of_leaves
    )
    _require(whole, f"tree {number} has arrays of wrong lengths")
    counted = all(_WHOLE.fullmatch(fields[key]) for key in _COUNTS)
    _require(counted and not _UNBOUNDED.search(fields["leaf_value"]), f"tree {number} has numbers out of range")
    _require(inputs.issuperset(fields["split_feature"].split()), f"tree {number} asks for unknown inputs")
    _require(_DECISIONS.issuperset(fields["decision_type"].split()), f"tree {number} has unknown decisions")
    children = [[int(child) for child in fields[key].split()] for key in ("left_child", "right_child")]
    _require(_is_tree(*children), f"the nodes of tree {number} are no tree")


def _length(values: str) -> int:
    return values.count(" ") + bool(values)


def _is_tree(left: list[int], right: list[int]) -> bool:
    """Whether every node but the root and every leaf is the child of one earlier node; ~i stands for leaf i."""
    n_nodes = len(left)
    if any(0 <= child <= node for children in (left, right) for node, child in enumerate(children)):
        return False
    return sorted([*left, *right]) == ([*range(-n_nodes - 1, 0), *range(1, n_nodes)] if n_nodes else [])


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001
    if not holds:
        raise _damaged(otherwise)


def _damaged(seen: str) -> BundleError:
    return BundleError("the booster's text is damaged", got=seen, expected="a model as LightGBM writes it", do=_DO)
