"""Format versions of stored and exported files, and the message for one we do not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo.errors import InfraPlanError

FORMAT_VERSION = 1


def require_format(document: Mapping[str, Any], where: str, known: int = FORMAT_VERSION) -> None:
    """Check the ``format_version`` of a stored document.

    Raises
    ------
    InfraPlanError
        When the version is missing or is not one that this release reads.
    """
    version = document.get("format_version")
    if version == known and not isinstance(version, bool):
        return
    if version is None:
        raise InfraPlanError(
            f"{where}: the key format_version is missing; this release reads format {known}",
            f"{where}:缺少 format_version;本版本可读取的格式为 {known}",
        )
    raise InfraPlanError(
        f"{where}: format_version {version!r} is not known to this release, which reads {known}; "
        "open it with the release that wrote it, or upgrade",
        f"{where}:格式版本 {version!r} 未知,本版本可读取 {known};请用写出该文件的版本打开,或升级软件",
    )
