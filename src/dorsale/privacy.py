"""
What of a person is never shown: e-mail addresses and telephone numbers, and the mask that hides them.

A mask has as many characters as what it hides, so that whatever points into a text by its characters stays true.
"""

import re

# CADA, conseil 20213227: work e-mails and direct lines of agents are private; postal addresses are no numbers.
PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?:\+33|(?<![\w+])(?:0033|0))[\s.-]?(?:\(0\)[\s.-]?)?[1-9](?:[\s.-]?\d{2}){4}(?!\d)"
)
MASK = "█"


def masked(text: str) -> str:
    """
    Return a text in which no e-mail address and no telephone number can be read.

    >>> masked("Contact : jean@exemple.fr, tél. 05 63 73 50 01")
    'Contact : ███████████████, tél. ██████████████'
    """
    return PERSONAL.sub(lambda found: MASK * len(found[0]), text)
