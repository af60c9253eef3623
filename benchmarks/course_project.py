"""The course project's steps, rewritten as it does them, to be measured beside ours.

    python -m benchmarks.course_project clean SOURCE CLEAN.csv
    python -m benchmarks.course_project train CLEAN.csv
    python -m benchmarks.course_project serve CLEAN.csv PORT

Cleaning in pandas on records read one by one; a model that is fitted when the server is imported; answers computed from
the whole table on every request. Only what fails on current libraries differs.
"""

from __future__ import annotations

import ast
import gzip
import sys
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import BaggingRegressor
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor


def clean(source: str, target: str) -> None:
    """Read, clean and write the table that the other steps read."""
    opener = gzip.open if source.endswith(".gz") else open
    with opener(source, "rt", encoding="utf-8") as file:
        data = pd.DataFrame([ast.literal_eval(line) for line in file])
    for column in ("discount_price", "id", "metascore"):
        data[column] = pd.to_numeric(data[column], errors="coerce")
    data["price"] = pd.to_numeric(data["price"], errors="coerce")
    data = data.drop_duplicates(subset="id", keep="first")
    data["year_release"] = data["release_date"].astype("string").str.extract(r"(\d{4})", expand=False)
    data = data.dropna(subset=["year_release"])
    data["year_release"] = data["year_release"].astype(int)
    data = data[data["year_release"] < 2100]
    data = data.dropna(subset=["price"])
    data["sentiment"] = data["sentiment"].where(
        ~data["sentiment"].astype("string").str.contains("user reviews", na=False)
    )
    for column in ("genres", "specs"):
        data[column] = data[column].map(lambda labels: ", ".join(labels).lower() if isinstance(labels, list) else None)
    columns = ["genres", "app_name", "specs", "price", "early_access", "id", "sentiment", "metascore", "year_release"]
    data[columns].reset_index(drop=True).to_csv(target)


def fit(source: str) -> tuple[pd.DataFrame, BaggingRegressor, float]:
    """Fit the model and measure it on the held-out fifth."""
    data = pd.read_csv(source, index_col=0)
    table = data[["genres", "year_release", "early_access", "price"]].dropna()
    table["early_access"] = table["early_access"].astype(int)
    table = pd.concat([table, table["genres"].str.get_dummies(", ")], axis=1)
    inputs, prices = table.drop(["price", "genres"], axis=1), table["price"]
    train_inputs, test_inputs, train_prices, test_prices = train_test_split(
        inputs, prices, test_size=0.2, random_state=42
    )
    model = BaggingRegressor(
        estimator=DecisionTreeRegressor(max_depth=15),
        n_estimators=50,
        max_samples=0.9,
        max_features=0.7,
        random_state=42,
    ).fit(train_inputs, train_prices)
    return table, model, float(root_mean_squared_error(test_prices, model.predict(test_inputs)))


def serve(source: str, port: int) -> None:
    """Serve, with the model fitted first and every answer computed on request."""
    import uvicorn
    from fastapi import FastAPI

    data = pd.read_csv(source, index_col=0)
    table, model, _ = fit(source)
    app = FastAPI()

    @app.get("/genero/año/{año}")
    async def genero(Año: str) -> Any:  # noqa: N803  (its clients send it so)
        counts: dict[str, int] = {}
        for labels in data[data["year_release"] == int(Año)]["genres"].dropna():
            for label in labels.split(", "):
                counts[label] = counts.get(label, 0) + 1
        return {int(Año): dict(sorted(counts.items(), key=lambda item: item[1], reverse=True)[:5])}

    @app.get("/precio-rmse/genero/{genero}/accesoanticipado/{earlyaccess}")
    async def precio(genero: str, earlyaccess: bool) -> Any:  # noqa: FBT001  (as its clients send it)
        rows = table[table["genres"].str.contains(genero, case=False) & (table["early_access"] == int(earlyaccess))]
        predicted = model.predict(rows.drop(["genres", "price"], axis=1))
        return {
            "precio": f"{predicted.mean():.2f}",
            "rmse": f"{np.sqrt(((predicted - rows['price']) ** 2).mean()):.2f}",
        }

    uvicorn.run(app, port=port, log_level="warning")


if __name__ == "__main__":
    step, *arguments = sys.argv[1:]
    if step == "clean":
        clean(*arguments)
    elif step == "train":
        _, _, error = fit(*arguments)
        print(f"RMSE {error:.3f}, its root {error**0.5:.2f}")
    else:
        serve(arguments[0], int(arguments[1]))
