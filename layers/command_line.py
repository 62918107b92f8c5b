"""How a reader calls the command line: from infraplan's own folder, where its code and its Python are."""

from __future__ import annotations

UNIX = ".venv/bin/python -m infraplan"
WINDOWS = r".venv\Scripts\python -m infraplan"
#: Where it is called from: (Chinese, English).
FOLDER = ("在 infraplan 所在文件夹中执行", "in infraplan's own folder")
