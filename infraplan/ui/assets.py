"""Files that the browser fetches from this machine: Leaflet, and the data of big maps.

Each folder is declared as a Streamlit component that is never drawn; Streamlit then serves it under
``component/<this module>.<name>/`` on every version and under any base path. The served folder has no
authentication, so data files are named by an HMAC with a secret of the workspace and hold nothing sensitive.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import js_lib_leaflet
import streamlit as st
import streamlit.components.v1 as components

from geo import atomic
from geo.errors import InfraPlanError
from infraplan.settings import workspace_root

LEAFLET_FOLDER = Path(js_lib_leaflet.__file__).parent / "static" / "js_lib_leaflet"
#: Seen from the frame in which streamlit-folium draws.
LEAFLET_FROM_FRAME = f"../{__name__}.leaflet"
#: So many data files are kept, those used last.
_KEPT = 80
_MAKING_SECRET = threading.Lock()


def data_folder() -> Path:
    """Return the folder whose files the browser may fetch."""
    folder = workspace_root() / "served"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfraPlanError(
            f"the folder {workspace_root()} cannot be written: {error.strerror}; name another in INFRAPLAN_WORKSPACE",
            f"无法写入工作区目录 {workspace_root()}:{error.strerror};请将 INFRAPLAN_WORKSPACE 指向其他目录",
        ) from error
    return folder


def register() -> None:
    """Serve the folders; harmless to call again."""
    components.declare_component("leaflet", path=str(LEAFLET_FOLDER))
    components.declare_component("data", path=str(data_folder()))


def data_file(content_key: str, ending: str = ".json") -> Path:
    """Return the file to hold the data known by ``content_key`` (a fingerprint); its name cannot be guessed."""
    name = hmac.new(_secret(), content_key.encode(), hashlib.sha256).hexdigest()[:32]
    return data_folder() / f"{name}{ending}"


def data_url(path: Path) -> str:
    """Return the URL of a served data file, from the root of the site."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    return f"{prefix}/component/{__name__}.data/{path.name}"


def from_frame(path: Path) -> str:
    """Return the URL of a served data file as seen from the frame in which streamlit-folium draws."""
    return f"../{__name__}.data/{path.name}"


def leaflet_url() -> str:
    """Return the URL of Leaflet's folder, from the root of the site."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/component/{__name__}.leaflet" if base else f"/component/{__name__}.leaflet"


def serve(path: Path, write: Callable[[], object]) -> None:
    """See that a data file is there, written by ``write`` where it is not, and counts as used now."""
    if path.exists():
        with suppress(OSError):
            path.touch()
        return
    write()
    _forget_old()


def _forget_old() -> None:
    """Delete all but the files used last."""
    used = []
    for file in data_folder().glob("[!.]*.*"):
        with suppress(OSError):  # another session was quicker
            used.append((file.stat().st_mtime, file))
    for _, file in sorted(used, reverse=True)[_KEPT:]:
        with suppress(OSError):  # on Windows a browser is fetching it: the next time
            file.unlink(missing_ok=True)


def _secret() -> bytes:
    path = workspace_root() / "served.secret"
    with _MAKING_SECRET:  # sessions are threads of one process
        if not path.exists():
            atomic.write_text(path, secrets.token_hex(32))
    return path.read_bytes()
