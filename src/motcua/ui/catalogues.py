"""Compile the product's translations without gettext installed.

    python -m motcua.ui.catalogues          every locale/*/LC_MESSAGES/*.po of the rooms

Reads the part of the PO format that the product uses (comments, contexts, plurals,
strings over several lines) and writes the MO format of the GNU gettext manual,
section 10.3, without the optional hash table. The ``.mo`` files are committed.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PRODUCT_DIR: Final = Path(__file__).parents[1]

_LINE = re.compile(r'^(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+)?(".*")$')
_MAGIC: Final = 0x950412DE


class CatalogueError(ValueError):
    """A line that is not understood, with its file and number."""


def parse(text: str, name: str = "<text>") -> dict[str, str]:
    """Messages of a ``.po`` as gettext keys them; untranslated ones are left out.

    The key of a plural is ``singular\\0plural``, its value the forms joined by ``\\0``; a
    context stands before the key and ``\\4``. The empty key holds the header.
    """
    found: dict[str, str] = {}
    for entry in _entries(text, name):
        key = entry["msgid"]
        if "msgctxt" in entry:
            key = f"{entry['msgctxt']}\4{key}"
        if "msgid_plural" in entry:
            key = f"{key}\0{entry['msgid_plural']}"
        forms = [entry[part] for part in sorted(entry) if part.startswith("msgstr")]
        if all(forms):
            found[key] = "\0".join(forms)
    return found


def _entries(text: str, name: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    part = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        matched = _LINE.match(line)
        if matched is None:
            raise CatalogueError(f"{name}:{number}: not understood: {line}")
        keyword, quoted = matched.groups()
        starts_anew = keyword == "msgctxt" or (keyword == "msgid" and part != "msgctxt")
        if starts_anew and entry:
            yield entry
            entry = {}
        part = keyword or part
        entry[part] = entry.get(part, "") + ast.literal_eval(quoted)
    if entry:
        yield entry


def to_mo(messages: dict[str, str]) -> bytes:
    """The messages as a ``.mo`` file, keys in byte order as the format wants them."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    count = len(pairs)
    header_size, table_size = 7 * 4, 8 * count
    position = header_size + 2 * table_size
    tables: tuple[list[bytes], list[bytes]] = ([], [])
    body = b""
    for side, table in enumerate(tables):
        for pair in pairs:
            table.append(struct.pack("<2I", len(pair[side]), position + len(body)))
            body += pair[side] + b"\0"
    header = struct.pack(
        "<7I", _MAGIC, 0, count, header_size, header_size + table_size, 0, position
    )
    return header + b"".join(tables[0]) + b"".join(tables[1]) + body


def sources(folder: Path = PRODUCT_DIR) -> list[Path]:
    """Every catalogue of the product, room by room."""
    return sorted(folder.glob("*/locale/*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """What the ``.mo`` beside this ``.po`` must hold."""
    return to_mo(parse(source.read_text(encoding="utf-8"), str(source)))


def main() -> None:
    for source in sources():
        source.with_suffix(".mo").write_bytes(compiled(source))


if __name__ == "__main__":
    main()
