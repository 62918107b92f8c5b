"""Content fingerprints: the same inputs, engine and format give the same text (conventions S1, S3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.formats import FORMAT_VERSION

#: Raised when the numbers that a scenario yields may change though its inputs did not.
ENGINE_VERSION = "6"


def of_document(document: Any) -> str:
    """Return the SHA-256 of a JSON-able document, whatever the order of its keys."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def of_arrays(*arrays: NDArray[Any]) -> str:
    """Return the SHA-256 of arrays, little-endian on every machine; text arrays as UTF-8 lines."""
    digest = hashlib.sha256()
    for array in arrays:
        if array.dtype.kind in "UO":
            payload = "\n".join(array.tolist()).encode("utf-8")
        else:
            payload = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).tobytes()
        digest.update(str(len(payload)).encode())
        digest.update(payload)
    return digest.hexdigest()


def of_inputs(inputs: Mapping[str, str]) -> str:
    """Return the fingerprint of a run from its inputs' hashes, the engine's version and the format's."""
    return of_document({**inputs, "engine_version": ENGINE_VERSION, "format_version": FORMAT_VERSION})


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the names of the inputs that are not the same in two runs, sorted."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
