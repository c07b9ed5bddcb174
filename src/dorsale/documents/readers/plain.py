"""
Plain text, in UTF-8 and nothing else.

An encoding that is guessed wrong gives a text that looks right but for one letter, and quotations of it would be wrong
for ever: so the one that would fit is named, and a person converts the file.
"""

import codecs

from dorsale.documents.readers.contents import Contents, after, refuse_controls
from dorsale.errors import Place, UnreadableDocument

# Encodings that French texts are found in, by the names that iconv and Python share.
OLDER = ("WINDOWS-1252", "MACINTOSH", "CP850")
# What French puts beyond ASCII: of a right encoding nearly all is this.
FRENCH = frozenset("éèêëàâäçîïôöùûüÿœæÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸŒÆ’‘“”«»…–—•°€²³ \u00a0")
FITS = 0.8


def read(data: bytes, place: Place) -> Contents:
    """Return a text; a form feed ends a page, as programs that turn pages into text write it."""
    return Contents(tuple(utf_8(data, place).split("\f")), gap="\n")


def utf_8(data: bytes, place: Place) -> str:
    """
    Return bytes as text, without a byte order mark.

    Raises :class:`UnreadableDocument` at the first byte that is not UTF-8, with the encoding that would fit, and at
    the first control character.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = after(data[: error.start].decode("utf-8-sig"), place)
        byte, fits = f"0x{data[error.start]:02X}", fitting(data)
        if fits:
            raise UnreadableDocument(place=at, reason="encoding", byte=byte, fits=fits, file=at.file) from error
        raise UnreadableDocument(place=at, reason="undecodable", byte=byte) from error
    refuse_controls(text, place)
    return text


def fitting(data: bytes) -> str | None:
    """
    Return the encoding in which the bytes read as French, if there is one.

    >>> fitting("Le réseau a été confié".encode("cp1252")), fitting("Le réseau a été confié".encode("cp850"))
    ('WINDOWS-1252', 'CP850')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    fits: list[tuple[tuple[float, float], str]] = []
    for name in ("UTF-8", *OLDER):
        try:
            beyond = [character for character in data.decode(name) if character > "\x7f"] or ["é"]
        except UnicodeDecodeError:
            continue
        # Two of them may make French letters of the same bytes; one then makes capitals inside words.
        counts = (sum(one in FRENCH for one in beyond), sum(one.islower() for one in beyond))
        share, small = (count / len(beyond) for count in counts)
        if share >= FITS:
            fits.append(((share, small), name))
    return max(fits, key=lambda pair: pair[0], default=((0.0, 0.0), None))[1]
