"""
A document as blocks of its reading copy, with an offset for each character.

Prose comes wrapped, hyphenated, in columns and with five kinds of space. Patterns want one line with one kind of each;
quotations want the stored text to the letter. A block is the one, and knows for each of its characters where it stands
in the other.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

HEADING, PARAGRAPH, ITEM, ROW = "heading", "paragraph", "item", "row"
BULLET = re.compile(r"\s*(?:[•▪●◦→✓■□➢➔\uf0b7]\s*|[-–*>]\s+|\(?\d{1,2}[.)°]\s+|[a-h]\)\s+)")
# What numbers a chapter, before its title, and how a line ends that is a row of figures: « Région 10 % ».
NUMBERED, FIGURED = re.compile(r"(?m)^\s*\d{1,2}[.)]\s+\Z"), re.compile(r"\d\s?(?:%|€|M€)$")
# A sentence goes on after these, whatever the line does.
OPEN_END = re.compile(
    r"(?:\b(?:le|la|les|l|un|une|des|du|de|d|à|au|aux|en|et|ou|par|pour|sur|sous|dans|avec|sans|entre|vers|chez|que|qui"
    r"|dont|son|sa|ses|leur|leurs|ce|cette|ces|ne|se|plus|très)|[,(«'’\-/&])$",
    re.IGNORECASE,
)
# A straight quotation mark, which opens in plain typography, right after a word.
CLOSING = re.compile(r"(?<=[^\s(«'])«")
# A line of a fact sheet: « Durée : 8 ans », « dont logements : 104 500 ».
ENTRY = re.compile(r"[^\W\d_][^:.,;<>?!\n]{2,40} ?: ?\S")
ENDED = re.compile(r"[.!?…:;][»\")]?$")
# Dots lead from a label to its figure.
LEADER = r"\s?\.{4,}\s?"
CELLS = re.compile(rf"{LEADER}|\t+|\s{{2,}}|\s*\|\s*")
# Where a sentence ends: not after an initial or an abbreviation, and only before what can begin one.
STOP = re.compile(
    r"(?<=[.!?…])[»\")]?\s+(?=[«\"(–-]?\s?[A-ZÀ-ÖØ-ÞŒ0-9])"
    # Pages lose the space between what were paragraphs: « le département.Le conseil ».
    r"|(?<=[a-zà-ÿ]{3}\.)(?=[«\"]?[A-ZÀ-ÖØ-ÞŒ][a-zà-ÿ'’]+ )"
)
ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[A-ZÀ-Ý]|M|MM|Mme|Mmes|Mlle|Dr|Me|Pr|art|Art|cf|Cf|env|St|Ste|av|bd|tél|Tél|n|p|hab|ex|etc)\.$"
)
# Words that keep the hyphen at the end of a line.
KEEPING = {
    "celui",
    "celle",
    "ceux",
    "sous",
    "vice",
    "ex",
    "non",
    "demi",
    "semi",
    "mi",
    "avant",
    "après",
    "très",
    "haut",
}
WIDTH_OF_WRAPPED = 200
# A line with none of these is taken as it stands, but for its typography.
UNEVEN = re.compile(r"[^\S ]|  |[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‑": "-", "‐": "-", "–": "-", "“": "«", "”": "»", '"': "«"})


@dataclass(frozen=True, slots=True)
class Block:
    """
    A heading, a paragraph, an item of a list or a row of a table, as one line of plain typography.

    ``offsets[i]`` is where ``text[i]`` stands in the stored text.
    """

    kind: str
    text: str
    offsets: "array[int]"
    cells: tuple[tuple[int, int], ...] = ()

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return where a slice of the block stands in the stored text."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each sentence of the block, without the spaces around it."""
        start = 0
        for stop in STOP.finditer(self.text):
            if ABBREVIATED.search(self.text[start : stop.start()]):
                continue
            yield start, stop.start() + len(stop[0].rstrip())
            start = stop.end()
        if start < len(self.text):
            yield start, len(self.text)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    after_blank: bool


def blocks(text: str) -> tuple[Block, ...]:
    """
    Return the blocks of a stored text, in order.

    >>> [(block.kind, block.text) for block in blocks("Le réseau\\n\\nLe Département confie la ges-\\ntion à Lotim.")]
    [('heading', 'Le réseau'), ('paragraph', 'Le Département confie la gestion à Lotim.')]
    """
    lines = list(_lines(text))
    widths = sorted(len(line.text) for line in lines)
    width = widths[int(len(widths) * 0.9)] if widths else 0
    found: list[Block] = []
    gathered: list[_Line] = []
    for line in lines:
        if gathered and not _goes_on(gathered[-1], line, width):
            found.append(_block(text, gathered))
            gathered = []
        gathered.append(line)
    if gathered:
        found.append(_block(text, gathered))
    return tuple(_chapters([block for block in found if block.text], text))


