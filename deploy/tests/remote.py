"""Pushers and promoters on one remote at a time, killed at random: nothing half, nothing lost.

    python -m deploy.tests.remote [--seconds N] [--workers N] [--weed PATH]

Each worker is a process with a workspace of its own. Again and again it pulls, pushes a version that all push with the
same bytes and one that each pushes with others, and promotes one of its own. A watcher reads every version that is
visible and checks each file. Workers are ended by SIGKILL at random moments, and started again. At the end the history
in the remote must be one chain, with every promotion in it that was told to have succeeded, once. Both kinds of remote
are tried: a folder, and SeaweedFS. Exits with 1 if something is not as it should be.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.tests.image import Checks
from deploy.tests.services import BUCKET, s3
from tasador.errors import BundleError
from tasador.storage import atomic, bundles
from tasador.storage.remotes import directories, pointer
from tasador.storage.remotes.address import open_remote
from tasador.storage.remotes.objects import MovedError, Objects, RemoteError
from tasador.storage.workspace import Workspace
from tasador.workflows.promote import set_champion
from tasador.workflows.remote import pull, push

RACERS = 100
FACTS = {"snapshot": "none", "n_rows": 1, "parameters": {}, "made_by": {}}

#: Of the versions that all push there is a new one so often.
_ROUND_SECONDS = 2.0


def main() -> int:
    """Try both kinds, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each kind is tried")
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--weed", default="weed", help="SeaweedFS")
    told = parser.parse_args()
    check = Checks()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "remote").mkdir()
        print("A folder", flush=True)
        _try(check, str(place / "remote"), place / "by-folder", told.seconds, told.workers)
        (place / "store").mkdir()
        with s3(place / "store", told.weed) as store:
            os.environ |= store.variables
            print("SeaweedFS", flush=True)
            _race(check, open_remote(f"s3://{BUCKET}/race"))
            _try(check, f"s3://{BUCKET}/shared", place / "by-s3", told.seconds, told.workers)
    print(f"{check.n} checks, {check.wrong} not as they should be")
    return int(check.wrong > 0)


def _race(check: Checks, remote: Objects) -> None:
    """Let many create one object, and many replace it, at the same moment."""
    barrier = threading.Barrier(RACERS)

    def create(number: int) -> bool:
        barrier.wait()
        return remote.create("object", f"{number}".encode())

    def swap(number: int) -> bool:
        barrier.wait()
        return remote.swap("object", f"again {number}".encode(), version)

    with ThreadPoolExecutor(RACERS) as pool:
        created = sum(pool.map(create, range(RACERS)))
        found = remote.read("object")
        version = found[1] if found else ""
        swapped = sum(pool.map(swap, range(RACERS)))
    check(f"of {RACERS} that create at a time", f"{created} did", well=created == 1)
    check(f"of {RACERS} that replace at a time", f"{swapped} did", well=swapped == 1)


def _try(check: Checks, address: str, place: Path, seconds: float, workers: int) -> None:
    """Let workers work, kill them, watch, and count."""
    random.seed(7)
    places = [place / f"worker-{number}" for number in range(workers)]
    for one in places:
        one.mkdir(parents=True)
        (one / "said").touch()
    processes = {one: _started(address, one) for one in places}
    remote, kills, died, looks, wrong = open_remote(address), 0, 0, 0, Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        looks += _watch(remote, place / "watcher", wrong)
        chosen = random.choice(places)
        died += not processes[chosen].is_alive()
        processes[chosen].kill()
        kills += 1
        processes[chosen].join()
        processes[chosen] = _started(address, chosen)
        time.sleep(random.uniform(0.0, seconds / 40))
    for process in processes.values():
        process.kill()
        process.join()
    looks += _watch(remote, place / "watcher", wrong)
    _count(check, remote, places)
    check("SIGKILL at random", f"{kills}, {died} had ended by themselves", well=kills > 0 and died == 0)
    check("looks at visible versions", f"{looks}, wrong: {dict(wrong) or 'none'}", well=looks > 0 and not wrong)


