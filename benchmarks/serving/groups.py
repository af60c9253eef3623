"""What is measured beside what, and the goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.serving.fleet import BARE, BENTO, COURSE_READ, MLFLOW, OURS, READ, SIGNED, YEAR, Fleet
from benchmarks.serving.load import Target
from benchmarks.serving.questions import BATCH, Questions
from benchmarks.serving.servers import Server

__all__ = ["Goal", "Group", "groups"]

TWIN = f"{BARE}, its twin"
WHY = f"{OURS}, with contributions"
ALL = f"{OURS}, with contributions and comparables"

PLAIN = f"/v1/years/{YEAR}/genres?limit=7"
APPRAISALS = "/v1/appraisals"

#: How the other libraries' servers are asked: path, and form of the body.
OTHERS = {MLFLOW: ("/invocations", "frame"), SIGNED: ("/invocations", "frame"), BENTO: ("/predict", "rows")}

CONNECTIONS = 16

#: Lists are long work: more of them at once than the server admits would wait longer than it lets them.
CONNECTIONS_OF_LISTS = 4


@dataclass(frozen=True, slots=True)
class Goal:
    """A throughput that is to be some times another's."""

    of: str
    to: str
    least: float


@dataclass(frozen=True, slots=True)
class Group:
    """Targets that are measured beside each other.

    Attributes:
        title: What they answer.
        targets: The first is what the others are divided by.
        connections: How many ask at once.
        goals: What is to be reached.
    """

    title: str
    targets: list[Target]
    connections: int
    goals: list[Goal]


def groups(fleet: Fleet, questions: Questions, body_of: Callable[[str], bytes]) -> list[Group]:
    """Make all groups.

    Args:
        body_of: Gives what our server answers at an address.
    """
    return [
        _read("A read that is known beforehand", READ, fleet, body_of(READ), 0.85, course=True),
        _read("A plain route", PLAIN, fleet, body_of(PLAIN), 0.33, course=False),
        _appraisal(fleet, questions),
        _list(fleet, questions),
    ]


def _read(title: str, path: str, fleet: Fleet, body: bytes, least: float, *, course: bool) -> Group:
    theirs = fleet.course_project() if course else []
    return Group(
        f"{title}: `{path}`, {len(body):,} bytes",
        [
            Target(BARE, fleet.bare_bytes(body), path),
            Target(TWIN, fleet.bare_bytes(body), path),
            Target(OURS, fleet.ours(), path),
            *(Target(server.name, server, COURSE_READ) for server in theirs),
        ],
        CONNECTIONS,
        [Goal(OURS, BARE, least)],
    )


def _appraisal(fleet: Fleet, questions: Questions) -> Group:
    ours, games = fleet.ours(), questions.bodies("games", 1)
    goals = [Goal(OURS, BARE, 0.4), Goal(OURS, MLFLOW, 4), Goal(OURS, SIGNED, 25), Goal(OURS, BENTO, 5)]
    return _models(
        f"One appraisal, {questions.boosters} boosters",
        [
            Target(OURS, ours, f"{APPRAISALS}?include=", games),
            Target(WHY, ours, f"{APPRAISALS}?include=contributions", games),
            Target(ALL, ours, APPRAISALS, games),
        ],
        *(fleet, questions, 1, CONNECTIONS, goals),
    )


def _list(fleet: Fleet, questions: Questions) -> Group:
    ours = Target(OURS, fleet.ours(), APPRAISALS, questions.bodies("games", BATCH))
    goals = [Goal(OURS, MLFLOW, 2.5), Goal(OURS, BENTO, 2)]
    return _models(f"{BATCH} appraisals in a list", [ours], fleet, questions, BATCH, CONNECTIONS_OF_LISTS, goals)


def _models(
    title: str,
    ours: Iterable[Target],
    fleet: Fleet,
    questions: Questions,
    number: int,
    connections: int,
    goals: list[Goal],
) -> Group:
    rows = questions.bodies("rows", number)

    def other(server: Server) -> Target:
        path, form = OTHERS[server.name]
        return Target(server.name, server, path, questions.bodies(form, number))

    targets = [
        Target(BARE, fleet.bare_model(), "/", rows),
        Target(TWIN, fleet.bare_model(), "/", rows),
        *ours,
        *map(other, fleet.other_servers()),
    ]
    names = {target.name for target in targets}
    return Group(title, targets, connections, [goal for goal in goals if goal.to in names])
