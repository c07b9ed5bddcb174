"""Quotations of a document whose text changed: where their words stand now, and the files rewritten to say so."""

from dorsale.documents.anchors.rewriting import REPLACES, Edits, rewrite
from dorsale.documents.anchors.standing import Anchor, Outcome, anchors

__all__ = ["REPLACES", "Anchor", "Edits", "Outcome", "anchors", "rewrite"]
