"""
A publication: a folder that portals, programs and people take without a question.

Everything that is published is a :class:`File`; each module here yields those of its kind, and ``folder`` keeps them,
all or none.
"""

from dorsale.publish.folder import File, keep
from dorsale.publish.publication import Publication

__all__ = ["File", "Publication", "keep"]
