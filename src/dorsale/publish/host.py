"""
What the host of a publication is told: which address leads to which file, and what a search engine should read.

``.htaccess`` is for Apache, as w3id.org runs it; the folder also lies on a host that knows nothing of it, since every
file has the ending of what it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from dorsale.publish.folder import File
from dorsale.publish.media import table
from dorsale.publish.publication import Publication

SITEMAP = "sitemap.xml"
# A map holds so many addresses.
MOST = 50_000
# The pages that name persons at their head are for who was led there, not for who looks a name up.
UNLISTED = ("id/person/", "id/membership/", "persons.", "notice.", "errata.")
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What a client may ask for, by the ending of what it gets, in the order in which it is offered.
ASKED = {
    "ttl": r"text/turtle|application/x-turtle",
    "jsonld": r"application/ld\+json|application/json",
    "nt": r"application/n-triples",
    "rdf": r"application/rdf\+xml",
}
ENGLISH = "^en"


def host(
    publication: Publication, paths: Iterable[str], day: date | None, moved: Mapping[str, str] | None = None
) -> Iterator[File]:
    """
    Yield what stands in the folder for its host; ``paths`` are those of all other files.

    ``moved`` says what is named otherwise in the folder than in its identifier, which no file system could hold.
    """
    yield File(".nojekyll", b"")
    yield File(".htaccess", _htaccess(publication, moved or {}).encode())
    pages = [path for path in sorted(paths) if path.endswith(".html") and not path.startswith(UNLISTED)]
    maps = [pages[at : at + MOST] for at in range(0, max(len(pages), 1), MOST)]
    if len(maps) == 1:
        yield File(SITEMAP, _map("urlset", "url", map(publication.url.__add__, maps[0]), day))
    else:
        names = [f"sitemap-{number}.xml" for number in range(1, len(maps) + 1)]
        yield File(SITEMAP, _map("sitemapindex", "sitemap", map(publication.url.__add__, names), day))
        for name, some in zip(names, maps, strict=True):
            yield File(name, _map("urlset", "url", map(publication.url.__add__, some), day))
    yield File("robots.txt", _robots(publication).encode())


def _map(root: str, entry: str, addresses: Iterable[str], day: date | None) -> bytes:
    changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SPACE}">']
    lines += [f"<{entry}><loc>{escape(quote(one, safe=':/%#?=&'))}</loc>{changed}</{entry}>" for one in addresses]
    return "\n".join([*lines, f"</{root}>\n"]).encode()


def _robots(publication: Publication) -> str:
    lines = ["User-agent: *"]
    if publication.endpoint and publication.endpoint.value.startswith(publication.url):
        lines.append(f"Disallow: /{publication.endpoint.value.split('/', 3)[-1]}")
    lines += ["Allow: /", "", f"Sitemap: {publication.url}{SITEMAP}"]
    return "\n".join(lines) + "\n"


def _htaccess(publication: Publication, moved: Mapping[str, str]) -> str:
    """Return the rules of Apache: types, and 303 from what is named to what describes it."""
    url = publication.url
    lines = ["# What each file is."]
    for ending, kind in table("media").items():
        lines += [f"AddType {kind['media']} .{ending}", f"AddCharset utf-8 .{ending}"]
    lines += [
        "AddType application/gzip .gz",
        "RemoveEncoding .gz",
        '<Files "void">',
        "  ForceType text/turtle",
        "</Files>",
        "DirectoryIndex index.html",
        "Options -Indexes -MultiViews",
        "",
        "# Programs of other sites may read everything, and caches must know what the answers depend on.",
        "<IfModule mod_headers.c>",
        '  Header set Access-Control-Allow-Origin "*"',
        '  Header set X-Content-Type-Options "nosniff"',
        '  Header merge Vary "Accept, Accept-Language"',
        "</IfModule>",
        "",
        "# What is named leads to what describes it: 303, in the format and the language that are asked for.",
        "# An address that is no file has no dot in its last part.",
        "RewriteEngine On",
        *_named(moved),
    ]
    for pattern, described, page, endings in (
        (r"^(id/[^/.]+/[^/.]+)/?$", "$1", "$1{}", ("ttl", "jsonld", "nt")),
        (r"^ontology(?:/[0-9.]+)?/?$", "ontology", "ontology{}", ("ttl", "jsonld")),
        (r"^code/([^/]+)/([^/]+)$", "codes", "ontology{}#code-$1-$2", ("ttl", "jsonld")),
        (r"^shape/([^/]+)$", "shapes", "shapes{}#$1", ("ttl", "jsonld")),
        (r"^(?:catalog|dataset|vocabulary)$", "catalog", "index{}", ("ttl", "jsonld", "rdf")),
    ):
        lines += [""]
        for ending in endings:
            lines += [f"RewriteCond %{{HTTP_ACCEPT}} {ASKED[ending]}", _leading(pattern, f"{url}{described}.{ending}")]
        lines += [
            f"RewriteCond %{{HTTP:Accept-Language}} {ENGLISH}",
            _leading(pattern, url + page.format(".en.html")),
            _leading(pattern, url + page.format(".html")),
        ]
    lines += [
        "",
        "# A passage stands in its document.",
        _leading(r"^id/evidence/([^/.]+)/([0-9]+-[0-9]+)$", f"{url}id/document/$1.html#$2"),
        _leading("^void$", f"{url}void.ttl"),
    ]
    return "\n".join(lines) + "\n"


def _named(moved: Mapping[str, str]) -> Iterator[str]:
    """Yield the rules that call a thing as the folder does; those that follow lead on from there."""
    for name, stem in sorted(moved.items()):
        yield f"RewriteRule ^{_literal(name)}/?$ {stem}"
        kind, _, document = name.removeprefix("id/").partition("/")
        if kind == "document":
            passage = stem.removeprefix("id/document/")
            yield f"RewriteRule ^id/evidence/{_literal(document)}/([0-9]+-[0-9]+)$ id/evidence/{passage}/$1"


def _literal(name: str) -> str:
    """Return a pattern that a name alone fits, as Apache compares it: decoded; a space would end it."""
    return re.sub(r"\\?([\x00-\x20\x7f])", lambda found: f"\\x{ord(found[1]):02x}", re.escape(unquote(name)))


def _leading(pattern: str, address: str) -> str:
    return f"RewriteRule {pattern} {address} [R=303,NE,L]"
