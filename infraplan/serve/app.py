"""Answers requests: checks them, lets pygeoapi work, and adds what a closed network and a bureau's clients need.

Only GET, HEAD and OPTIONS exist; nothing is written. Pages load scripts, styles and images from this server alone, and
say so in their Content-Security-Policy.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import js_lib_leaflet
from pygeoapi import api as core
from pygeoapi import l10n
from pygeoapi.api import API, APIRequest, itemtypes
from pygeoapi.util import render_j2_template
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from geo.errors import InfraPlanError
from geo.paths import CODE_ROOT
from infraplan.serve import configuration, openapi, requests
from infraplan.serve.content import Published
from infraplan.serve.provider import PAGE, SOURCES, Page
from infraplan.serve.requests import BadRequest
from infraplan.serve.store import Table

log = logging.getLogger("infraplan.serve")
log.propagate = False  # pygeoapi sets the root logger as it likes
log.setLevel(logging.WARNING)
log.addHandler(logging.StreamHandler())
#: What is declared, and tested against the running server.
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_REFRESH_S = 3.0
_FORBIDDEN_LINKS = ("/jobs", "/processes", "/TileMatrixSets")
_GEOJSON = "application/geo+json"
Handler = Callable[..., tuple[dict[str, Any], int, Any]]


class Server:
    """pygeoapi over what is published, at one address."""

    def __init__(self, published: Published, url: str) -> None:
        self.published, self.url = published, url.rstrip("/")
        SOURCES[self.url] = published
        published.refresh()
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._document: dict[str, Any] | None = None
        self.api = API(configuration.of(published.collections, self.url), {})

    def refresh(self) -> None:
        """Take up what was saved or deleted in the workspace, looked for every few seconds."""
        with self._lock:
            if time.monotonic() - self._looked < _REFRESH_S:
                return
            self._looked = time.monotonic()
            if self.published.refresh():
                self.api = API(configuration.of(self.published.collections, self.url), {})
                self._document = None
                _forget_translations()

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document, made when it is first asked for."""
        with self._lock:
            if self._document is None:
                self._document = openapi.document(self.api.config)
            return self._document

    # pages ------------------------------------------------------------------------------------------------------------

    def landing(self, request: Request) -> Response:
        """``/``"""
        return self._answer(request, requests.COMMON, core.landing_page)

    def openapi(self, request: Request) -> Response:
        """``/openapi``: the document, or a page that lists it."""
        requests.check(request.query_params.multi_items(), requests.COMMON)
        asked = self._asked(request)
        if asked.format == "html":
            data = {"document": self.document(), "path": f"{self.url}/openapi"}
            return self._page("openapi/swagger.html", data, asked)
        return _json(self.document(), "application/vnd.oai.openapi+json;version=3.0")

    def conformance(self, request: Request) -> Response:
        """``/conformance``: what this server does, not all that pygeoapi could."""
        requests.check(request.query_params.multi_items(), requests.COMMON)
        asked = self._asked(request)
        data = {"conformsTo": list(CONFORMANCE)}
        return (
            self._page("conformance.html", data, asked)
            if asked.format == "html"
            else _json(data, "application/json")
        )

    def collections(self, request: Request) -> Response:
        """``/collections`` and ``/collections/{collection}``"""
        return self._answer(
            request, requests.COMMON, core.describe_collections, *self._name(request, required=False)
        )

    def schema(self, request: Request) -> Response:
        """``/collections/{collection}/schema``"""
        return self._answer(request, requests.COMMON, core.get_collection_schema, *self._name(request))

    def queryables(self, request: Request) -> Response:
        """``/collections/{collection}/queryables``"""
        return self._answer(
            request, requests.COMMON, itemtypes.get_collection_queryables, *self._name(request)
        )

    def items(self, request: Request) -> Response:
        """``/collections/{collection}/items``"""
        (name,) = self._name(request)
        fields = self._named(name).fields
        return self._answer(
            request, requests.ITEMS, itemtypes.get_collection_items, name, fields=tuple(fields)
        )

    def item(self, request: Request) -> Response:
        """``/collections/{collection}/items/{item}``"""
        (name,) = self._name(request)
        self._named(name)
        identifier = request.path_params["item"]
        return self._answer(request, requests.ITEM, itemtypes.get_collection_item, name, identifier)

    def _named(self, name: str) -> Table:
        """Return a collection's table, with the names of its columns given to the pages."""
        table = self.published.table(name)
        resource = self.api.tpl_config["resources"][name]
        if "titles" not in resource:
            resource["titles"] = {
                column: dict(zip(configuration.LANGUAGES, titles, strict=True))
                for column, titles in table.titles.items()
            }
            _forget_translations()
        return table

    def _name(self, request: Request, required: bool = True) -> tuple[str, ...]:
        name = request.path_params.get("collection")
        if name is None and not required:
            return ()
        if name not in self.published.collections:
            raise HTTPException(404, "there is no such collection")
        return (str(name),)

    def _asked(self, request: Request) -> APIRequest:
        """Return the request as pygeoapi wants it; only JSON and HTML are spoken."""
        asked = APIRequest(request, self.api.locales)
        asked._args = requests.Parameters(request.query_params.items())
        if asked._format not in (None, *requests.FORMATS):
            asked._format = "json"  # an Accept header that prefers what we do not speak
        return asked

    def _answer(
        self,
        request: Request,
        allowed: tuple[str, ...],
        handler: Handler,
        *args: Any,
        fields: tuple[str, ...] = (),
    ) -> Response:
        requests.check(request.query_params.multi_items(), allowed, fields)
        asked = self._asked(request)
        page = None if asked.format == "html" else Page()
        token = PAGE.set(page)
        try:
            headers, status, content = handler(self.api, asked, *args)
        finally:
            PAGE.reset(token)
        kind = headers.get("Content-Type", "application/json")
        headers = {k: v for k, v in headers.items() if k not in ("Content-Type", "X-Powered-By")}
        if kind.startswith("text/html"):
            return HTMLResponse(content, int(status), headers=headers)
        document = json.loads(content)
        _tidy_links(document)
        if handler in (core.get_collection_schema, itemtypes.get_collection_queryables) and status == 200:
            _name_properties(document, self.published.table(str(args[0])).fields)
        if status == 200:
            if handler in (itemtypes.get_collection_items, itemtypes.get_collection_item):
                kind = _GEOJSON
            headers["Link"] = _link_header(document)
        return _json(document, kind, int(status), {k: v for k, v in headers.items() if v}, page)

    def _page(self, template: str, data: dict[str, Any], asked: APIRequest) -> Response:
        content = render_j2_template(
            self.api.tpl_config, self.api.config["server"]["templates"], template, data, asked.locale
        )
        return HTMLResponse(content)

    def error(self, request: Request, status: int, text: str) -> Response:
        """Return an exception as the standard wants it, as JSON or as a page."""
        code = {400: "InvalidParameterValue", 404: "NotFound", 405: "MethodNotAllowed"}.get(
            status, "ServerError"
        )
        data = {"code": code, "type": code, "description": text}
        try:
            html = self._asked(request).format == "html"
        except Exception:  # whatever is wrong with the request is what is being answered
            html = False
        if not html:
            return _json(data, "application/json", status)
        page = self._page("exception.html", data, self._asked(request))
        page.status_code = status
        return page


