"""
What can go wrong that Dorsale can explain, as one tree.

    DorsaleError
    ├── WorkspaceError   WorkspaceNotFound  WorkspaceTooNew  SettingsError  SettingMissing  SettingWrong
    │                    FolderTaken
    ├── FileError        UnreadableFile  UnknownFormat  UnwritableFile  SyntaxFault  PreferenceFault
    │                    UneditableFile  SuppressionFault
    ├── TermError        UnknownTerms
    ├── NamingError      UnknownName  AmbiguousName
    ├── DocumentError    UnknownDocument  DocumentChanged  DocumentUndescribed  QuotationNotFound
    │                    AmbiguousQuotation  QuotationsMoved  MalformedPassage
    │                    MalformedOverruling  MalformedRefusal  NotCarried  MalformedFrame
    │                    UnreadableDocument  MissingReader  MalformedWithdrawal  MissingWords
    ├── AuthorityError   UnknownTerritory  UndescribedThings
    ├── DatasetError     NoDataset  DatasetLocked  FilesChanged  NothingToCheck  FactNotHeld  InvalidGraph
    │                    NothingToRetract
    │                    InconsistentGraph
    │                    ImpossibleClass  JavaMissing  ShapeError  MalformedShapes  UnknownShape  MalformedWaiver
    │                    RuleError
    ├── QueryError       UnknownQuery  QueryHeader  QueryParameter  QuerySyntax  QueryFailed
    │                    QueryTimeout  WrongFormat  EvidenceUnread
    │                    QueryTooLarge  QueryIsUpdate  ServiceRefused  ToolArgument
    │                    MissingWriter  SheetTooSmall
    ├── PublishError     UnfitPath  ForeignFile  PublicationBusy  FolderOfWorkspace  NameLeft
    └── OutsideError     ModelAddress  MissingDask  SchedulerUnreachable  WorkersLost  MemoryExceeded
                     ProcessEnded  MissingLibrary  MissingProtocol  UnknownEdition  PlainExport  MissingGit

An error holds facts as attributes; its sentence is in ``words/``, under its name in kebab-case,
and ends with what to do. An answer "no" is not an error: it comes back in a report.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dorsale.words import say


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; lines and columns count from 1."""

    file: Path
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


class DorsaleError(Exception):
    """Something Dorsale can explain: what is wrong, where, and what to do."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        self.facts = facts

    @property
    def key(self) -> str:
        """The name of its sentence in ``words/``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None

    def sentence(self, tongue: str | None = None) -> str:
        """Return what is wrong, where, and what to do, in one sentence of the user's language."""
        return say(self.key, tongue, **self.facts)

    def __str__(self) -> str:
        return self.sentence()

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self), self.facts)  # it is told in another process, with its facts


def _made(kind: type[DorsaleError], facts: dict[str, Any]) -> DorsaleError:
    return kind(**facts)


class WorkspaceError(DorsaleError):
    """The workspace cannot be used."""


class WorkspaceNotFound(WorkspaceError):
    """No folder upwards has a ``dorsale.toml``."""


class WorkspaceTooNew(WorkspaceError):
    """The workspace was made for a later version of Dorsale."""


class SettingsError(WorkspaceError):
    """The settings of the workspace are not what they should be."""


class SettingMissing(WorkspaceError):
    """A setting that the work needs is not there; ``example`` is a line that would serve."""


class SettingWrong(WorkspaceError):
    """A setting does not serve; ``example`` is a line that would."""


class FolderTaken(WorkspaceError):
    """A folder that is to become a workspace has something where a part of one would be."""


class FileError(DorsaleError):
    """A file cannot be used."""


class UnreadableFile(FileError):
    """A file is not there, or is not of a kind that can be read."""


class UnknownFormat(FileError):
    """The name of a file ends as that of no RDF format."""


class UnwritableFile(FileError):
    """A file cannot be written."""


class SyntaxFault(FileError):
    """A file does not parse."""


class PreferenceFault(FileError):
    """A curator's preference does not say which passage, of what, why, in which role or when."""


class UneditableFile(FileError):
    """The text of a file cannot be changed without changing what else it says."""


class SuppressionFault(FileError):
    """A suppression does not say whom, why, in which role or when; or its name stands where it cannot be masked."""


class TermError(DorsaleError):
    """A term is not what it should be."""


class UnknownTerms(TermError):
    """Names in our spaces that no ontology file declares."""


class NamingError(DorsaleError):
    """Words do not name one thing."""


class UnknownName(NamingError):
    """Nothing has this name."""


class AmbiguousName(NamingError):
    """Several things have this name; ``candidates`` are they, ``listed`` what tells them apart."""


class DocumentError(DorsaleError):
    """A document or a quotation is not what it should be."""


class UnknownDocument(DocumentError):
    """No document has this slug."""


class DocumentChanged(DocumentError):
    """A stored text is not the one that its metadata describes."""


class DocumentUndescribed(DocumentError):
    """A stored text has no metadata, or metadata have no text."""


class QuotationNotFound(DocumentError):
    """A passage is not in the document that is said to contain it."""


class AmbiguousQuotation(DocumentError):
    """The same words stand in several passages."""


class QuotationsMoved(DocumentError):
    """Quotations that are not where they say."""


class MalformedPassage(DocumentError):
    """A file of facts does not keep to its form; ``reason`` names the rule that it breaks."""

    @property
    def key(self) -> str:
        """The name of its sentence in ``words/``: one for each rule."""
        return f"{super().key}-{self.reason}"


class MalformedOverruling(DocumentError):
    """An overruling without its gate, its fact, its reason, the role of who decided, or the date."""


