"""The workspace: what planners make, kept outside the code, versioned, with who and when.

Records (scenarios, results, uploads, corrections to positions, progress entries) stand in an SQLite database in WAL
mode; their files stand beside it, named by content. One class, :class:`Workspace`, owns both: a server database can
take its place without the callers' noticing. It is safe to use from several threads and processes at once.
"""

from infraplan.settings import who
from infraplan.workspace.records import KINDS, STATUSES, ConflictError, Record, StoredFile
from infraplan.workspace.store import Workspace

__all__ = ["KINDS", "STATUSES", "ConflictError", "Record", "StoredFile", "Workspace", "who"]
