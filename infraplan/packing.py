"""One file for a computed result: arrays, tables and plain values of any dataclass of ``scenarios``, without pickle.

The file is a zip: ``value.json`` holds the structure; arrays (``.npy``) and tables (``.parquet``) stand beside it.
Reading runs no code from the file: only dataclasses of our own packages are rebuilt.
"""

from __future__ import annotations

import dataclasses
import importlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.atomic import replacing
from geo.errors import InfraPlanError
from geo.formats import FORMAT_VERSION, require_format

_PACKAGES = ("scenarios", "geo", "plans", "layers")
_TAG = "$"


def pack(value: Any, path: Path) -> None:
    """Write ``value`` to ``path``, atomically.

    Parameters
    ----------
    value : object
        Plain values, lists, tuples, mappings with text keys, numpy arrays and scalars, pandas tables, and dataclasses
        of our packages, in any nesting.

    Raises
    ------
    TypeError
        For anything else: a fault of the caller.
    """
    with (
        replacing(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        body = _Writer(out).encode(value)
        document = {"format_version": FORMAT_VERSION, "value": body}
        out.writestr("value.json", json.dumps(document, ensure_ascii=False))


def unpack(path: Path) -> Any:
    """Return what :func:`pack` wrote.

    Raises
    ------
    InfraPlanError
        When the file is missing, damaged, of another format, or was written by a release whose types have changed.
    """
    try:
        with zipfile.ZipFile(path) as source:
            document = json.loads(source.read("value.json"))
            require_format(document, path.name)
            return _decode(document["value"], source)
    except InfraPlanError:
        raise
    except (
        OSError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        ImportError,
    ) as error:
        raise InfraPlanError(
            f"the stored result {path.name} cannot be read ({error}); run the scenario again",
            f"已存结果 {path.name} 无法读取({error});请重新运行该情景",
        ) from error


class _Writer:
    """Turns values into JSON and puts arrays and tables beside it."""

    def __init__(self, out: zipfile.ZipFile) -> None:
        self.out = out
        self.count = 0

    def encode(self, value: Any) -> Any:
        """Return the JSON for ``value``."""
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            # JSON has no NaN or infinity; as text they come back as they were
            return value if np.isfinite(value) else {_TAG: "float", "text": repr(value)}
        if isinstance(value, np.generic):
            return self.encode(value.item())
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, pd.DataFrame | pd.Series):
            return self._table(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._dataclass(value)
        if isinstance(value, Mapping):
            if not all(isinstance(key, str) for key in value):
                return {_TAG: "pairs", "items": [[self.encode(k), self.encode(v)] for k, v in value.items()]}
            return {_TAG: "map", "items": {key: self.encode(item) for key, item in value.items()}}
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        if isinstance(value, tuple | set | frozenset):
            items = list(value) if isinstance(value, tuple) else sorted(value)
            return {
                _TAG: type(value).__name__ if isinstance(value, set | frozenset) else "tuple",
                "items": [self.encode(item) for item in items],
            }
        raise TypeError(f"{type(value).__name__} cannot be packed")

    def _name(self, suffix: str) -> str:
        self.count += 1
        return f"{self.count}.{suffix}"

    def _array(self, value: np.ndarray) -> dict[str, Any]:
        if value.dtype == object:
            return {_TAG: "objects", "items": [self.encode(item) for item in value.tolist()]}
        name = self._name("npy")
        with self.out.open(name, "w") as entry:
            np.lib.format.write_array(entry, np.ascontiguousarray(value), allow_pickle=False)
        return {_TAG: "array", "file": name, "shape": list(value.shape)}

    def _table(self, value: pd.DataFrame | pd.Series) -> dict[str, Any]:
        name = self._name("parquet")
        frame = value if isinstance(value, pd.DataFrame) else value.to_frame("value")
        buffer = io.BytesIO()
        frame.to_parquet(buffer)
        self.out.writestr(name, buffer.getvalue(), zipfile.ZIP_STORED)
        kind = "table" if isinstance(value, pd.DataFrame) else "series"
        return {_TAG: kind, "file": name, "name": None if kind == "table" else value.name}

    def _dataclass(self, value: Any) -> dict[str, Any]:
        kind = type(value)
        if kind.__module__.split(".")[0] not in _PACKAGES:
            raise TypeError(f"{kind.__module__}.{kind.__name__} is not a type of ours")
        fields = {f.name: self.encode(getattr(value, f.name)) for f in dataclasses.fields(value) if f.init}
        return {_TAG: "dataclass", "type": f"{kind.__module__}:{kind.__qualname__}", "fields": fields}


def _decode(value: Any, source: zipfile.ZipFile) -> Any:
    if isinstance(value, list):
        return [_decode(item, source) for item in value]
    if not isinstance(value, dict):
        return value
    match value[_TAG]:
        case "map":
            return {key: _decode(item, source) for key, item in value["items"].items()}
        case "pairs":
            return {_decode(k, source): _decode(v, source) for k, v in value["items"]}
        case "tuple" | "set" | "frozenset" as kind:
            items = [_decode(item, source) for item in value["items"]]
            return {"tuple": tuple, "set": set, "frozenset": frozenset}[kind](items)
        case "float":
            return float(value["text"])
        case "objects":
            items = [_decode(item, source) for item in value["items"]]
            array = np.empty(len(items), dtype=object)
            array[:] = items
            return array
        case "array":
            stored = np.lib.format.read_array(io.BytesIO(source.read(value["file"])), allow_pickle=False)
            return stored.reshape(value["shape"])
        case "table":
            return pd.read_parquet(io.BytesIO(source.read(value["file"])))
        case "series":
            return pd.read_parquet(io.BytesIO(source.read(value["file"])))["value"].rename(value["name"])
        case "dataclass":
            fields = {key: _decode(item, source) for key, item in value["fields"].items()}
            return _type(value["type"])(**fields)
        case other:
            raise ValueError(f"unknown part {other!r}")


def _type(name: str) -> Any:
    """Return a dataclass of our packages by ``module:name``; anything else in a file is refused."""
    module, _, attribute = name.partition(":")
    if module.split(".")[0] not in _PACKAGES:
        raise ValueError(f"{name} is not a type of ours")
    found = getattr(importlib.import_module(module), attribute)
    if not (isinstance(found, type) and dataclasses.is_dataclass(found)):
        raise ValueError(f"{name} is not a dataclass")
    return found
