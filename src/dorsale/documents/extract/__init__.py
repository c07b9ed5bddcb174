"""
From text to proposals: what a document says, as facts with their passages, offline and in a second.

Names and values are found first, then patterns that are data (``ontology/frames/``) are matched over sentences, then
each fact goes through the gates of proof: one that its passage does not carry is kept with the reason, never shown as
a fact.
"""

from dorsale.documents.extract.extraction import Extraction, Extractor
from dorsale.documents.extract.lexicon import Lexicon

__all__ = ["Extraction", "Extractor", "Lexicon"]
