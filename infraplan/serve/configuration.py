"""What pygeoapi is told: addresses, languages, limits, and one resource for each collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import infraplan
from infraplan.serve.content import Collection
from infraplan.serve.provider import CGCS2000_URI, CRS84, WGS84_URI

HERE = Path(__file__).resolve().parent
PROVIDER = "infraplan.serve.provider.Provider"
MAX_ITEMS = 10_000
LANGUAGES = ("zh-CN", "en-US")


def of(collections: dict[str, Collection], url: str) -> dict[str, Any]:
    """Return the configuration of a server at ``url`` (without a slash at its end)."""
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 0},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": list(LANGUAGES),
            "pretty_print": False,
            "limits": {"default_items": 10, "max_items": MAX_ITEMS, "on_exceed": "throttle"},
            "templates": {"path": str(HERE / "templates"), "static": str(HERE / "static")},
            "map": {"url": "", "attribution": ""},
            "admin": False,
            "cors": False,  # the application answers for it
        },
        "logging": {"level": "CRITICAL"},
        "metadata": _metadata(url),
        "resources": {name: resource(c, url) for name, c in collections.items()},
    }


def resource(collection: Collection, source: str) -> dict[str, Any]:
    """Return the resource of one collection; ``source`` is its key in ``provider.SOURCES``."""
    return {
        "type": "collection",
        "title": _both(collection.title),
        "description": _both(collection.description),
        "keywords": list(collection.keywords),
        "links": [
            {
                "type": "text/plain",
                "rel": "license",
                "title": _both(("数据来源与许可", "Sources and licences")),
                "href": f"{source}/attribution",
            }
        ],
        "extents": {"spatial": {"bbox": list(collection.box), "crs": CRS84}},
        "providers": [
            {
                "type": "feature",
                "name": PROVIDER,
                "data": {"source": source, "collection": collection.id},
                "id_field": collection.id_field,
                **({"title_field": collection.title_field} if collection.title_field else {}),
                "crs": [CRS84, WGS84_URI, CGCS2000_URI],
                "storage_crs": CRS84,
            }
        ],
    }


def _metadata(url: str) -> dict[str, Any]:
    return {
        "identification": {
            "title": _both(("新型基础设施规划数据服务", "Infrastructure plans as a service")),
            "description": _both(
                (
                    "规划文件、指标、项目、区县、边界与已保存情景,只读。坐标为 WGS84 或 CGCS2000(经纬度)。"
                    "情景为测算分配,不是下达指标。内部工作底图,未经审图,不得公开。",
                    "Plans, targets, projects, districts, boundaries and saved scenarios, read-only; positions in "
                    "WGS84 or CGCS2000 degrees. Scenarios are computed allocations, not decreed targets. For work "
                    "inside the office: the map has no review number and must not be published.",
                )
            ),
            "keywords": ["infraplan"],
            "keywords_type": "theme",
            "terms_of_service": f"{url}/",
            "url": f"{url}/",
        },
        "license": {"name": "ATTRIBUTION.md", "url": f"{url}/attribution"},
        "provider": {"name": f"infraplan {infraplan.__version__}", "url": f"{url}/"},
        "contact": {"name": "infraplan", "url": f"{url}/"},
    }


def _both(texts: tuple[str, str]) -> dict[str, str]:
    return dict(zip(LANGUAGES, texts, strict=True))
