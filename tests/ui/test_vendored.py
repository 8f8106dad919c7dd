"""What comes from outside is what VENDORED.md says, with its licence."""

import re

import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command

from motcua.ui import vendoring
from motcua.ui.vendoring import PACKAGES, RECORD, UI_DIR, digest, without_source_map

ROW = re.compile(r"^\| `([^`]+)` \| (\S+) \| (\S+) \| (\S+) \| `([^`]+)` \| `([0-9a-f]{64})` \|$")
ROWS = [
    match.groups()
    for line in RECORD.read_text(encoding="utf-8").splitlines()
    if (match := ROW.match(line))
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_vendored_file_is_unchanged_and_has_its_licence_beside_it(row):
    file, _, _, _, licence, sha256 = row
    assert digest(UI_DIR / file) == sha256
    assert (UI_DIR / licence).parent == (UI_DIR / file).parent
    assert len((UI_DIR / licence).read_text(encoding="utf-8")) > 300


def test_the_record_names_every_file_and_package_and_nothing_else():
    wanted = {
        (target, package.name, package.version, package.licence)
        for package in PACKAGES
        for _, target in package.files
    }
    assert {row[:4] for row in ROWS} == wanted
    lying_there = {
        str(path.relative_to(UI_DIR))
        for folder in (UI_DIR / "static" / "ui" / "vendor", UI_DIR / "fonts")
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"LICENSE", "VENDORED.md"}
    }
    assert lying_there == {row[0] for row in ROWS}


def test_the_font_licences_reserve_no_name_that_our_copies_would_misuse():
    for licence in UI_DIR.rglob("fonts/*/LICENSE"):
        heading = licence.read_text(encoding="utf-8").split("PREAMBLE")[0]
        assert "SIL OPEN FONT LICENSE" in heading.upper()
        assert "reserved font name" not in heading.lower()


def test_only_the_closing_source_map_comment_is_cut():
    assert without_source_map(b"a{}\n/*# sourceMappingURL=a.css.map */") == b"a{}\n"
    assert without_source_map(b"f()\n//# sourceMappingURL=f.js.map\n") == b"f()\n"
    assert without_source_map(b"a{}/* kept */") == b"a{}/* kept */"


def test_copying_again_from_the_packages_writes_the_same_record(tmp_path, monkeypatch):
    modules, ui = tmp_path / "node_modules", tmp_path / "ui"
    for package in PACKAGES:
        for origin, target in package.files:
            source = modules / package.name / origin
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_bytes((UI_DIR / target).read_bytes())
        licence = modules / package.name / package.licence_from
        licence.write_text((UI_DIR / package.licence_to).read_text(encoding="utf-8"), "utf-8")
    (ui / "static" / "ui" / "vendor").mkdir(parents=True)
    monkeypatch.setattr(vendoring, "UI_DIR", ui)
    monkeypatch.setattr(vendoring, "RECORD", ui / "static" / "ui" / "vendor" / "VENDORED.md")
    vendoring.copy(modules)
    assert vendoring.RECORD.read_text(encoding="utf-8") == RECORD.read_text(encoding="utf-8")


def test_static_files_are_served_under_hashed_names_with_no_address_broken(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    command = Command()
    command.set_options(
        interactive=False,
        verbosity=0,
        link=False,
        clear=False,
        dry_run=False,
        ignore_patterns=[],
        use_default_ignore_patterns=True,
        post_process=True,
    )
    command.collect()
    fonts = next(tmp_path.glob("ui/fonts.*.css")).read_text(encoding="utf-8")
    addresses = re.findall(r'url\("([^"]+)"\)', fonts)
    assert len(addresses) == 16
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", address)
        assert (tmp_path / "ui" / address).is_file()
