"""A scenario as it is being changed, in the URL: a link reopens what its sender was working on, unsaved as it is."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any

_MOST_BYTES = 200_000


def pack(code: str, document: Mapping[str, Any]) -> str:
    """Return the changed ``document`` of the scenario ``code`` as a short text for a URL."""
    text = json.dumps({"of": code, "document": document}, ensure_ascii=False, sort_keys=True)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack(text: str) -> tuple[str, dict[str, Any]] | None:
    """Return the scenario's code and its changed document; None for a text that is none of ours, or is too large."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        opened = zlib.decompressobj()
        data = opened.decompress(packed, _MOST_BYTES)
        if opened.unconsumed_tail:
            return None
        found = json.loads(data)
        code, document = found["of"], found["document"]
    except (binascii.Error, zlib.error, ValueError, KeyError, TypeError):
        return None
    return (code, document) if isinstance(code, str) and isinstance(document, dict) else None
