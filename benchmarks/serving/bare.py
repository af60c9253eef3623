"""The least that a Python server can do: bare ASGI, on the same uvicorn as everybody.

    python -m benchmarks.serving.bare bytes FILE PORT
    python -m benchmarks.serving.bare model DIRECTORY PORT

`bytes` answers whatever is asked with a file; `model` reads rows of numbers as JSON, calls the champion's boosters, the
way the API does, and answers with what they say.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tasador.appraisal.blend import Blend
from tasador.appraisal.booster import Booster

_JSON = (b"content-type", b"application/json")


def fixed(body: bytes) -> ASGIApp:
    """Answer with the same bytes."""
    headers = [_JSON, (b"content-length", str(len(body)).encode())]

    async def app(scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def model(directory: Path) -> ASGIApp:
    """Answer rows with their price, the likeliest price point and the log odds of being free."""
    weights = json.loads((directory / "model.json").read_text())["weights"]
    price = Blend([Booster((directory / f"price.{at}.txt").read_bytes()) for at in range(len(weights))], weights)
    ladder, free = (Booster((directory / name).read_bytes()) for name in ("ladder.txt", "free.txt"))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", scope["method"] == "POST"
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        # NOTE: asked for nothing, it says that it is ready.
        asked = json.loads(body)["rows"] if body else []
        rows = [[math.nan if value is None else value for value in row] for row in asked]
        found = [
            [math.exp(log), points.index(max(points)), odds[0]]
            for log, points, odds in zip(price.predict(rows), ladder.predict(rows), free.predict(rows), strict=True)
        ]
        answer = json.dumps(found).encode()
        headers = [_JSON, (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return app


def main() -> None:
    """Serve."""
    what, place, port = sys.argv[1:]
    app = fixed(Path(place).read_bytes()) if what == "bytes" else model(Path(place))
    uvicorn.run(app, port=int(port), log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
