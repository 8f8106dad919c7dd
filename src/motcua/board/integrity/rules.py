"""When something is worth a leader's look. Pure: numbers in, yes or no out.

The bounds are judgement, not law: they choose what is shown first, and each sign says why it may
well be harmless. They stand in one table, so that whoever disagrees changes one number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What may point at harassment (nhũng nhiễu)."""

    SUPPLEMENT_AGAIN = "supplement_again"
    CALLED_OUT_OF_ORDER = "called_out_of_order"
    OVERTAKEN = "overtaken"
    IDLE = "idle"
    WAIVERS = "waivers"
    NOT_RETURNED = "not_returned"


@dataclass(frozen=True)
class Words:
    """How a sign is put to a leader: what was seen, and what may explain it."""

    title: str
    seen: str
    harmless: str


WORDS: Mapping[Sign, Words] = {
    Sign.SUPPLEMENT_AGAIN: Words(
        "Yêu cầu bổ sung nhiều lần",
        "Hồ sơ bị yêu cầu bổ sung từ lần thứ hai.",
        "Có thể người nộp chưa làm theo hướng dẫn, hoặc phát sinh giấy tờ mới khi thẩm định.",
    ),
    Sign.CALLED_OUT_OF_ORDER: Words(
        "Gọi số ngoài thứ tự",
        "Cán bộ gọi người không theo thứ tự của hàng chờ.",
        "Có thể người đó cần giúp gấp, hoặc quay lại sau khi đi sao chụp giấy tờ.",
    ),
    Sign.OVERTAKEN: Words(
        "Hồ sơ nộp sau xong trước",
        "Hồ sơ có kết quả khi nhiều hồ sơ cùng thủ tục, nộp trước, đã quá hạn mà chưa xong.",
        "Có thể hồ sơ nộp trước phức tạp hơn hoặc chờ xác minh ở nơi khác.",
    ),
    Sign.IDLE: Words(
        "Nằm lâu ở một bàn",
        "Hồ sơ đang giải quyết nhưng nhiều ngày làm việc không có bước nào.",
        "Có thể người giữ vắng mặt, hoặc công việc làm ngoài hệ thống.",
    ),
    Sign.WAIVERS: Words(
        "Miễn, giảm nhiều khác thường",
        "Một người ghi miễn, giảm nhiều hơn hẳn đồng nghiệp.",
        "Có thể quầy đó phục vụ nhiều người được miễn theo quy định.",
    ),
    Sign.NOT_RETURNED: Words(
        "Có kết quả mà chưa trả",
        "Kết quả đã phát hành nhiều ngày làm việc, chưa đến tay người nộp.",
        "Có thể người nộp chưa đến, hoặc số điện thoại không liên lạc được.",
    ),
}


@dataclass(frozen=True)
class Bounds:
    """From when on a sign is shown.

    Arguments:
        overtaken: late dossiers of the same procedure that were there before.
        idle_days, not_returned_days: working days.
        fewest_receipts: of one person, below which their share says nothing.
        surprise: probability, if they were like their colleagues, of as many waivers or more;
            divided by the number of people compared (Bonferroni).
    """

    overtaken: int = 3
    idle_days: int = 5
    not_returned_days: int = 10
    fewest_receipts: int = 20
    surprise: float = 0.01


BOUNDS = Bounds()


def at_least(count: int, of: int, share: float) -> float:
    """Probability of `count` or more in `of` draws, each true with probability `share`."""
    if count <= 0:
        return 1.0
    if share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    logs = (
        math.lgamma(of + 1)
        - math.lgamma(k + 1)
        - math.lgamma(of - k + 1)
        + k * math.log(share)
        + (of - k) * math.log1p(-share)
        for k in range(count, of + 1)
    )
    return min(1.0, sum(map(math.exp, logs)))


def unusual_waivers(
    receipts: Mapping[int, tuple[int, int]], bounds: Bounds = BOUNDS
) -> dict[int, float]:
    """Who waived more than colleagues would by chance, and their colleagues' share.

    Arguments:
        receipts: by person, receipts in all and those with a waiver.

    Returns:
        Person to the share of waivers among all the others, 0–1.
    """
    compared = [who for who, (count, _) in receipts.items() if count >= bounds.fewest_receipts]
    found = {}
    for who in compared:
        count, waived = receipts[who]
        others = [numbers for other, numbers in receipts.items() if other != who]
        theirs = sum(number for number, _ in others)
        if theirs < bounds.fewest_receipts:
            continue
        # One waiver more on each side, so that colleagues without any are not taken for a law.
        share = (sum(number for _, number in others) + 1) / (theirs + 2)
        if at_least(waived, count, share) < bounds.surprise / len(compared):
            found[who] = share
    return found
