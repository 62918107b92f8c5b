"""Vector files: our own GeoJSON byte for byte, and what people bring."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import vector_io
from geo.errors import DataError, InfraPlanError

NAMES = ["天河区", "黄埔区", "番禺区"]


def frame(columns: dict[str, list] | None = None) -> gpd.GeoDataFrame:
    shapes = [shapely.box(113 + i, 23, 113.5 + i, 23.5) for i in range(3)]
    return gpd.GeoDataFrame(columns or {"区县名称": NAMES}, geometry=shapes, crs="EPSG:4490")


def test_our_geojson_is_rfc_7946(tmp_path: Path) -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)], [[(0.2, 0.2), (0.4, 0.2), (0.4, 0.4)]])
    data = gpd.GeoDataFrame({"n": [1], "text": ["天河"], "gap": [None]}, geometry=[clockwise], crs=4326)
    vector_io.write_geojson(tmp_path / "a.geojson", data, ["n", "text", "gap"])
    document = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert "crs" not in document
    assert document["format_version"] == 1
    feature = document["features"][0]
    assert feature["properties"] == {"n": 1, "text": "天河", "gap": None}
    shell, hole = feature["geometry"]["coordinates"]
    assert shapely.is_ccw(shapely.linearrings(shell))
    assert not shapely.is_ccw(shapely.linearrings(hole))


@given(st.lists(st.tuples(st.floats(73, 135), st.floats(3, 54)), min_size=1, max_size=5))
def test_coordinates_come_back_to_six_decimals(
    tmp_path_factory: pytest.TempPathFactory, points: list
) -> None:
    path = tmp_path_factory.mktemp("geo") / "points.geojson"
    data = gpd.GeoDataFrame({"i": range(len(points))}, geometry=[shapely.Point(p) for p in points], crs=4326)
    vector_io.write_geojson(path, data, ["i"])
    first = path.read_bytes()
    again = vector_io.read_geojson(path)
    assert [(round(x, 6), round(y, 6)) for x, y in points] == list(
        zip(again.geometry.x, again.geometry.y, strict=True)
    )
    vector_io.write_geojson(path, again, ["i"])
    assert path.read_bytes() == first


def test_an_unknown_format_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(
        '{"type":"FeatureCollection","format_version":7,"features":[]}', encoding="utf-8"
    )
    with pytest.raises(InfraPlanError, match="format_version 7"):
        vector_io.read_geojson(tmp_path / "a.geojson")
    with pytest.raises(DataError, match="missing"):
        vector_io.read_geojson(tmp_path / "b.geojson")


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".shp"])
def test_the_kinds_that_are_read(tmp_path: Path, suffix: str) -> None:
    data = frame({"name": NAMES})
    data.to_file(tmp_path / f"a{suffix}")
    found = vector_io.read(tmp_path / f"a{suffix}")
    assert sorted(found["name"]) == sorted(NAMES)


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
@pytest.mark.parametrize("cpg", [True, False])
def test_chinese_shapefiles_with_and_without_cpg(tmp_path: Path, encoding: str, cpg: bool) -> None:
    field = "区县名称" if encoding == "GB18030" else "区县"  # ten bytes, whatever the encoding
    frame({field: NAMES}).to_file(tmp_path / "a.shp", encoding=encoding)
    if not cpg:
        (tmp_path / "a.cpg").unlink()
    found = vector_io.read(tmp_path / "a.shp")
    assert found[field].tolist() == NAMES


def test_a_cpg_that_names_another_encoding_than_the_texts_have_is_not_believed(tmp_path: Path) -> None:
    frame({"区县名称": NAMES}).to_file(tmp_path / "a.shp", encoding="GB18030")
    (tmp_path / "a.cpg").write_text("UTF-8", "ascii")
    found = vector_io.read(tmp_path / "a.shp")
    assert found["区县名称"].tolist() == NAMES
    [note] = vector_io.notes(found, "a.shp")
    assert "按 GB18030 读取" in note.zh
    frame({"区县名称": NAMES}).to_file(tmp_path / "b.shp", encoding="GB18030")
    assert vector_io.notes(vector_io.read(tmp_path / "b.shp"), "b.shp") == []


def test_a_geojson_in_gbk_is_told_its_encoding(tmp_path: Path) -> None:
    frame({"name": NAMES}).to_file(tmp_path / "a.geojson")
    text = (tmp_path / "a.geojson").read_text("utf-8")
    (tmp_path / "a.geojson").write_bytes(text.encode("gb18030"))
    with pytest.raises(DataError) as caught:
        vector_io.read(tmp_path / "a.geojson")
    assert "GBK" in caught.value.zh
    assert "UTF-8" in caught.value.en
    assert "损坏" not in caught.value.zh


def test_utf8_cut_off_in_the_middle_of_a_character_is_still_utf8() -> None:
    whole = "广州市天河区".encode()
    for cut in range(4, len(whole) + 1):
        assert vector_io._is_utf8(whole[:cut], full=True)
        assert vector_io._is_utf8(whole[:cut], full=False) == (cut % 3 == 0)
    assert not vector_io._is_utf8("天河区".encode("gb18030"), full=True)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30))
def test_chinese_text_is_told_from_its_bytes(text: str) -> None:
    """GBK is taken for UTF-8 only where its bytes are valid UTF-8 by accident: then nobody could tell."""
    assert vector_io._is_utf8(text.encode(), full=False)
    data = text.encode("gb18030")
    if vector_io._is_utf8(data, full=False):
        assert data.decode("utf-8")


def test_a_zip_with_chinese_names_inside(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.shp", encoding="GB18030")
    with zipfile.ZipFile(tmp_path / "边界.zip", "w") as archive:
        for suffix in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"a.{suffix}", f"成果/区县边界.{suffix.upper()}")
        archive.writestr("__MACOSX/区县边界.shp", b"")
        archive.writestr("说明.txt", "x")
    found = vector_io.read(tmp_path / "边界.zip")
    assert found["区县名称"].tolist() == NAMES
    assert found.crs.to_epsg() == 4490


def test_a_file_geodatabase_as_folder_and_in_a_zip(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "成果.gdb", driver="OpenFileGDB", layer="区县")
    assert vector_io.read(tmp_path / "成果.gdb")["区县名称"].tolist() == NAMES
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in (tmp_path / "成果.gdb").iterdir():
            archive.write(part, f"交付/成果.gdb/{part.name}")
        archive.writestr("交付/readme.txt", "x")
    assert vector_io.read(tmp_path / "a.zip")["区县名称"].tolist() == NAMES


@pytest.mark.parametrize("names", [[], ["a.txt"], ["a.json", "metadata.json"]])
def test_a_zip_must_hold_a_vector_file(tmp_path: Path, names: list[str]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    with pytest.raises(DataError, match="must hold a vector file"):
        vector_io.read(tmp_path / "a.zip")


def packed(folder: Path) -> Path:
    """A zip with two Shapefiles, a GeoPackage of two layers, and a metadata.json beside them."""
    inside = folder / "inside"
    inside.mkdir()
    frame().to_file(inside / "区划.shp", encoding="gb18030")
    frame().set_geometry(frame().representative_point()).to_file(inside / "站点.shp", encoding="gb18030")
    for layer in ("道路", "绿地"):
        frame({"name": NAMES}).to_file(inside / "其他.gpkg", layer=layer)
    (inside / "metadata.json").write_text("[1]")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for part in sorted(inside.iterdir()):
            archive.write(part, part.name)
    return folder / "a.zip"


def as_windows_packs(path: Path) -> Path:
    """The same zip with names in GBK and no mark that they are anything, as the Chinese Explorer writes them."""

    class Gbk(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:
            return self.filename.encode("gb18030"), self.flag_bits & ~0x800

    out = path.with_name("gbk.zip")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as target:
        for member in archive.infolist():
            target.writestr(Gbk(member.filename), archive.read(member))
    assert "区划".encode("gb18030") in out.read_bytes()
    return out


@pytest.mark.parametrize("gbk", [False, True])
def test_a_zip_with_several_files_is_asked_for_the_layer(tmp_path: Path, gbk: bool) -> None:
    path = as_windows_packs(packed(tmp_path)) if gbk else packed(tmp_path)
    found = {row.name: (row.kind, row.features) for row in vector_io.layers(path)}
    assert found == {
        "其他.gpkg/绿地": ("Polygon", 3),
        "其他.gpkg/道路": ("Polygon", 3),
        "区划.shp": ("Polygon", 3),
        "站点.shp": ("Point", 3),
    }
    with pytest.raises(DataError, match="4 layers, say which: "):
        vector_io.read(path)
    assert vector_io.read(path, "站点.shp").geom_type.unique().tolist() == ["Point"]
    assert vector_io.read(path, "区划.shp")["区县名称"].tolist() == NAMES
    assert list(vector_io.read(path, "其他.gpkg/道路").columns) == ["name", "geometry"]


def test_a_zip_cannot_write_outside(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.geojson", json.dumps({"type": "FeatureCollection", "features": []}))
    assert len(vector_io.read(path)) == 0
    assert sorted(p.name for p in tmp_path.rglob("*.geojson")) == []


@pytest.mark.parametrize("missing", [".dbf", ".shx"])
def test_a_shapefile_with_a_part_missing(tmp_path: Path, missing: str) -> None:
    frame({"name": NAMES}).to_file(tmp_path / "a.shp")
    (tmp_path / f"a{missing}").unlink()
    with pytest.raises(DataError, match=f"{missing} is missing"):
        vector_io.read(tmp_path / "a.shp")


def test_several_layers_need_one_named(tmp_path: Path) -> None:
    for layer in ("districts", "towns"):
        frame({"name": NAMES}).to_file(tmp_path / "a.gpkg", layer=layer)
    with pytest.raises(DataError, match="2 layers, say which: districts, towns"):
        vector_io.read(tmp_path / "a.gpkg")
    assert len(vector_io.read(tmp_path / "a.gpkg", layer="towns")) == 3
    with pytest.raises(DataError, match="no layer 'roads'"):
        vector_io.read(tmp_path / "a.gpkg", layer="roads")


def test_tables_beside_a_layer_are_no_layers(tmp_path: Path) -> None:
    """QGIS keeps styles in a table of the GeoPackage itself: that is no second layer."""
    frame().to_file(tmp_path / "a.gpkg", layer="区划")
    pyogrio.write_dataframe(pd.DataFrame({"style": ["x"]}), tmp_path / "a.gpkg", layer="layer_styles")
    assert [row.name for row in vector_io.layers(tmp_path / "a.gpkg")] == ["区划"]
    assert vector_io.read(tmp_path / "a.gpkg")["区县名称"].tolist() == NAMES


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"x", "are not read"),
        ("a.gpkg", b"not a database", "damaged"),
        ("a.geojson", b"{", "damaged"),
        ("a.zip", b"PK no", "not a zip file"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        vector_io.read(tmp_path / name)
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(DataError, match="no such file"):
        vector_io.read(tmp_path / f"other-{name}")
