"""Lists of labels: genres, features, tags, platforms, languages."""

from __future__ import annotations

import html

import polars as pl

__all__ = ["labels"]


def labels(raw: pl.Series) -> pl.Series:
    """Unescape and trim the labels of lists, each once, in their order; an empty list is null."""
    if raw.null_count() == len(raw):
        return raw
    distinct = raw.explode(empty_as_null=False).unique().drop_nulls().to_list()
    cleaned = {label: html.unescape(label).strip() for label in distinct}
    changed = {label: clean for label, clean in cleaned.items() if clean != label}
    column = pl.col(raw.name)
    lists = raw.to_frame()
    if changed:
        lists = lists.select(column.list.eval(pl.element().replace(changed)))
    # NOTE: few lists hold a label twice or an empty one, and taking it out takes many times as long as seeing that.
    odd = (column.list.n_unique() != column.list.len()) | (column.list.len() == 0)
    if "" in cleaned.values():
        odd |= column.list.contains("")
    return lists.with_columns(odd=odd.fill_null(value=False)).pipe(_without_odd, raw.name)


def _without_odd(lists: pl.DataFrame, name: str) -> pl.Series:
    """Take repeated and empty labels out of the lists that are `odd`."""
    odd, rows = lists["odd"], lists[name]
    if not odd.any():
        return rows
    kept = pl.col(name).list.eval(pl.element().filter(pl.element() != "").unique(maintain_order=True))
    mended = lists.filter(odd).select(pl.when(kept.list.len() > 0).then(kept)).to_series()
    rest = rows.filter(~odd)
    # NOTE: where each row's list is: among those that were as they should be, or among the mended.
    at = pl.select(pl.when(odd).then(odd.cum_sum() - 1 + len(rest)).otherwise((~odd).cum_sum() - 1)).to_series()
    return rest.append(mended).gather(at)
