"""How fast the catalogue is searched: ``python -m benchmarks.procedures``.

Prints one line a size for docs/benchmarks.md: the shipped 52 procedures and catalogues of 500 and
2,000, made by repeating them under other codes and with names that differ in one word. Times are
CPU time of this process, so that other work on the machine disturbs little. The database is left
out: what a request adds to it are two short queries.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import django

TYPED = (
    "lam khai sinh", "khai sin", "sao y ban chinh", "giấy độc thân", "xin phép xây nhà",
    "kuyết tật", "trợ cấp người già", "nhập hộ khẩu", "sổ hồng", "xe máy bay lên mặt trăng",
    "l", "la", "lam", "lam k", "lam kh",
)  # fmt: skip
REPEATS = 20


def entries(count: int) -> Iterator[object]:
    from motcua.procedures.demo import shipped
    from motcua.procedures.search import Entry

    facts = shipped()
    for number in range(count):
        each = facts[number % len(facts)]
        turn = number // len(facts)
        name = f"{each.name} loại{turn}" if turn else each.name
        yield Entry(f"9.{number:06d}", name, each.everyday_words, f"{each.field} {each.result}")


def main() -> None:
    django.setup()
    from motcua.procedures.search import Index

    print("| procedures | index, ms | search, median ms | 95th percentile, ms |")
    print("|---|---|---|---|")
    for count in (52, 500, 2000):
        began = time.process_time()
        index = Index(entries(count))  # type: ignore[arg-type]
        made = (time.process_time() - began) * 1000
        times = []
        for typed in TYPED * REPEATS:
            began = time.process_time()
            index.search(typed)
            times.append((time.process_time() - began) * 1000)
        late = statistics.quantiles(times, n=20)[-1]
        print(f"| {count:,} | {made:.0f} | {statistics.median(times):.1f} | {late:.1f} |")


if __name__ == "__main__":
    main()