def application(published: Published, url: str) -> Starlette:
    """Return the ASGI application that serves ``published`` under ``url``."""
    server = Server(published, url)

    def route(path: str, handler: Callable[[Request], Response]) -> Route:
        def endpoint(request: Request) -> Response:
            server.refresh()
            try:
                return handler(request)
            except BadRequest as error:
                return server.error(request, 400, str(error))
            except HTTPException as error:
                return server.error(request, error.status_code, error.detail)
            except InfraPlanError as error:
                # a stored result that is gone or that this release cannot read
                return server.error(request, 404, error.en)
            except Exception:
                log.exception("fault while answering %s", request.url.path)
                return server.error(request, 500, "the server met a fault; it was written to its log")

        return Route(path, endpoint, methods=["GET"])

    def attribution(_request: Request) -> Response:
        return PlainTextResponse((CODE_ROOT / "ATTRIBUTION.md").read_text("utf-8"))

    async def not_found(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return server.error(request, status, "there is no such page" if status == 404 else "not allowed")

    leaflet = Path(js_lib_leaflet.__file__).parent / "static" / "js_lib_leaflet"
    return Starlette(
        routes=[
            route("/", server.landing),
            route("/openapi", server.openapi),
            route("/conformance", server.conformance),
            route("/collections", server.collections),
            route("/collections/{collection}", server.collections),
            route("/collections/{collection}/schema", server.schema),
            route("/collections/{collection}/queryables", server.queryables),
            route("/collections/{collection}/items", server.items),
            route("/collections/{collection}/items/{item}", server.item),
            Route("/attribution", attribution, methods=["GET"]),
            Mount("/static/leaflet", StaticFiles(directory=leaflet)),
            Mount("/static", StaticFiles(directory=configuration.HERE / "static")),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=["Content-Crs", "Link"],
            ),
            Middleware(_Headers),
            Middleware(GZipMiddleware, minimum_size=2000, compresslevel=3),
        ],
        exception_handlers={404: not_found, 405: not_found},
    )


class _Headers:
    """Adds the headers that keep a page to itself."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", _POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def _forget_translations() -> None:
    """Let pygeoapi translate its configuration anew: it keeps the first one it saw in each language for ever."""
    l10n._cfg_cache.clear()


def _json(
    document: Any,
    kind: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
    page: Page | None = None,
) -> Response:
    """Return a JSON response; the features of ``page`` take the place of the document's own."""
    waiting = page is not None and page.features is not None
    if waiting:
        document = {**document, "features": None}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if waiting and page is not None and page.features is not None:
        # every quotation mark inside a value is escaped: this can only be the member itself
        text = text.replace('"features":null', f'"features":{page.features}', 1)
    return Response(text, status, headers, media_type=kind)


def _tidy_links(document: Any) -> None:
    """Take out links to what this server does not have (processes, jobs, tiles, other formats)."""
    if not isinstance(document, dict):
        return
    if isinstance(document.get("links"), list):
        document["links"] = [link for link in document["links"] if _is_offered(link)]
    for collection in document.get("collections", []):
        _tidy_links(collection)


def _name_properties(document: dict[str, Any], fields: dict[str, dict[str, str]]) -> None:
    """Give each property its names for people; pygeoapi repeats the column's."""
    for name, about in document.get("properties", {}).items():
        if name in fields:
            about["title"] = fields[name]["title"]


def _is_offered(link: dict[str, Any]) -> bool:
    href = str(link.get("href", "")).split("?")[0]
    return link.get("type") != "application/ld+json" and not href.endswith(_FORBIDDEN_LINKS)


def _link_header(document: dict[str, Any]) -> str:
    """Return the links of a page for the HTTP header, for clients that page by it."""
    links = [
        link for link in document.get("links", []) if link.get("rel") in ("self", "alternate", "next", "prev")
    ]
    return ", ".join(f'<{link["href"]}>; rel="{link["rel"]}"; type="{link["type"]}"' for link in links)
