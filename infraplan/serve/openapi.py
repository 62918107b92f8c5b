"""The OpenAPI document: pygeoapi's own, with everything it points to elsewhere written out here.

A closed network cannot follow references to schemas on the internet, and a client that tries would leave the machine.
"""

from __future__ import annotations

from typing import Any

from pygeoapi.openapi import get_oas

from infraplan.serve.requests import FORMATS

_JSON = "application/json"
_GEOJSON = "application/geo+json"
_OBJECT = {"type": "object"}
_EXCEPTION = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string"}, "type": {"type": "string"}, "description": {"type": "string"}},
}
_FEATURE = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": "object", "nullable": True},
        "properties": {"type": "object", "nullable": True},
    },
}
_COLLECTION = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": _FEATURE},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
        "timeStamp": {"type": "string", "format": "date-time"},
        "links": {"type": "array", "items": _OBJECT},
    },
}
_HTML = {"text/html": {"schema": {"type": "string"}}}
#: Responses that pygeoapi only points to.
_RESPONSES: dict[str, dict[str, Any]] = {
    "LandingPage": {"description": "the document", "content": {_JSON: {"schema": _OBJECT}, **_HTML}},
    "Collection": {"description": "a collection", "content": {_JSON: {"schema": _OBJECT}, **_HTML}},
    "Features": {"description": "features", "content": {_GEOJSON: {"schema": _COLLECTION}, **_HTML}},
    "Feature": {"description": "one feature", "content": {_GEOJSON: {"schema": _FEATURE}, **_HTML}},
    "InvalidParameter": {
        "description": "a parameter is wrong or unknown",
        "content": {_JSON: {"schema": _EXCEPTION}},
    },
    "NotFound": {"description": "there is no such thing", "content": {_JSON: {"schema": _EXCEPTION}}},
    "ServerError": {"description": "a fault of the server", "content": {_JSON: {"schema": _EXCEPTION}}},
}
#: Parameters that pygeoapi only points to.
_PARAMETERS: dict[str, dict[str, Any]] = {
    "sortby": {
        "name": "sortby",
        "in": "query",
        "description": "columns to sort by; a minus before a name sorts it downwards",
        "required": False,
        "schema": {"type": "array", "items": {"type": "string"}},
        "style": "form",
        "explode": False,
    },
    "datetime": {
        "name": "datetime",
        "in": "query",
        "description": "RFC 3339 instant or interval; features here have no time of their own and are all given",
        "required": False,
        "schema": {"type": "string"},
    },
    "featureId": {
        "name": "featureId",
        "in": "path",
        "description": "id of a feature",
        "required": True,
        "schema": {"type": "string"},
    },
}


def document(config: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document of a configuration; it refers to nothing outside itself."""
    # a scenario whose stored result cannot be read is left out, the rest is told
    made = get_oas(config, fail_on_invalid_collection=False)
    components = made["components"]
    components["parameters"]["f"]["schema"]["enum"] = list(FORMATS)
    components["parameters"].pop("vendorSpecificParameters", None)
    components["responses"].update(_RESPONSES)
    components["parameters"].update(_PARAMETERS)
    made["paths"] = {path: _reading(item) for path, item in made["paths"].items() if _is_ours(path)}
    for path, item in made["paths"].items():
        if path.endswith("/items"):
            item["get"]["parameters"] = [
                *(p for p in item["get"]["parameters"] if "vendorSpecific" not in p.get("$ref", "")),
                {"$ref": "#/components/parameters/datetime"},
            ]
    result = _local(made)
    assert isinstance(result, dict)
    return result


def _is_ours(path: str) -> bool:
    return path in ("/", "/openapi", "/conformance") or path.startswith("/collections")


def _reading(item: dict[str, Any]) -> dict[str, Any]:
    return {method: operation for method, operation in item.items() if method == "get"}


def _local(value: Any) -> Any:
    """Turn references to the outside into references within; those we have no text for become what they are called."""
    if isinstance(value, list):
        return [_local(item) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str) and not reference.startswith("#/"):
        name = reference.rsplit("/", 1)[-1].removesuffix(".yaml")
        if name in _RESPONSES:
            return {"$ref": f"#/components/responses/{name}"}
        if name in _PARAMETERS:
            return {"$ref": f"#/components/parameters/{name}"}
        return dict(_EXCEPTION) if name == "exception" else dict(_OBJECT)
    return {key: _local(item) for key, item in value.items()}
