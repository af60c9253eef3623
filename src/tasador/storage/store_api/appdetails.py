"""The store's `appdetails` call: all that the store's page of an app says, one app a request."""

from __future__ import annotations

import json
import urllib.parse
from dataclasses import dataclass

from tasador.storage.store_api.client import Client

__all__ = ["AppDetails"]


@dataclass(frozen=True, slots=True)
class AppDetails:
    """The call, for one country.

    Attributes:
        client: Asks.
        base_url: The store's address.
        country: Two letters, lower case; decides prices and what is on sale.
    """

    client: Client
    base_url: str
    country: str

    def address(self, app_id: int) -> str:
        """Say where an app is asked for."""
        query = urllib.parse.urlencode({"appids": app_id, "cc": self.country, "l": "english"})
        return f"{self.base_url}/api/appdetails?{query}"

    def ask(self, app_id: int) -> bytes:
        """Ask for an app.

        Returns:
            The store's JSON object as it came, on one line: `{"10": {"success": true, "data": {…}}}`. An app that is
            not on sale in that country has `"success": false` and no data.

        Raises:
            NoAnswerError: The store does not say such a thing.
        """
        return self.client.get(self.address(app_id), lambda body: _one_line(body, app_id))


def _one_line(body: bytes, app_id: int) -> bytes:
    """Take a body that speaks of that app and no other.

    Raises:
        ValueError: It does not: a page, or the `null` with which a busy store answers.
    """
    text = body.strip()
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON but {text[:60]!r}") from error
    about_it = isinstance(value, dict) and set(value) == {str(app_id)} and isinstance(value[str(app_id)], dict)
    if not about_it or not isinstance(value[str(app_id)].get("success"), bool):
        raise ValueError(f"JSON that says nothing of app {app_id}: {text[:60]!r}")
    # NOTE: JSON has line ends between its tokens only, where a space does as well.
    return text.replace(b"\r", b" ").replace(b"\n", b" ")


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
