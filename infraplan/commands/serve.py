"""``infraplan serve``: plans, projects, districts and saved scenarios for GIS clients, by OGC API - Features."""

from __future__ import annotations

import argparse
import socket
import sys

from geo.errors import InfraPlanError, RequestError

HELP = "publish plans, projects, districts and saved scenarios by OGC API - Features, read-only"
HELP_ZH = "以 OGC API - Features 发布规划、项目、区县与已保存情景(只读)"

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--port", type=int, default=5000, help="default 5000; 0 takes a free one / 端口")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 opens it to the office network / 监听地址",
    )
    parser.add_argument(
        "--url", help="address that clients use, where it differs (behind a proxy) / 对外地址"
    )
    parser.add_argument(
        "--drafts",
        action="store_true",
        help="publish scenarios that are drafts to other computers too / 同时向其他计算机发布草案",
    )


def run(args: argparse.Namespace) -> int:
    """Listen until interrupted."""
    listening = listen(args.host, args.port)
    port = listening.getsockname()[1]
    local = args.host in _LOOPBACK
    name = args.host if local or args.host not in ("0.0.0.0", "::") else socket.gethostname()
    url = args.url or f"http://{f'[{name}]' if ':' in name else name}:{port}"
    import uvicorn

    from infraplan.serve.app import application
    from infraplan.serve.content import Published
    from infraplan.workspace import Workspace

    published = Published(Workspace(), drafts=local or args.drafts)
    served = application(published, url)
    print(f"infraplan: {url}/  (OGC API - Features; Ctrl+C to stop)", file=sys.stderr, flush=True)
    config = uvicorn.Config(
        served,
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
        timeout_keep_alive=20,
    )
    uvicorn.Server(config).run(sockets=[listening])
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; a port that is taken is told in words."""
    if not 0 <= port <= 65535:
        raise RequestError(f"--port {port}: a port is 0 to 65535", f"--port {port}:端口应为 0 至 65535")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family)
    try:
        if sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        raise InfraPlanError(
            f"cannot listen on {host}:{port} ({error.strerror or error}); another program may use the port: choose "
            "one with --port, or --port 0 for a free one",
            f"无法监听 {host}:{port}({error.strerror or error});端口可能被占用:请用 --port 指定其他端口,或用 --port 0",
        ) from error
    return made
