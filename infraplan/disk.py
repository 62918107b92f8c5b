"""What a disk says when it refuses, in plain words."""

from __future__ import annotations

import errno
import sys

#: There a file that any program holds open can be neither replaced nor deleted.
_LOCKS_OPEN_FILES = sys.platform == "win32"
_FULL = ("the disk is full", "磁盘已满")
_QUOTA = ("the disk quota is used up", "磁盘配额已用完")
_TOO_LARGE = ("the file is larger than this disk allows", "文件超出磁盘允许的大小")
_DENIED = ("there is no permission for this file or folder", "没有该文件或目录的访问权限")
_IN_USE = (
    "the file is open in another program (Excel, QGIS), or there is no permission for it",
    "文件正被其他程序(如 Excel、QGIS)打开,或没有访问权限",
)
_READ_ONLY = ("the disk is read-only", "磁盘为只读")


def said(error: OSError) -> tuple[str, str]:
    """Return (English, Chinese) for any refusal: :func:`why`, else the system's own words."""
    own = error.strerror or str(error)
    return why(error) or (own, own)


def why(error: OSError) -> tuple[str, str] | None:
    """Return (English, Chinese) for a refusal that a person can do something about; None for any other."""
    denied = _IN_USE if _LOCKS_OPEN_FILES else _DENIED
    return {
        errno.ENOSPC: _FULL,
        errno.EDQUOT: _QUOTA,
        errno.EFBIG: _TOO_LARGE,
        errno.EACCES: denied,
        errno.EPERM: denied,
        errno.EROFS: _READ_ONLY,
    }.get(error.errno or 0)
