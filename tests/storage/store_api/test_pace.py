from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import TasadorError
from tasador.storage.store_api.pace import Pace
from tests.storage.store_api.store import FakeTime


@given(
    per_minute=st.floats(0.5, 600),
    between=st.lists(st.floats(0, 200), min_size=1, max_size=60),
    minutes=st.floats(0.01, 5),
)
def test_no_span_of_time_has_more_than_its_share(per_minute: float, between: list[float], minutes: float) -> None:
    time = FakeTime()
    pace = Pace(per_minute, time.clock())
    begun = []
    for seconds in between:
        pace.wait()
        begun.append(time.seconds)
        time.seconds += seconds
    span = minutes * 60
    for first in begun:
        within = [at for at in begun if first <= at < first + span - 1e-6]
        assert len(within) <= minutes * per_minute + 1


def test_requests_that_take_no_time_keep_the_full_pace() -> None:
    time = FakeTime()
    pace = Pace(40, time.clock())
    for _ in range(201):
        pace.wait()
    assert time.seconds == pytest.approx(300)


def test_the_first_request_does_not_wait_and_a_slow_one_is_not_made_up_for() -> None:
    time = FakeTime()
    pace = Pace(60, time.clock())
    pace.wait()
    assert time.waits == []
    time.seconds += 100
    pace.wait()
    pace.wait()
    assert time.waits == [1.0]


@pytest.mark.parametrize("per_minute", [0.0, -1.0, float("nan")])
def test_a_rate_at_which_nothing_can_be_asked_is_refused(per_minute: float) -> None:
    with pytest.raises(TasadorError, match="requests a minute: the store cannot be asked at that rate"):
        Pace(per_minute, FakeTime().clock())
