"""Backups that are restored, on another machine with an empty database and an empty home."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motcua.config import archive
from motcua.config.archive import ArchiveError
from tests.config.conftest import Installation, empty_installation

FILL = """
from motcua.kernel import audit
from motcua.organisation.services import first_account
first_account.create(username="thanhpho", full_name="Nguyễn Thị Thử")
audit.seal()
from django.conf import settings
(settings.HOME / "files").mkdir(exist_ok=True)
(settings.HOME / "files" / "don.txt").write_text("Tờ khai")
"""


@pytest.fixture(scope="module")
def backup(installed: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive of an installation that has an account, keys, a sealed log and a file."""
    installed.python(FILL)
    file = tmp_path_factory.mktemp("backup") / "motcua.tar"
    done = installed.motcua("backup", str(file))
    assert done.returncode == 0, done.stderr
    yield file
    installed.change("DELETE FROM organisation_roleassignment; DELETE FROM organisation_person;")


def people(installation: Installation) -> int:
    return int(installation.one("SELECT count(*) FROM organisation_person"))


def test_a_backup_can_be_read_by_its_owner_alone_and_leaves_nothing_unfinished(
    backup: Path,
) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]


def test_restored_on_an_empty_machine_it_is_the_same_installation(
    backup: Path, installed: Installation, tmp_path: Path
) -> None:
    with empty_installation(tmp_path / "home", "restored") as other:
        refused = other.motcua("restore", str(backup), typed="không\n")
        assert refused.returncode == 1
        assert other.one("SELECT to_regclass('organisation_person')") is None
        done = other.motcua("restore", str(backup), typed="khôi phục\n")
        assert done.returncode == 0, done.stderr
        same = "SELECT password FROM organisation_person"
        assert other.one(same) == installed.one(same)
        assert other.one("SELECT count(*) FROM organisation_unit") == 169
        for kept in ("secret.key", "field.key", "files/don.txt"):
            assert (other.home / kept).read_text() == (installed.home / kept).read_text()
        assert (other.home / "field.key").stat().st_mode & 0o777 == 0o600
        assert (
            other.python("from motcua.kernel import audit; print(audit.verify().sound)") == "True"
        )


def tar_with(name: str, body: bytes) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        with tarfile.open(file, "w") as tar:
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))

    return make


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda file: None, "Không có tệp"),
        (lambda file: file.write_text("không phải tar"), "không phải tệp sao lưu"),
        (tar_with("anh.jpg", b"abc"), "không phải tệp sao lưu"),
        (tar_with("../../etc/cron.d/x", b""), "không phải tệp sao lưu"),
        (tar_with("manifest.json", b"[]"), "không phải tệp sao lưu"),
        (tar_with("manifest.json", b'{"format": 99}'), "phiên bản khác"),
    ],
    ids=[
        "missing",
        "text",
        "another tar",
        "a tar that climbs out",
        "another manifest",
        "of another version",
    ],
)
def test_a_foreign_file_is_refused_before_anything_is_touched(
    make: Callable[[Path], None], reason: str, tmp_path: Path
) -> None:
    file = tmp_path / "la.tar"
    make(file)
    with pytest.raises(ArchiveError, match=reason):
        archive.restore(file)


def test_half_a_backup_is_refused_and_the_data_stay(
    backup: Path, installed: Installation, tmp_path: Path
) -> None:
    half = tmp_path / "half.tar"
    half.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    done = installed.motcua("restore", str(half), "--yes")
    assert done.returncode == 1
    assert "đã hỏng" in done.stderr
    assert people(installed) == 1


def test_a_damaged_dump_is_refused_by_the_database_and_the_data_stay(
    backup: Path, installed: Installation, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(backup) as good, tarfile.open(damaged, "w") as bad:
        for entry in good:
            content = good.extractfile(entry)
            body = content.read() if content else b""
            if entry.name == "database.dump":
                body = body[: len(body) // 2] + bytes(len(body) - len(body) // 2)
            bad.addfile(entry, io.BytesIO(body))
    done = installed.motcua("restore", str(damaged), "--yes")
    assert done.returncode == 1
    assert "pg_restore" in done.stderr
    assert people(installed) == 1


def test_a_backup_is_not_restored_under_another_key(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_FIELD_KEY", "A" * 43 + "=")
    with pytest.raises(ArchiveError, match="MOTCUA_FIELD_KEY"):
        archive.restore(backup)


def test_a_backup_into_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="Không có thư mục"):
        archive.backup(tmp_path / "gone" / "motcua.tar")
