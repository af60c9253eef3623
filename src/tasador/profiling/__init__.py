"""The exploratory analysis of a games table: a dict first, then a page made from the dict alone.

`summary.summarise` is the only thing that looks at data; `report.render` only at its result.
"""
