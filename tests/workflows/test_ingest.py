from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tasador.errors import SourceError
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.ingest import ingest
from tests.ingest.records import line


def write(path: Path, *lines: bytes) -> str:
    path.write_bytes(b"".join(one + b"\n" for one in lines))
    return str(path)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def test_the_same_sources_give_the_same_snapshot_byte_for_byte(tmp_path: Path, workspace: Workspace) -> None:
    sources = [write(tmp_path / f"{seed}.json", *make_raw_lines(300, seed=seed)) for seed in (1, 2)]
    first = ingest(workspace, sources)
    other = ingest(Workspace(tmp_path / "other"), sources)
    assert first.snapshot == other.snapshot
    again = ingest(workspace, sources)
    assert (again.snapshot, again.reused, first.reused) == (first.snapshot, True, False)
    assert ingest(workspace, sources[::-1]).snapshot != first.snapshot


def test_of_several_sources_the_one_named_last_wins(tmp_path: Path, workspace: Workspace) -> None:
    one, other = (write(tmp_path / f"{name}.json", line(app_name=name)) for name in ("one", "other"))
    assert snapshots.load_games(workspace, ingest(workspace, [one, other]).snapshot)["name"].to_list() == ["other"]
    assert snapshots.load_games(workspace, ingest(workspace, [other, one]).snapshot)["name"].to_list() == ["one"]


def test_going_on_from_a_snapshot_keeps_its_other_games(tmp_path: Path, workspace: Workspace) -> None:
    first = ingest(workspace, [write(tmp_path / "a.json", line(id="1", app_name="Old"), line(id="2"))])
    second = ingest(workspace, [write(tmp_path / "b.json", line(id="1", app_name="New"))], onto=first.snapshot)
    games = snapshots.load_games(workspace, second.snapshot)
    assert games.select("app_id", "name", "game_no").rows() == [(1, "New", 1), (2, "A Game", 2)]
    assert second.accounting == {"raw": 3, "games": 2, "duplicates": 1, "quarantine": 0, "rejects": 0}
    assert [source["name"] for source in second.sources] == ["b.json", f"snapshot {first.snapshot}"]
    assert second.sources[1]["sources"][0]["name"] == "a.json"
    assert ingest(workspace, [str(tmp_path / "b.json")], onto=first.snapshot).reused
    assert not ingest(workspace, [str(tmp_path / "b.json")]).reused


def test_what_is_known_of_a_source_stays_with_the_snapshot(tmp_path: Path, workspace: Workspace) -> None:
    source = write(tmp_path / "a.json", line())
    made = ingest(workspace, [source], observed_on=dt.date(2020, 1, 2), licence="CC BY 4.0")
    (told,) = snapshots.manifest(workspace, made.snapshot)["sources"]
    assert (told["observed_on"], told["licence"], told["format"]) == ("2020-01-02", "CC BY 4.0", "python-literals")
    assert snapshots.load_games(workspace, made.snapshot)["observed_on"].to_list() == [dt.date(2020, 1, 2)]
    assert ingest(workspace, [source], observed_on=dt.date(2020, 1, 3)).reused is False


def test_strict_fails_where_a_record_breaks_a_rule_and_publishes_nothing(tmp_path: Path, workspace: Workspace) -> None:
    source = write(tmp_path / "a.json", line(), line(id="2", release_date="TBA"))
    with pytest.raises(SourceError, match=r"got 1 of 2: release_year_missing \(1\); expected none, since --strict"):
        ingest(workspace, [source], strict=True)
    assert snapshots.ids(workspace) == []
    ingest(workspace, [source])
    with pytest.raises(SourceError):
        ingest(workspace, [source], strict=True)


