"""Where the data that ships with the product stands.

It comes from this file's own place, or from the setting ``INFRAPLAN_DATA``; never from the current folder.
"""

from __future__ import annotations

import os
from pathlib import Path

from geo.errors import InfraPlanError

CODE_ROOT = Path(__file__).resolve().parent.parent


def data_root() -> Path:
    """Return the folder of shipped data (``data/`` beside the packages, or ``INFRAPLAN_DATA``).

    Raises
    ------
    InfraPlanError
        When the folder named by the setting does not exist.
    """
    setting = os.environ.get("INFRAPLAN_DATA")
    root = Path(setting) if setting else CODE_ROOT / "data"
    if not root.is_dir():
        raise InfraPlanError(
            f"the data folder {root} does not exist; unset INFRAPLAN_DATA or point it at the product's data folder",
            f"数据目录 {root} 不存在;请取消 INFRAPLAN_DATA 设置,或将其指向产品的 data 目录",
        )
    return root
