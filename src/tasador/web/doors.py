"""Who may ask, and how often: keys and their scopes, and a rate for each key or address."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.types import Scope

from tasador.errors import TasadorError
from tasador.storage.keys import Key, KeyRing
from tasador.web.denial import Denial, Rejected

if TYPE_CHECKING:
    from throttled import RateLimitResult

__all__ = ["Doors", "Rate"]

#: What orchestrators ask is open to all, as often as they like.
_OPEN: Final = frozenset({"/livez", "/readyz"})
_OPERATORS: Final = "/v1/admin/"

_REALM: Final = b'Bearer realm="tasador"'
_HOW: Final = "Send one as `Authorization: Bearer KEY` or `X-API-Key: KEY`; `tasador keys create` makes one."
_NO_KEY: Final = Denial(
    HTTPStatus.UNAUTHORIZED, "no-key", "No key", f"This address needs a key. {_HOW}", (b"www-authenticate", _REALM)
)
_UNKNOWN_KEY: Final = Denial(
    HTTPStatus.UNAUTHORIZED,
    "unknown-key",
    "Unknown key",
    f"The key is none that the server knows, or it was revoked. {_HOW}",
    (b"www-authenticate", _REALM + b', error="invalid_token"'),
)
_NOT_ENOUGH: Final = Denial(
    HTTPStatus.FORBIDDEN,
    "admin-key-needed",
    "Admin key needed",
    "The key opens reads and appraisals; this address needs one whose scope is admin.",
    (b"www-authenticate", _REALM + b', error="insufficient_scope", scope="admin"'),
)
_TOO_OFTEN: Final = Denial(
    HTTPStatus.TOO_MANY_REQUESTS,
    "too-many-requests",
    "Too many requests",
    "This key or address has asked more often than it may. Try again after the seconds that Retry-After says.",
)


class Rate:
    """How often each key or address may ask.

    The rate is kept by GCRA, which is a token bucket told by the time at which it would be full again; the library's
    own token bucket counts whole seconds. Buckets of who has not asked for long are forgotten, the longest first.

    Args:
        told: Such as `20/s` or `600/min burst 50`; without a burst as many at once as the number says.

    Raises:
        TasadorError: That is no rate.
    """

    _BUCKETS: Final = 10_000

    def __init__(self, told: str) -> None:
        # NOTE: loaded only where a rate is set.
        from throttled import MemoryStore, Throttled, exceptions
        from throttled.rate_limiter import quota_parser

        try:
            (quota,) = quota_parser.parse(told)
            if quota.burst < 1:
                raise ValueError(quota.burst)
        except (exceptions.DataError, ValueError) as error:
            raise TasadorError(
                "that is no rate", where="rate_limit", got=repr(told), expected="such as 20/s or 600/min burst 50"
            ) from error
        store = MemoryStore(options={"MAX_SIZE": self._BUCKETS})
        self._bucket = Throttled(using="gcra", quota=quota, store=store)
        self._policy = b'"requests";q=%d;w=%d' % (quota.burst, math.ceil(quota.burst / quota.fill_rate))

    def refuse(self, who: str) -> Denial | None:
        """Count a request, and refuse it if there were too many."""
        result = self._bucket.limit(who)
        return self._denial(result) if result.limited else None

    def _denial(self, result: RateLimitResult) -> Denial:
        seconds = max(1, math.ceil(result.state.retry_after))
        return _TOO_OFTEN.with_headers(
            (b"retry-after", b"%d" % seconds),
            (b"ratelimit-policy", self._policy),
            (b"ratelimit", b'"requests";r=%d;t=%d' % (result.state.remaining, seconds)),
        )


class Doors:
    """Says who is let in.

    Args:
        keys: The keys there are.
        require_key: Whether reads need one; what operators do needs an admin key always.
        rate: How often each may ask; None lets them ask as often as they like.
        rejected: Told why a request was turned away.
    """

    def __init__(self, keys: KeyRing, *, require_key: bool, rate: Rate | None, rejected: Rejected) -> None:
        self._keys = keys
        self._require_key = require_key
        self._rate = rate
        self._rejected = rejected

    def refuse(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Denial | None:
        """Say why a request is not let in; None lets it in, and leaves the name of its key in the state."""
        path = scope["path"]
        if path in _OPEN:
            return None
        text = _sent(headers)
        key = None if text is None else self._keys.find(text)
        if key is not None:
            scope.setdefault("state", {})["key"] = key.name
        if self._rate is not None:
            denial = self._rate.refuse(f"key {key.id}" if key is not None else _network(scope))
            if denial is not None:
                self._rejected("rate")
                return denial
        return self._check(path, key, named=text is not None)

    def _check(self, path: str, key: Key | None, *, named: bool) -> Denial | None:
        operates = path.startswith(_OPERATORS)
        if not operates and not self._require_key:
            return None
        if key is None:
            return _UNKNOWN_KEY if named else _NO_KEY
        return _NOT_ENOUGH if operates and key.scope != "admin" else None


def _sent(headers: Mapping[bytes, bytes]) -> str | None:
    kind, _, text = headers.get(b"authorization", b"").partition(b" ")
    if kind.lower() != b"bearer":
        text = headers.get(b"x-api-key", b"")
    return text.strip().decode("latin-1") or None


def _network(scope: Scope) -> str:
    """Name whose address it is: of IPv6 a subscriber has a whole network, so that is what is counted."""
    host = scope["client"][0] if scope.get("client") else ""
    if ":" not in host:
        return host
    try:
        return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    except ValueError:
        return host