class MalformedRefusal(DocumentError):
    """A refusal without its passage, its fact, its reason, the role of who decided, or the date."""


class MalformedFrame(DocumentError):
    """A frame of extraction cannot be read."""


class MissingWords(DocumentError):
    """A file of frames lacks a list that this Dorsale reads: another version made it."""


class MalformedWithdrawal(DocumentError):
    """A withdrawn identifier without its reason, the role of who decided, or the date."""


class NotCarried(DocumentError):
    """Facts that their passages do not carry; ``proof`` has the refusals."""


class UnreadableDocument(DocumentError):
    """A file that cannot become a stored text; ``reason`` names why."""

    @property
    def key(self) -> str:
        """The name of its sentence in ``words/``: one for each reason."""
        return f"{super().key}-{self.reason}"


class MissingReader(DocumentError):
    """The extra that reads this format is not installed."""


class AuthorityError(DorsaleError):
    """A known thing is not what it should be."""


class UnknownTerritory(AuthorityError):
    """An INSEE code that the reference table does not have."""


class UndescribedThings(AuthorityError):
    """Things in facts that nothing describes."""


class DatasetError(DorsaleError):
    """The dataset cannot be made or used."""


class NoDataset(DatasetError):
    """There is no dataset yet."""


class DatasetLocked(DatasetError):
    """Somebody else is writing the dataset."""


class FilesChanged(DatasetError):
    """The files of the workspace changed while something was prepared for them."""


class NothingToCheck(DatasetError):
    """A check that would check nothing."""


class FactNotHeld(DatasetError):
    """A fact that is to be removed and that nobody states."""


class NothingToRetract(DatasetError):
    """Facts that no passage states."""


class InvalidGraph(DatasetError):
    """The graph violates shapes."""


class InconsistentGraph(DatasetError):
    """Facts and ontology contradict each other; ``contradiction`` is a smallest set that does."""


class ImpossibleClass(DatasetError):
    """A class that can have no member; ``contradiction`` is a smallest set of axioms that forbid it."""


class JavaMissing(DatasetError):
    """HermiT needs Java."""


class ShapeError(DatasetError):
    """The shapes cannot be used."""


class UnknownShape(DatasetError):
    """No shape has this name."""


class MalformedWaiver(DatasetError):
    """A waiver without its shape, its thing, its reason, the role of who decided, its date or its last day."""


class MalformedShapes(DatasetError):
    """Shapes say what SHACL or the ontology does not know; ``faults`` are the places, ``listed`` the lines."""


class RuleError(DatasetError):
    """A rule cannot be read, or would feed itself through what it counts, denies or makes."""


class QueryError(DorsaleError):
    """A query cannot be run."""


class UnknownQuery(QueryError):
    """No stored query has this name."""


class QueryHeader(QueryError):
    """The header of a SPARQL file (a stored query, a rule, a pattern of conflicts) is wrong."""


class QueryParameter(QueryError):
    """A parameter is unknown, or its value is not of its type."""


class QuerySyntax(QueryError):
    """A query does not parse."""


class QueryFailed(QueryError):
    """The engine could not answer."""


class QueryTimeout(QueryError):
    """A query took too long."""


class QueryTooLarge(QueryError):
    """A query is so long, so deep or so chained that parsing it could end the process."""


class QueryIsUpdate(QueryError):
    """What is given as a query would change the dataset."""


class ServiceRefused(QueryError):
    """A query asks another address, or may."""


class WrongFormat(QueryError):
    """The answer cannot be written in this format."""


class MissingWriter(QueryError):
    """What writes a format is not installed."""


class SheetTooSmall(QueryError):
    """An answer has more rows, columns or letters in a cell than a spreadsheet holds."""


class EvidenceUnread(QueryError):
    """A query whose patterns cannot be told, so that no facts can be told for its rows."""


class ToolArgument(QueryError):
    """An argument of a tool of an assistant is not what the tool takes."""


class PublishError(DorsaleError):
    """A publication cannot be kept."""


class UnfitPath(PublishError):
    """The path of a file cannot be in a publication; ``reason`` names why."""

    @property
    def key(self) -> str:
        """The name of its sentence in ``words/``: one for each reason."""
        return f"{super().key}-{self.reason}"


class ForeignFile(PublishError):
    """A file that we did not write has the place of one of ours."""


class PublicationBusy(PublishError):
    """Somebody else is writing the publication."""


class FolderOfWorkspace(PublishError):
    """The folder of a publication would hold the workspace that it is made from."""


class NameLeft(PublishError):
    """A file of a publication would name somebody whom the data must not name."""


class OutsideError(DorsaleError):
    """What Dorsale was told to work with does not serve."""


class ModelAddress(OutsideError):
    """The address of a language model is none of the web."""


class MissingDask(OutsideError):
    """The extra that talks to a Dask cluster is not installed."""


class SchedulerUnreachable(OutsideError):
    """Nothing answers at the address of a scheduler."""


class WorkersLost(OutsideError):
    """A process that worked for us ended before its work."""


class MemoryExceeded(OutsideError):
    """The work takes more memory than it was given."""


class ProcessEnded(OutsideError):
    """Something ended the process that does the work."""


class MissingLibrary(OutsideError):
    """A library that an answer should be handed to is not installed."""


class MissingProtocol(OutsideError):
    """The extra that speaks the Model Context Protocol is not installed."""


class UnknownEdition(OutsideError):
    """A name that is no file, no folder and no git revision with something to compare; ``reason`` says why."""


class PlainExport(OutsideError):
    """An export that does not tell what is stated from what was derived, where only the former is compared."""


class MissingGit(OutsideError):
    """A git revision cannot be read: git is not installed."""
