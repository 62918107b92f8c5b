"""What a planner brings: boundaries, population, candidate sites, existing units, project lists.

Two steps, and nothing is stored before the second ends well:

    inspection = uploads.inspect("projects", path, "清单.xlsx")          # what is it, what must be asked, what is wrong
    inspection = uploads.inspect("projects", path, "清单.xlsx", answers)  # again after an answer: preview and problems
    record = uploads.accept(inspection, workspace, by="张三")             # stored whole, with the original file
    rows = uploads.load(workspace, record)                               # DataFrame, GeoDataFrame or Surface

Every value comes from a stranger's file: it is text to be escaped by whoever shows it.
"""

from infraplan.uploads.intake import (
    LISTS,
    WHAT,
    accept,
    cells_of,
    inspect,
    load,
    most_bytes,
    stage,
    surface_path,
)

__all__ = ["LISTS", "WHAT", "accept", "cells_of", "inspect", "load", "most_bytes", "stage", "surface_path"]
