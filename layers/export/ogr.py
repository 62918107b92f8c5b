"""Writing features with GDAL (pyogrio): GeoPackage, Shapefile, FileGDB, FlatGeobuf share this one door.

Batches go to GDAL as an Arrow stream. Aliases, comments and widths travel as metadata of the Arrow fields.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import pyogrio.errors

from geo.errors import InfraPlanError
from layers.export.columns import Column
from layers.export.features import GEOMETRY, Features, schema_metadata

Cast = Callable[[Column, pa.Array], pa.Array]
INT32_MAX = 2**31 - 1


def write(
    features: Features,
    path: Path,
    driver: str,
    geometry_type: str | None,
    cast: Cast | None = None,
    widths: Mapping[str, int] | None = None,
    encoding: str | None = None,
    layer_options: Mapping[str, str] | None = None,
    dataset_options: Mapping[str, str] | None = None,
) -> None:
    """Write features as one layer of a file; a file that holds several layers gets one more.

    Parameters
    ----------
    geometry_type : str or None
        None writes a table without shapes.
    cast : callable, optional
        Changes a column's array to what the format holds best (32-bit integers in FileGDB).
    widths : mapping of column name to int, optional
        Widths of text columns in bytes.

    Raises
    ------
    InfraPlanError
        When GDAL cannot write: a full disk, no permission.
    """
    shaped = geometry_type is not None
    change = cast or _as_it_is
    schema = _schema(features, change, widths or {}, shaped)
    stopped: list[Exception] = []
    stream = _stream(features, schema, change, geometry_type)
    reader = pa.RecordBatchReader.from_batches(schema, _remembering(stream, stopped))
    try:
        with warnings.catch_warnings():
            if features.reference.offset:  # these coordinates have no CRS, on purpose: GCJ-02 is none
                warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)
            _to_gdal(reader, features, path, driver, geometry_type, encoding, layer_options, dataset_options)
        _require_complete(path, features, encoding)
    except (RuntimeError, OSError) as error:  # pyogrio's own errors are RuntimeErrors
        if stopped:  # GDAL only says that the stream broke; this is what broke it
            raise stopped[0] from error
        if type(error) is RuntimeError:
            raise
        raise InfraPlanError(
            f"{path.name}: {features.table} could not be written ({error}); is the disk full or the folder read-only?",
            f"{path.name}:图层 {features.table} 写入失败({error});请检查磁盘空间和目录权限",
        ) from error


def _remembering(stream: Iterator[pa.RecordBatch], stopped: list[Exception]) -> Iterator[pa.RecordBatch]:
    try:
        yield from stream
    except Exception as error:
        stopped.append(error)
        raise


def _to_gdal(
    reader: pa.RecordBatchReader,
    features: Features,
    path: Path,
    driver: str,
    geometry_type: str | None,
    encoding: str | None,
    layer_options: Mapping[str, str] | None,
    dataset_options: Mapping[str, str] | None,
) -> None:
    pyogrio.write_arrow(
        reader,
        path,
        layer=features.table,
        driver=driver,
        geometry_name=GEOMETRY if geometry_type else None,
        geometry_type=geometry_type,
        crs=features.reference.crs if geometry_type else None,
        encoding=encoding,
        layer_options=dict(layer_options or {}) or None,
        dataset_options=dict(dataset_options or {}) or None,
    )


def count(path: Path, table: str | None = None, encoding: str | None = None) -> int:
    """Return how many features a layer of a file has."""
    return int(pyogrio.read_info(path, layer=table, encoding=encoding, force_feature_count=True)["features"])


def read_back(path: Path, columns: list[str], table: str | None = None) -> tuple[int, dict[str, int]]:
    """Return how many rows a layer really has (not what its index says) and the exact sums of columns."""
    wanted = columns or [str(name) for name in pyogrio.read_info(path, layer=table)["fields"][:1]]
    options = {"layer": table, "columns": wanted, "read_geometry": False, "use_pyarrow": True}
    rows, total = 0, dict.fromkeys(columns, 0)
    with pyogrio.open_arrow(path, **options) as (_, reader):
        for batch in reader:
            rows += batch.num_rows
            for name in columns:
                values = batch.column(name)
                if pa.types.is_floating(values.type):  # FileGDB beyond 32 bits: exact to 2^53
                    values = values.cast(pa.int64())
                total[name] += pc.sum(values).as_py() or 0
    return rows, total


def _as_it_is(_: Column, values: pa.Array) -> pa.Array:
    return values


def _schema(features: Features, change: Cast, widths: Mapping[str, int], shaped: bool) -> pa.Schema:
    fields = []
    for column in features.columns:
        kind = change(column, features.values(column, 0, 0)).type
        fields.append(pa.field(column.name, kind, metadata=schema_metadata(column, widths.get(column.name))))
    if shaped:
        fields.append(pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))
    return pa.schema(fields)


def _stream(
    features: Features, schema: pa.Schema, change: Cast, geometry_type: str | None
) -> Iterator[pa.RecordBatch]:
    shaped = geometry_type is not None
    for batch in features.batches(shaped, multi=shaped and str(geometry_type).startswith("Multi")):
        arrays = [change(c, batch.column(i)) for i, c in enumerate(features.columns)]
        if shaped:
            arrays.append(batch.column(len(features.columns)))
        yield pa.record_batch(arrays, schema=schema)


def _require_complete(path: Path, features: Features, encoding: str | None) -> None:
    """Look at what was written: GDAL does not report every failure on closing a file."""
    found = count(path, features.table if path.suffix in (".gpkg", ".gdb") else None, encoding)
    if found != len(features):
        raise pyogrio.errors.DataLayerError(f"{found} of {len(features)} features arrived")
