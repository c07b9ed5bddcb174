"""
A publication: a folder that portals, programs and people take without a question.

Everything that is published is a :class:`File`; each module here yields those of its kind, and ``folder`` keeps them,
all or none.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from dorsale.documents.suppressions import Suppressions
from dorsale.errors import FolderOfWorkspace, NameLeft
from dorsale.graph.store import Dataset
from dorsale.publish.catalogue import Listed, catalogue, released
from dorsale.publish.dumps import dumps
from dorsale.publish.folder import File, keep
from dorsale.publish.host import host
from dorsale.publish.media import PACKED
from dorsale.publish.pages import pages
from dorsale.publish.pages.site import Site
from dorsale.publish.publication import Publication
from dorsale.publish.tables import tables
from dorsale.publish.vocabulary import vocabulary
from dorsale.publish.void import void
from dorsale.workspace import Workspace

__all__ = ["File", "Publication", "keep", "publish", "published"]


def publish(
    workspace: Workspace, dataset: Dataset, folder: Path, publication: Publication | None = None, workers: int = 1
) -> dict[str, str]:
    """
    Put the publication of a dataset into a folder, and return the SHA-256 of each file by its path.

    ``publication`` is what is said of it, where that is not what the settings say: of a slice. So many ``workers``
    make the pages.

    Raises what :func:`published` and :func:`~dorsale.publish.folder.keep` do, and :class:`FolderOfWorkspace` for one
    that the workspace itself stands in: the folder of a publication is replaced as a whole.
    """
    if workspace.root.is_relative_to(folder.resolve()):
        raise FolderOfWorkspace(folder=folder)
    return keep(published(workspace, dataset, publication, workers), folder)


def published(
    workspace: Workspace, dataset: Dataset, publication: Publication | None = None, workers: int = 1
) -> Iterator[File]:
    """
    Yield the files of the publication of a dataset, the same bytes for the same facts and settings.

    Raises :class:`~dorsale.errors.SettingMissing` and :class:`~dorsale.errors.SettingWrong` before the first file, and
    :class:`NameLeft` at the first one that would name a person whom the data must not name.
    """
    publication = publication or Publication.of(workspace)
    suppressions = Suppressions.read(workspace)
    site = Site(workspace, dataset.held(), publication)
    paths: list[str] = []
    for file in _all(site, workers):
        # What is written by hand (a reason, a query, a setting) is masked by nobody, and must not slip through.
        if suppressions and not file.path.endswith(PACKED) and suppressions.named(file.content.decode("utf-8")):
            raise NameLeft(path=file.path)
        if not file.hidden:
            paths.append(file.path)
        yield file
    yield from host(publication, paths, released(publication, dataset), site.places.moved)


def _all(site: Site, workers: int) -> Iterator[File]:
    """Yield the files that are the same on every host."""
    workspace, dataset, publication, terms = site.workspace, site.dataset, site.publication, site.terms
    data: list[Listed] = []
    words: list[Listed] = []
    yield from _listed(dumps(dataset, terms), data)
    yield from _listed(tables(publication, dataset, released(publication, dataset)), data)
    yield from _listed(vocabulary(workspace, terms), words)
    yield from catalogue(publication, dataset, terms, data, words)
    yield from pages(site, (*data, *words), workers)
    yield from void(publication, dataset, site.rules)


def _listed(files: Iterable[File], listed: list[Listed]) -> Iterator[File]:
    """Yield files, and write down those that the catalogue lists."""
    for file in files:
        if file.title:
            listed.append(Listed.of(file))
        yield file
