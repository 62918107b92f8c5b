"""OGC API - Features over pygeoapi: plans, targets, projects, districts, boundaries and saved scenarios, read-only.

``content`` says what is published, ``store`` holds it ready to be queried, ``provider`` is pygeoapi's way into the
store, ``configuration`` and ``openapi`` are what pygeoapi is told and tells, ``app`` answers requests.
"""
