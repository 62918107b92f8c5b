"""What nobody needs any more is removed once a day."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from infraplan.workspace import schema
from infraplan.workspace.store import Workspace

#: Changes too long for a link are kept so long after they were made.
DRAFT_DAYS = 180
_DAY_S = 86400.0


def once_a_day(root: Path) -> None:
    """Remove for good what was deleted long ago, and old drafts, unless that was done within a day."""
    stamp = root / "cleaned"
    if not (root / schema.FILE_NAME).is_file():
        return
    with suppress(OSError):
        if 0 <= time.time() - stamp.stat().st_mtime < _DAY_S:
            return
    stamp.touch()  # at once: who looks meanwhile leaves it to us
    Workspace(root).purge()
    forget_drafts(root)


def forget_drafts(root: Path) -> int:
    """Remove changed scenarios that were laid aside for a link long ago; return how many."""
    gone = 0
    for draft in (root / "drafts").glob("*.json"):
        with suppress(OSError):  # gone already, or on Windows somebody reads it: the next time
            if time.time() - draft.stat().st_mtime > DRAFT_DAYS * _DAY_S:
                draft.unlink()
                gone += 1
    return gone