def _chapters(found: Sequence[Block], text: str) -> Iterator[Block]:
    """Yield blocks with what is numbered, and stands alone above a text, as a heading: « 3. Des résultats »."""
    numbered = [NUMBERED.search(text[max(block.offsets[0] - 9, 0) : block.offsets[0]]) is not None for block in found]
    for at, block in enumerate(found):
        alone = not any(numbered[max(at - 1, 0) : at] + numbered[at + 1 : at + 2])
        titles = block.kind == ITEM and numbered[at] and alone and at + 1 < len(found) and _heading(block.text, [])
        yield replace(block, kind=HEADING) if titles else block


def _lines(text: str) -> Iterator[_Line]:
    start, blank = 0, True
    for raw in text.split("\n"):
        if raw.strip():
            lead = len(raw) - len(raw.lstrip())
            indented = lead >= 8 and not blank
            tabbed = raw.startswith("\t") and not raw.strip().startswith("\t") and "\t" in raw.strip()
            whole = indented or tabbed
            yield _Line(start + (0 if whole else lead), raw.rstrip() if whole else raw.strip(), blank)
            blank = False
        else:
            blank = True
        start += len(raw) + 1


def _goes_on(before: _Line, line: _Line, width: int) -> bool:
    """Say whether a line continues the one before: the wrap of a page is no end."""
    if BULLET.match(line.text):
        return False
    if line.text[0].isspace():  # the second line of a cell
        return _cells(before.text) or before.text[0].isspace()
    if _cells(line.text) or _cells(before.text):
        return False
    last = before.text.rstrip()
    if ENTRY.match(line.text) and not OPEN_END.search(last) and (line.text[0].isupper() or ENTRY.match(last)):
        return False
    if FIGURED.search(last) and FIGURED.search(line.text):
        return False
    if ENDED.search(last):
        return not line.after_blank and width < WIDTH_OF_WRAPPED and len(last) > 0.6 * width and last[-1] != ":"
    if line.text[0].islower() or OPEN_END.search(last):
        return True
    return not line.after_blank and width < WIDTH_OF_WRAPPED and len(last) > 0.6 * width


def _cells(line: str) -> bool:
    return bool(re.search(rf"[^\s.](?:\t|\s{{3,}}|\s\|\s|{LEADER})[^\s.]", line))


def _block(text: str, lines: list[_Line]) -> Block:
    """Return lines as one block: joined, its spaces and apostrophes made plain, a word cut at a line end mended."""
    first = lines[0].text
    row = _cells(first)
    bullet = BULLET.match(first)
    out: list[str] = []
    offsets = array("I")
    cells: list[int] = []
    for line in lines:
        shift = bullet.end() if bullet and line is lines[0] else 0
        cut = out and out[-1] == "-" and line.text[:1].islower() and len(out) > 1 and out[-2].isalpha()
        if cut and not _compound(out):
            out.pop()
            offsets.pop()
        elif out and not cut and not (out[-1] == "-" and len(out) > 1 and out[-2].isalpha()):
            out.append(" ")
            offsets.append(line.start - 1)
        plain = line.text[shift:]
        if not (row and line is lines[0]) and not plain.startswith(" ") and not UNEVEN.search(plain):
            out += plain.translate(PLAIN)
            offsets.extend(range(line.start + shift, line.start + len(line.text)))
            continue
        position = shift
        while position < len(line.text):
            character = line.text[position]
            gap = CELLS.match(line.text, position) if row and line is lines[0] else None
            if gap and gap[0] != " ":
                cells.append(len(out))
                for sign in (" ", ":", " "):
                    out.append(sign)
                    offsets.append(line.start + position)
                position = gap.end()
                continue
            if character.isspace() or unprintable(character):
                if out and out[-1] != " ":
                    out.append(" ")
                    offsets.append(line.start + position)
            else:
                out.append(character.translate(PLAIN))
                offsets.append(line.start + position)
            position += 1
    while out and out[-1] == " ":
        out.pop()
        offsets.pop()
    joined = CLOSING.sub("»", "".join(out))
    spans: tuple[tuple[int, int], ...] = ()
    if row and cells:
        edges = [-3, *cells, len(joined)]
        spans = tuple((left + 3, right) for left, right in pairwise(edges))
    kind = ROW if row and spans else ITEM if bullet else HEADING if _heading(joined, lines) else PARAGRAPH
    return Block(kind, joined, offsets, spans)


def unprintable(character: str) -> bool:
    """Say whether a character has no width: a soft hyphen, a zero-width space, a mark of direction."""
    return character in "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def _compound(out: list[str]) -> bool:
    """Say whether the word before a hyphen at the end of a line keeps it: « Saint- », « celui- »."""
    word = "".join(out[-20:]).rsplit(" ", 1)[-1].rstrip("-")
    return word[:1].isupper() or "-" in word or word.lower() in KEEPING


def _heading(joined: str, lines: Sequence[_Line]) -> bool:
    return (
        len(joined) < 90
        and not re.search(r"[.!?;,…]$", joined)
        and not joined[0].islower()
        and not (joined[0].isdigit() and not re.match(r"\d{1,2}[.)]?\s+[A-ZÀ-Ý]", joined))
        and len(lines) <= 2
    )
