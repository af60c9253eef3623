"""Write another library's report of a games table: run by an interpreter that has it.

python peer.py {ydata,ydata-minimal,skrub} GAMES.parquet REPORT.html
"""

from __future__ import annotations

import sys

import polars as pl


def main(which: str, games: str, report: str) -> None:
    table = pl.read_parquet(f"{games}/*.parquet")
    if which == "skrub":
        from skrub import TableReport

        TableReport(table, plot_distributions=True, compute_associations=True, verbose=0).write_html(report)
        return
    from ydata_profiling import ProfileReport

    # NOTE: it knows neither lists nor Polars; what it is given says the same as texts.
    texts = (pl.col(pl.List(pl.String)).list.join(", "), pl.col(pl.Enum).cast(pl.String))
    found = ProfileReport(table.with_columns(texts).to_pandas(), minimal=which == "ydata-minimal", progress_bar=False)
    found.to_file(report)


if __name__ == "__main__":
    main(*sys.argv[1:])
