"""Where is the place a text names? An offline gazetteer, whole lists at once, and online services when asked for."""

from geo.geocode.candidate import Candidate
from geo.geocode.search import geocode
from geo.geocode.table import geocode_table

__all__ = ["Candidate", "geocode", "geocode_table"]
