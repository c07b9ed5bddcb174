"""
What French prose means by a number, a sum, a length, a duration, a date.

How such words are written is data, in ``patterns``; what they mean is read in ``readings``; whether a text says a
literal is a question of ``meaning``.
"""

from dorsale.documents.values.meaning import says, scale
from dorsale.documents.values.readings import Value, values

__all__ = ["Value", "says", "scale", "values"]
