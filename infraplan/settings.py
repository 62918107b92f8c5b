"""Settings from the environment: the reader's language and where users' own work is kept.

===================== ==========================================================================
INFRAPLAN_DATA        the folder of shipped data (see :mod:`geo.paths`)
INFRAPLAN_WORKSPACE   the folder of users' own work; default: a folder in the user's home
INFRAPLAN_LANG        ``zh`` or ``en`` for messages of the command line; default ``en``
===================== ==========================================================================
"""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path


def language() -> str:
    """Return the language of messages on the command line: ``"zh"`` or ``"en"``."""
    return "zh" if os.environ.get("INFRAPLAN_LANG", "en").lower().startswith("zh") else "en"


def workspace_root() -> Path:
    """Return the folder in which users' work is kept, absolute; it is outside the code (conventions F3)."""
    setting = os.environ.get("INFRAPLAN_WORKSPACE")
    if setting:
        folder = Path(setting)
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "infraplan"
    else:
        folder = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "infraplan"
    return folder.absolute()  # the worker runs in another folder


def who() -> str:
    """Return the name of the person at this computer, for records where no other name was given."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
