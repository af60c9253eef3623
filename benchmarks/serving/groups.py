"""What is measured beside what, and the goals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.serving.fleet import BARE, COURSE_READ, OURS, READ, YEAR, Fleet
from benchmarks.serving.load import Target
from benchmarks.serving.peers import BENTO, MLFLOW, SIGNED, Peers
from benchmarks.serving.questions import BATCH, Questions

__all__ = ["Goal", "Group", "Groups"]

TWIN = f"{BARE}, its twin"
WHY = f"{OURS}, with contributions"
ALL = f"{OURS}, with contributions and comparables"

#: What is computed when it is asked for the first time, and what is asked so: more of it than the server remembers.
COMPUTED = f"/v1/years/{YEAR}/genres?limit=7"
TOPICS = ("genres", "specs", "tags", "top-rated", "prices")
FIRST_ASKED = [
    f"/v1/years/{YEAR - back}/{topic}?limit={limit}&paid={paid}"
    for paid in ("false", "true")
    for limit in range(1, 101)
    for back in range(10)
    for topic in TOPICS
]
APPRAISALS = "/v1/appraisals"

#: How the other libraries' servers are asked: path, and form of the body.
OTHERS = {MLFLOW: ("/invocations", "frame"), SIGNED: ("/invocations", "frame"), BENTO: ("/predict", "rows")}

CONNECTIONS = 16

#: Lists are long work: as many at once as the server does at once, or they would wait longer than it lets them.
CONNECTIONS_OF_LISTS = 2


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


@dataclass(frozen=True, slots=True)
class Groups:
    """Makes groups.

    Attributes:
        fleet: Makes the servers of this environment.
        peers: Makes those of others.
        questions: What is asked.
    """

    fleet: Fleet
    peers: Peers
    questions: Questions

    def all(self, body_of: Callable[[str], bytes]) -> list[Group]:
        """Make all.

        Args:
            body_of: Gives what our server answers at an address.
        """
        course = [Target(server.name, server, COURSE_READ) for server in self.fleet.course_project()]
        return [
            self._read("A read that is known beforehand", READ, body_of(READ), 0.85, course),
            self._read("A plain route", "/livez", body_of("/livez"), 0.33),
            self._read("What was computed, asked again", COMPUTED, body_of(COMPUTED), 0.33),
            self._first_asked(body_of(COMPUTED)),
            self._appraisal(),
            self._list(),
        ]

    def _first_asked(self, body: bytes) -> Group:
        """Ask for so much that the server has forgotten an answer when it comes to be asked again."""
        file = self.fleet.place / "first_asked.txt"
        file.write_text("".join(f"{path}\n" for path in FIRST_ASKED))
        bare = [Target(name, self.fleet.bare_bytes(body), COMPUTED) for name in (BARE, TWIN)]
        title = f"What is computed, {len(FIRST_ASKED):,} questions in turn, such as `{FIRST_ASKED[0]}`"
        return Group(title, [*bare, Target(OURS, self.fleet.ours(), COMPUTED, paths=file)], CONNECTIONS, [])

    def _read(self, title: str, path: str, body: bytes, least: float, others: Sequence[Target] = ()) -> Group:
        bare = [Target(name, self.fleet.bare_bytes(body), path) for name in (BARE, TWIN)]
        return Group(
            f"{title}: `{path}`, {len(body):,} bytes",
            [*bare, Target(OURS, self.fleet.ours(), path), *others],
            CONNECTIONS,
            [Goal(OURS, BARE, least), *(Goal(OURS, other.name, 17) for other in others)],
        )

    def _appraisal(self) -> Group:
        ours, games = self.fleet.ours(), self.questions.bodies("games", 1)
        targets = [
            Target(OURS, ours, f"{APPRAISALS}?include=", games),
            Target(WHY, ours, f"{APPRAISALS}?include=contributions", games),
            Target(ALL, ours, APPRAISALS, games),
        ]
        goals = [Goal(OURS, BARE, 0.4), Goal(OURS, MLFLOW, 4), Goal(OURS, SIGNED, 25), Goal(OURS, BENTO, 5)]
        title = f"One appraisal, {self.questions.boosters} boosters"
        return self._models(title, targets, 1, CONNECTIONS, goals)

    def _list(self) -> Group:
        ours = Target(OURS, self.fleet.ours(), APPRAISALS, self.questions.bodies("games", BATCH))
        goals = [Goal(OURS, MLFLOW, 2.5), Goal(OURS, BENTO, 2)]
        return self._models(f"{BATCH} appraisals in a list", [ours], BATCH, CONNECTIONS_OF_LISTS, goals)

    def _models(
        self, title: str, ours: Iterable[Target], number: int, connections: int, goals: Iterable[Goal]
    ) -> Group:
        rows = self.questions.bodies("rows", number)
        targets = [*(Target(name, self.fleet.bare_model(), "/", rows) for name in (BARE, TWIN)), *ours]
        for server in self.peers.servers():
            path, form = OTHERS[server.name]
            targets.append(Target(server.name, server, path, self.questions.bodies(form, number)))
        names = {target.name for target in targets}
        return Group(title, targets, connections, [goal for goal in goals if goal.to in names])