def test_a_folder_is_one_source(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    lines = list(make_raw_lines(400, seed=5))
    write(folder / "b.json", *lines[250:])
    write(folder / "a.json", *lines[:250])
    (folder / "README.md").write_text("ignored")
    made = ingest(workspace, [str(folder)])
    whole = ingest(Workspace(tmp_path / "other"), [write(tmp_path / "whole.json", *lines)])
    games = snapshots.load_games(workspace, made.snapshot)
    assert games.drop("source").equals(
        snapshots.load_games(Workspace(tmp_path / "other"), whole.snapshot).drop("source")
    )
    assert made.sources[0]["ignored"] == ["README.md"]


def test_a_bad_source_among_good_ones_publishes_nothing(tmp_path: Path, workspace: Workspace) -> None:
    good = write(tmp_path / "good.json", line())
    with pytest.raises(SourceError, match="no such file"):
        ingest(workspace, [good, str(tmp_path / "gone.json")])
    with pytest.raises(SourceError, match="too many of its lines are no records"):
        ingest(workspace, [good, write(tmp_path / "bad.json", *([b"{u'id': u'"] * 20), line())])
    assert snapshots.ids(workspace) == []


def test_progress_tells_rows_rate_and_rejects_and_ends(tmp_path: Path, workspace: Workspace) -> None:
    told: list[tuple[str, int, int, str]] = []
    source = write(tmp_path / "a.json", *make_raw_lines(300, seed=1), b"nonsense(")
    ingest(workspace, [source], progress=lambda step, done, total, note="": told.append((step, done, total, note)))
    assert told[0] == ("ingest", 0, Path(source).stat().st_size, "")
    assert told[-1][1] == told[-1][2]
    assert told[-1][3].startswith("301 rows, ")
    assert told[-1][3].endswith(" a second, 1 rejects")
    assert [done for _, done, _, _ in told] == sorted(done for _, done, _, _ in told)


def test_the_same_source_twice_is_refused(tmp_path: Path, workspace: Workspace) -> None:
    one, copy = (write(tmp_path / name, line()) for name in ("a.json", "b.json"))
    with pytest.raises(SourceError, match="the same source comes twice"):
        ingest(workspace, [one, copy])


def test_a_snapshot_there_is_not_taken_where_fewer_rejects_are_allowed_now(
    tmp_path: Path, workspace: Workspace
) -> None:
    source = write(tmp_path / "a.json", line(), b"{u'id': u'")
    ingest(workspace, [source], max_reject_share=1.0)
    with pytest.raises(SourceError, match="too many of its lines"):
        ingest(workspace, [source])


def test_another_licence_is_another_snapshot_whose_card_tells_it(tmp_path: Path, workspace: Workspace) -> None:
    source = write(tmp_path / "a.json", line())
    plain = ingest(workspace, [source])
    told = ingest(workspace, [source], licence="CC0-1.0")
    assert plain.snapshot != told.snapshot
    card = (workspace.snapshots / told.snapshot / "README.md").read_text()
    assert "CC0-1.0" in card
    assert ingest(workspace, [source]).snapshot == plain.snapshot


def test_a_folder_with_catalogues_of_two_formats_is_refused(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    write(folder / "a.json", line())
    (folder / "b.json").write_bytes(b'{"id": "2", "app_name": "B", "early_access": null}\n')
    with pytest.raises(
        SourceError, match=r"its files are of several formats; got python-literals \(a.json\), json-lines"
    ):
        ingest(workspace, [str(folder)])


def test_an_empty_file_of_a_folder_is_left_out(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "crawled"
    folder.mkdir()
    write(folder / "a.json", line())
    (folder / "b.json").write_bytes(b"")
    assert ingest(workspace, [str(folder)]).sources[0]["ignored"] == ["b.json"]


def test_values_of_which_none_can_be_read_are_an_error_not_a_table_without_them(
    tmp_path: Path, workspace: Workspace
) -> None:
    lines = [line(id=str(number), price="1,99") for number in range(1, 30)]
    with pytest.raises(SourceError, match=r"none of its values of price can be read; got 29, such as '1,99'"):
        ingest(workspace, [write(tmp_path / "a.json", *lines)])
    mixed = write(tmp_path / "b.json", *lines, line(id="99"))
    assert ingest(workspace, [mixed]).unreadable == {"price": 29}
