"""Finding a procedure by what people type: no marks, typing errors, everyday words. Pure.

Every word of the query looks for its best counterpart among a procedure's words. A word that
many procedures share ("đăng ký") says little, a rare one ("khuyết tật") much: words weigh by
inverse document frequency (Spärck Jones 1972, J. Documentation 28:11–21). Typing errors are
measured as Damerau–Levenshtein distance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from motcua.kernel.text import folded

NAME_WEIGHT, EVERYDAY_WEIGHT, OTHER_WEIGHT = 1.0, 0.95, 0.4
PREFIX_SCORE = 0.85
TYPO_SCORE = 0.7
SHORTEST_WITH_TYPO = 4
SHORTEST_WITH_TWO_TYPOS = 8
ENOUGH = 0.5
"""Share of the query's weight that must be found for a procedure to be listed."""
NEAR = 0.1
"""As `ENOUGH`, when nothing fits and something near is better than an empty page."""
PHRASE_BONUS, WHOLE_PHRASE_BONUS = 0.35, 0.6


@dataclass(frozen=True)
class Entry:
    """What can be found of one procedure."""

    code: str
    name: str
    everyday_words: Sequence[str] = ()
    other: str = ""


@dataclass(frozen=True)
class _Prepared:
    entry: Entry
    words: dict[str, float]
    phrases: tuple[str, ...]


class Index:
    """The words of a catalogue, prepared once and searched often."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = [_prepare(entry) for entry in entries]
        seen = Counter(word for each in self._entries for word in each.words)
        count = len(self._entries)
        self._rarity = {word: math.log(1 + count / n) for word, n in seen.items()}
        self._rarest = math.log(1 + count) if count else 1.0

    def search(self, typed: str, limit: int = 20, enough: float = ENOUGH) -> list[str]:
        """Codes of the procedures that fit, best first; a code or its end finds itself.

        Arguments:
            typed: whatever stands in the search box.
            limit: at most so many.
            enough: `ENOUGH`, or `NEAR` for what only comes close.
        """
        query = folded(typed)
        if not query:
            return []
        digits = typed.strip()
        by_code = [e.entry.code for e in self._entries if digits and e.entry.code.endswith(digits)]
        if by_code and any(letter.isdigit() for letter in digits):
            return by_code[:limit]
        scored = [(self._score(query, each), each.entry) for each in self._entries]
        fitting = sorted(
            ((score, entry) for score, entry in scored if score >= enough),
            key=lambda pair: (-pair[0], len(pair[1].name), pair[1].code),
        )
        return [entry.code for _, entry in fitting[:limit]]

    def _score(self, query: str, each: _Prepared) -> float:
        found = weight = 0.0
        for wanted in query.split():
            rarity = self._rarity.get(wanted, self._rarest)
            weight += rarity
            found += rarity * max((_like(wanted, w) * s for w, s in each.words.items()), default=0)
        return found / weight + max((_bonus(query, phrase) for phrase in each.phrases), default=0)


def _prepare(entry: Entry) -> _Prepared:
    words: dict[str, float] = {}
    for text, weight in (
        (entry.other, OTHER_WEIGHT),
        (" ".join(entry.everyday_words), EVERYDAY_WEIGHT),
        (entry.name, NAME_WEIGHT),
    ):
        for word in folded(text).split():
            words[word] = max(weight, words.get(word, 0.0))
    phrases = tuple(folded(text) for text in (entry.name, *entry.everyday_words))
    return _Prepared(entry, words, phrases)


def _bonus(query: str, phrase: str) -> float:
    """More for the very words of a name, some for a run of whole words of it."""
    if query == phrase:
        return WHOLE_PHRASE_BONUS
    held = f" {query} " in f" {phrase} " or f" {phrase} " in f" {query} "
    return PHRASE_BONUS if held else 0.0


def _like(wanted: str, word: str) -> float:
    """1 for the same word, less for a beginning or a typing error, else 0."""
    if wanted == word:
        return 1.0
    if len(wanted) >= 2 and word.startswith(wanted):
        return PREFIX_SCORE
    length = min(len(wanted), len(word))
    if length < SHORTEST_WITH_TYPO:
        return 0.0
    allowed = 2 if length >= SHORTEST_WITH_TWO_TYPOS else 1
    errors = DamerauLevenshtein.distance(wanted, word, score_cutoff=allowed)
    return TYPO_SCORE if errors <= allowed else 0.0
