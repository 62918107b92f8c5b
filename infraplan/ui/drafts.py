"""A scenario as it is being changed, in the URL: a link reopens what its sender was working on, unsaved as it is.

What is too long for a URL (cells that a scenario holds itself) lies in the workspace under its own hash, and the URL
holds that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from geo import atomic
from infraplan.settings import workspace_root

_MOST_BYTES = 200_000
#: A longer text is kept in the workspace: servers and browsers differ in what they take as a URL.
_MOST_IN_URL = 3_000
_KEPT = re.compile(r"@[0-9a-f]{64}")


def pack(code: str, document: Mapping[str, Any], base: int | None = None) -> str:
    """Return the changed ``document`` of the scenario ``code`` as a short text for a URL.

    ``base`` is the version that was changed: saving over a newer one is refused.
    """
    whole = {"of": code, "document": document} | ({} if base is None else {"base": base})
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True)
    packed = _packed(text)
    if len(packed) <= _MOST_IN_URL:
        return packed
    name = hashlib.sha256(text.encode()).hexdigest()
    path = workspace_root() / "drafts" / f"{name}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_text(path, text)
    return f"@{name}"


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpack(text: str) -> tuple[str, dict[str, Any]] | None:
    """Return the scenario's code and its changed document; None for a text that is none of ours, or is too large."""
    found = _opened(text)
    code, document = (found or {}).get("of"), (found or {}).get("document")
    return (code, document) if isinstance(code, str) and isinstance(document, dict) else None


def base_of(text: str) -> int | None:
    """Return the version that a text's changes were begun from; None where it holds none."""
    base = (_opened(text) or {}).get("base")
    return base if isinstance(base, int) and not isinstance(base, bool) and base > 0 else None


def _opened(text: str) -> dict[str, Any] | None:
    try:
        if _KEPT.fullmatch(text):
            return _read((workspace_root() / "drafts" / f"{text[1:]}.json").read_bytes())
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        opened = zlib.decompressobj()
        data = opened.decompress(packed, _MOST_BYTES)
        if opened.unconsumed_tail:
            return None
        return _read(data)
    except (OSError, binascii.Error, zlib.error, ValueError, KeyError, TypeError):
        return None


def _read(data: bytes) -> dict[str, Any] | None:
    found = json.loads(data)
    return found if isinstance(found, dict) else None
