"""Dorsale: a knowledge graph of France's public broadband networks, with the sentence behind every fact."""

__version__ = "0.1.0"