def _count(check: Checks, remote: Objects, places: list[Path]) -> None:
    said = Counter[str]()
    succeeded = []
    for one in places:
        for line in (one / "said").read_text().splitlines():
            word, _, what = line.partition(" ")
            said[word] += 1
            succeeded += [what] if word == "promoted" else []
    found = pointer.read(remote)
    history = found[0].state.history if found else ()
    versions = [entry["version"] for entry in history]
    chain = all(after["previous"] == before["version"] for before, after in itertools.pairwise(history))
    lost = set(succeeded) - set(versions)
    told = f"{len(succeeded)} told, {len(versions)} in the history, {len(lost)} lost"
    well = bool(succeeded) and not lost and len(set(versions)) == len(versions) and found is not None
    check("promotions", told, well=well and found is not None and found[0].state.champion == versions[-1])
    check("each follows the one before", chain, well=chain)
    check("told to pull first", said["moved"], well=said["moved"] > 0)
    check("pushes of the same bytes", f"{said['same']}", well=said["same"] > 0)
    check("refused for other bytes", said["other"], well=said["other"] > 0)


def _watch(remote: Objects, place: Path, wrong: Counter[str]) -> int:
    """Take every version that is visible and was not taken before, and check its files."""
    workspace, n = Workspace(place), 0
    for version in directories.find(remote, "bundle", ""):
        if version in bundles.versions(workspace):
            continue
        n += 1
        try:
            with atomic.scratch_directory(workspace.models) as scratch:
                bundles.adopt(workspace, directories.pull(remote, version, scratch, kind="bundle"))
        except (RemoteError, BundleError) as error:
            wrong[f"{version}: {error.what}"] += 1
    found = pointer.read(remote)
    if found is not None and found[0].state.champion not in directories.find(remote, "bundle", ""):
        wrong[f"the champion {found[0].state.champion} is not there"] += 1
    return n


def _started(address: str, place: Path) -> multiprocessing.process.BaseProcess:
    """Start a worker in no time: what it imports was imported once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tasador.workflows.promote", "deploy.tests.services"])
    process = context.Process(target=_work, args=(address, place, dict(os.environ)))
    process.start()
    return process


def _work(address: str, place: Path, variables: dict[str, str]) -> None:
    """Pull, push and promote until killed."""
    os.environ |= variables
    remote = open_remote(address)
    workspace = Workspace(place / "workspace")
    with (place / "said").open("a") as said:

        def say(what: str) -> None:
            said.write(f"{what}\n")
            said.flush()

        for number in itertools.count():
            pull(workspace, remote)
            now = int(time.time() / _ROUND_SECONDS)
            _push(workspace, remote, f"same-{now}", f"{now}".encode())
            say("same")
            try:
                _push(workspace, remote, f"other-{now}", str(place).encode())
            except RemoteError as error:
                if "other bytes" not in error.what:
                    raise
                say("other")
            version = f"{place.name}-{os.getpid()}-{number}"
            _publish(workspace, version, version.encode())
            while True:
                try:
                    with bundles.one_at_a_time(workspace):
                        set_champion(workspace, bundles.load(workspace, version), "promote", [], remote=remote)
                except MovedError:
                    say("moved")
                    pull(workspace, remote)
                else:
                    say(f"promoted {version}")
                    break


def _publish(workspace: Workspace, version: str, data: bytes) -> None:
    bundles.publish(workspace, version, {f"{name}.json": data * 2_000 for name in "abcd"}, FACTS)


def _push(workspace: Workspace, remote: Objects, version: str, data: bytes) -> None:
    if version not in bundles.versions(workspace):
        _publish(workspace, version, data)
    push(workspace, remote, [version])


if __name__ == "__main__":
    sys.exit(main())
