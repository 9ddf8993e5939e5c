"""From mentions to participants: grouping, the name to answer by, and the places that the tagger passed over.

Pure functions on strings and offsets, without the network, whose vectors they are given.
"""

from whodid.entities.forms import NamedSpan
from whodid.entities.grouping import Impression, group_mentions
from whodid.entities.naming import canonical
from whodid.entities.recurrences import recurrences
from whodid.entities.tidy import tidy

__all__ = ["Impression", "NamedSpan", "canonical", "group_mentions", "recurrences", "tidy"]
