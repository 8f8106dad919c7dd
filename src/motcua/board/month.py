"""The month's report of one unit, in Vietnamese, as a PDF."""

from __future__ import annotations

from pathlib import Path

from motcua.board import selectors
from motcua.board.charts import LEVELS, RATINGS, basis
from motcua.board.incidents import IncidentFigures, incident_figures
from motcua.board.ratings import RatingCounts, ratings_by_counter
from motcua.board.rules import LevelCounts, Period, total
from motcua.kernel.clock import now
from motcua.messaging import health as messages
from motcua.organisation.models import Counter, Unit
from motcua.service_quality.rules import OUTCOME_NAMES
from motcua.ui import formats
from motcua.ui.papers import compile_pdf

TEMPLATE = Path(__file__).parent / "papers" / "month.typ"


def paper(unit: Unit, period: Period) -> bytes:
    """The report of these days, usually one month."""
    counters = selectors.counters_of(unit)
    levels = selectors.levels_by_counter(counters, period)
    ratings = ratings_by_counter(counters, period)
    incidents = incident_figures(counters, period)
    moment = now()
    everything = total(levels.values())
    rated = sum(ratings.values(), RatingCounts())
    return compile_pdf(
        TEMPLATE,
        {
            "superior": f"UBND {unit.name}",
            "issuer": "Trung tâm Phục vụ hành chính công",
            "place_and_date": f"{unit.place}, {formats.official_date(moment.date())}",
            "period": f"Tháng {period.first:%m} năm {period.first:%Y} ({period})",
            "summary": _summary(everything, rated, incidents, len(counters)),
            "levels_basis": basis(levels.values(), period),
            "counters": [_counter_row(counter, levels[counter.pk]) for counter in counters],
            "ratings_basis": f"{formats.number(rated.count)} lượt đánh giá trên máy tính bảng, "
            f"{period}. Quầy có dưới 5 lượt không hiện tỷ lệ.",
            "rating_headings": ["Quầy", "Số lượt", *(words for _, words, _ in RATINGS)],
            "ratings": [
                _rating_row(counter, ratings[counter.pk]) for counter in counters if rated.count
            ],
            "incident_summary": _incident_sentences(incidents),
            "outcomes": [
                [OUTCOME_NAMES[outcome], formats.number(count)]
                for outcome, count in sorted(incidents.outcomes.items(), key=lambda pair: -pair[1])
            ],
            "messages": _message_sentences(unit, period),
            "made_at": f"{moment:%H:%M %d/%m/%Y}",
        },
    )


def _counter_row(counter: Counter, levels: LevelCounts) -> dict[str, object]:
    counts = [getattr(levels, attribute) for _, _, attribute in LEVELS]
    return {
        "name": str(counter),
        "visits": formats.number(levels.visits),
        "shares": counts if levels.shown else None,
        "words": [
            formats.percent(count, levels.scored) if levels.shown else formats.NO_VALUE
            for count in counts
        ],
    }


def _rating_row(counter: Counter, counts: RatingCounts) -> list[str]:
    shown = counts.share(0) is not None
    return [
        str(counter),
        formats.number(counts.count),
        *(
            formats.percent(getattr(counts, name), counts.count) if shown else formats.NO_VALUE
            for _, _, name in RATINGS
        ),
    ]


def _summary(
    levels: LevelCounts, ratings: RatingCounts, incidents: IncidentFigures, counters: int
) -> list[str]:
    sentences = [
        f"Trong kỳ có {formats.number(levels.visits)} lượt phục vụ tại {counters} quầy, "
        f"{formats.number(levels.scored)} lượt đủ dữ liệu để camera ước lượng biểu cảm."
    ]
    if (good := ratings.share(ratings.good)) is not None:
        sentences.append(
            f"Người dân đánh giá {formats.number(ratings.count)} lượt trên máy tính bảng, "
            f"{formats.percent(good, 1)} rất hài lòng."
        )
    sentences.append(f"Có {formats.number(incidents.count)} sự việc được báo tới lãnh đạo.")
    return sentences


def _incident_sentences(figures: IncidentFigures) -> list[str]:
    if not figures.count:
        return ["Trong kỳ không có sự việc nào."]
    sentences = [
        f"Có {formats.number(figures.count)} sự việc, {formats.number(len(figures.waits))} sự việc "
        f"có người nhận, {formats.number(figures.unanswered)} sự việc chưa có người nhận."
    ]
    if figures.median_wait is not None and figures.long_wait is not None:
        sentences.append(
            f"Một nửa số sự việc có người nhận trong {formats.duration(figures.median_wait)}, "
            f"chín phần mười trong {formats.duration(figures.long_wait)}."
        )
    if figures.false_share is not None:
        sentences.append(
            f"{formats.percent(figures.false_share, 1)} trên {figures.camera_closed} sự việc do "
            "camera báo là báo động sai."
        )
    return sentences


def _message_sentences(unit: Unit, period: Period) -> list[str]:
    first, after = selectors.moments(period)
    cost = messages.cost_report(unit_id=unit.pk, since=first, until=after)
    return [
        f"Đã gửi {formats.number(cost.messages)} tin, {formats.number(cost.parts)} phần tin, "
        f"chi phí {formats.money(cost.cost)}."
    ]
