"""Apps read from the store, and a catalogue made of them; what the store answered before is not asked for again."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from tasador.errors import SourceError, WorkspaceError
from tasador.storage.store_api.appdetails import AppDetails
from tasador.storage.store_api.client import Client, NoAnswerError
from tasador.storage.store_api.clock import CLOCK, Clock
from tasador.storage.store_api.pace import Pace
from tasador.storage.store_api.responses import Responses, open_responses

__all__ = ["PER_MINUTE", "STORE", "read"]

logger = logging.getLogger(__name__)

STORE: Final = "https://store.steampowered.com"

#: What the store is known to allow an address: 200 requests in five minutes.
PER_MINUTE: Final = 40.0

#: So many apps in a row without an answer are no longer the fault of the apps.
_STOP_AFTER: Final = 3

_KEPT: Final = "What it answered is kept, and only the rest will be asked for."


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def read(
    ids: Sequence[int],
    *,
    cache: Path,
    country: str = "us",
    base_url: str = STORE,
    per_minute: float = PER_MINUTE,
    max_age_days: float | None = None,
    progress: Callable[[int, int], None] = _silent,
    clock: Clock = CLOCK,
) -> Path:
    """Ask the store for apps and write a catalogue of just these.

    Each response is added to `<cache>/<country>/responses.jsonl` as it comes, so a run that was stopped goes on where
    it was. Those of the apps named, and of no other that was ever asked for, are written to `selection.jsonl` beside
    it: in the order named, of each the latest. So a catalogue holds what its reader named, and the same apps and
    responses give the same bytes.

    Args:
        ids: App ids; one that comes twice counts once.
        cache: Where responses are kept, a folder a country. One run at a time: the store counts the requests of an
            address whatever the country.
        country: Two letters of ISO 3166-1; decides prices and what is on sale.
        base_url: The store's address.
        per_minute: Requests a minute.
        max_age_days: An older response is asked for again; None keeps them for good.
        progress: Told how many responses of how many are there.
        clock: Tells the time and waits.

    Returns:
        The selection, JSON lines as `responses` describes them.

    Raises:
        SourceError: No ids, no country, or not all were answered; what came is kept.
        WorkspaceError: Another run reads into the same cache, or the cache is damaged.
        OSError: The disk is full; what came before is kept.
    """
    app_ids = tuple(dict.fromkeys(ids))
    if not app_ids:
        raise SourceError("no app is named", where="app ids", got="none", expected="one at least", do="Name some.")
    code = _country_code(country)
    call = AppDetails(Client(Pace(per_minute, clock), clock), base_url, code)
    with _alone(cache):
        kept = open_responses(cache / code / "responses.jsonl")
        since = None if max_age_days is None else clock.now() - timedelta(days=max_age_days)
        missing = kept.missing(app_ids, older_than=since)
        there = len(app_ids) - len(missing)
        logger.info("store_read_started apps=%d there=%d per_minute=%g", len(app_ids), there, per_minute)
        progress(there, len(app_ids))
        _ask(missing, call, kept, lambda done: progress(there + done, len(app_ids)))
        selection = kept.path.with_name("selection.jsonl")
        kept.select(app_ids, selection)
    return selection


def _ask(app_ids: Sequence[int], call: AppDetails, kept: Responses, progress: Callable[[int], None]) -> None:
    """Ask for apps one after the other; one that gets no answer does not keep the others from theirs."""
    failed: dict[int, str] = {}
    in_a_row = 0
    for number, app_id in enumerate(app_ids, start=1):
        try:
            response = call.ask(app_id)
        except NoAnswerError as error:
            if error.why != "failed":
                raise _stopped(error, call.address(app_id)) from error
            failed[app_id] = error.reason
            in_a_row += 1
            if in_a_row == _STOP_AFTER:
                break
        else:
            in_a_row = 0
            kept.append(app_id, response, call.client.clock.now())
            progress(number - len(failed))
    if failed:
        shown = "; ".join(f"app {app_id}: {reason}" for app_id, reason in list(failed.items())[:_STOP_AFTER])
        raise SourceError(
            f"the store did not answer for {len(failed):,} of {len(app_ids):,} apps",
            where=call.base_url,
            got=shown,
            expected="JSON about each",
            do=f"Check the connection and run it again later, or leave these apps out. {_KEPT}",
        )


def _stopped(error: NoAnswerError, address: str) -> SourceError:
    if error.why == "throttled":
        return SourceError(
            "the store asks to wait",
            where=address,
            got=error.reason,
            do=f"Run it again in an hour, and slower. {_KEPT}",
        )
    return SourceError(
        "the store refuses to answer",
        where=address,
        got=error.reason,
        do=f"It bars an address that asked too much, for up to two days: run it again after that, slower. {_KEPT}",
    )


def _country_code(country: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", country):
        raise SourceError(
            "no country code",
            where="country",
            got=repr(country),
            expected="two letters of ISO 3166-1, such as us or de",
            do="Name one.",
        )
    return country.lower()


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Keep other runs out of a cache."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WorkspaceError(
                "another run reads the store into this folder",
                where=cache,
                do="Wait until it is done, or stop it: what it read is kept.",
            ) from error
        yield
