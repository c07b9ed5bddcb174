"""
Stored queries: header, parameters, rows, their evidence.

``stored`` reads the files, ``parameters`` what they may be asked for, ``scope`` says where a parameter reaches,
``answers`` runs a query and writes its answer,
``page`` is an answer as a person reads it.
"""

from dorsale.graph.labels import Duration
from dorsale.graph.queries.answers import Answer, run
from dorsale.graph.queries.page import Page
from dorsale.graph.queries.parameters import ANYTHING, LITERALS, Parameter
from dorsale.graph.queries.stored import Catalogue, StoredQuery

__all__ = ["ANYTHING", "LITERALS", "Answer", "Catalogue", "Duration", "Page", "Parameter", "StoredQuery", "run"]
