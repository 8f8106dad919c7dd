"""Copy the outside CSS, JavaScript and fonts into the tree and write down what they are.

    npm install --no-save $(python -m motcua.ui.vendoring packages)
    python -m motcua.ui.vendoring copy node_modules

The product never runs this: the copied files are committed, so that neither Node nor a
network is needed to install or to serve. It is run by whoever raises a version below.
``static/ui/vendor/VENDORED.md`` is its output, and the tests hold every file to the sha256
written there.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

UI_DIR: Final = Path(__file__).parent
VENDOR_DIR: Final = UI_DIR / "static" / "ui" / "vendor"
RECORD: Final = VENDOR_DIR / "VENDORED.md"

# Manifest storage refuses a stylesheet or script that names a source map we do not ship.
_SOURCE_MAP = re.compile(rb"\n?(?:/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")

_MIT_ALPINE = """\
MIT License

Copyright © 2019-2021 Caleb Porzio and contributors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


@dataclass(frozen=True)
class Package:
    """One npm package and the files taken from it.

    ``files`` maps a path inside the package to a path below the ui room. ``licence_text`` is
    for packages that leave the text of their licence out of what they publish.
    """

    name: str
    version: str
    licence: str
    licence_to: str
    files: tuple[tuple[str, str], ...]
    licence_from: str = "LICENSE"
    licence_text: str | None = None


_WEB = "static/ui/vendor"
_WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}

PACKAGES: Final = (
    Package(
        "bootstrap",
        "5.3.9",
        "MIT",
        f"{_WEB}/bootstrap/LICENSE",
        (
            ("dist/css/bootstrap-reboot.min.css", f"{_WEB}/bootstrap/bootstrap-reboot.min.css"),
            ("dist/css/bootstrap-grid.min.css", f"{_WEB}/bootstrap/bootstrap-grid.min.css"),
        ),
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        f"{_WEB}/htmx/LICENSE",
        (("dist/htmx.min.js", f"{_WEB}/htmx/htmx.min.js"),),
    ),
    Package(
        "@alpinejs/csp",
        "3.17.4",
        "MIT",
        f"{_WEB}/alpine/LICENSE",
        (("dist/cdn.min.js", f"{_WEB}/alpine/alpine-csp.min.js"),),
        licence_text=_MIT_ALPINE,
    ),
    Package(
        "uplot",
        "1.6.32",
        "MIT",
        f"{_WEB}/uplot/LICENSE",
        (
            ("dist/uPlot.iife.min.js", f"{_WEB}/uplot/uPlot.iife.min.js"),
            ("dist/uPlot.min.css", f"{_WEB}/uplot/uPlot.min.css"),
        ),
    ),
    Package(
        "@fontsource/be-vietnam-pro",
        "5.3.0",
        "OFL-1.1",
        f"{_WEB}/fonts/be-vietnam-pro/LICENSE",
        tuple(
            (
                f"files/be-vietnam-pro-{subset}-{weight}-normal.woff2",
                f"{_WEB}/fonts/be-vietnam-pro/{subset}-{weight}.woff2",
            )
            for weight in _WEIGHTS
            for subset in ("latin", "latin-ext", "vietnamese")
        ),
    ),
    Package(
        "@fontsource/noto-sans",
        "5.3.0",
        "OFL-1.1",
        f"{_WEB}/fonts/noto-sans/LICENSE",
        tuple(
            (
                f"files/noto-sans-latin-{weight}-normal.woff2",
                f"{_WEB}/fonts/noto-sans/latin-{weight}.woff2",
            )
            for weight in _WEIGHTS
        ),
    ),
    Package(
        "@expo-google-fonts/be-vietnam-pro",
        "0.4.1",
        "OFL-1.1",
        "fonts/be-vietnam-pro/LICENSE",
        tuple(
            (
                f"{weight}{style}/BeVietnamPro_{weight}{style}.ttf",
                f"fonts/be-vietnam-pro/BeVietnamPro-{style}.ttf",
            )
            for weight, style in _WEIGHTS.items()
        ),
        licence_from="LICENSE_FONT",
    ),
    Package(
        "@expo-google-fonts/noto-sans",
        "0.4.1",
        "OFL-1.1",
        "fonts/noto-sans/LICENSE",
        tuple(
            (
                f"{weight}{style}/NotoSans_{weight}{style}.ttf",
                f"fonts/noto-sans/NotoSans-{style}.ttf",
            )
            for weight, style in _WEIGHTS.items()
        ),
        licence_from="LICENSE_FONT",
    ),
)

_INTRODUCTION = """\
# What comes from outside

Written by `python -m motcua.ui.vendoring`; do not edit by hand. Paths are below
`src/motcua/ui/`. Files are as published, save that the closing source-map comment is removed
from minified CSS and JavaScript (the maps are not shipped). The fonts declare no Reserved
Font Name; they are unmodified subsets (woff2) and unmodified originals (TTF).

| File | Package | Version | Licence | Licence text | sha256 |
|---|---|---|---|---|---|
"""


def digest(path: Path) -> str:
    """Hexadecimal sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def without_source_map(content: bytes) -> bytes:
    """``content`` less a closing comment that points to a source map."""
    return _SOURCE_MAP.sub(b"\n", content)


def copy(node_modules: Path) -> None:
    """Copy every file of ``PACKAGES`` out of ``node_modules`` and write ``VENDORED.md``."""
    rows = [row for package in PACKAGES for row in _copy_package(package, node_modules)]
    RECORD.write_text(_INTRODUCTION + "".join(rows), encoding="utf-8")


def _copy_package(package: Package, node_modules: Path) -> Iterator[str]:
    source = node_modules / package.name
    licence = UI_DIR / package.licence_to
    licence.parent.mkdir(parents=True, exist_ok=True)
    text = package.licence_text or (source / package.licence_from).read_text(encoding="utf-8")
    licence.write_text(text, encoding="utf-8")
    for origin, target in package.files:
        content = (source / origin).read_bytes()
        if origin.endswith((".css", ".js")):
            content = without_source_map(content)
        path = UI_DIR / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        yield (
            f"| `{target}` | {package.name} | {package.version} | {package.licence} "
            f"| `{package.licence_to}` | `{digest(path)}` |\n"
        )


def main(arguments: list[str]) -> int:
    match arguments:
        case ["packages"]:
            print(*(f"{package.name}@{package.version}" for package in PACKAGES))
        case ["copy", node_modules]:
            copy(Path(node_modules))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
