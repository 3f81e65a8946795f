"""Work in the background as it travels: progress, reports, jobs, and the stream of events."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from photosearch import jobs, types
from photosearch.file_uris import path_of, uri_of
from photosearch.wire.failures import Error
from photosearch.wire.places import ShownText, Uri, text_of

Count = Annotated[int, Field(ge=0)]


class Progress(BaseModel):
    """How far a job is."""

    phase: types.Phase
    done: Annotated[Count, Field(description="How many photos (or files, while scanning).")]
    total: Annotated[Count | None, Field(description="Of how many; null while not known.")] = None
    skipped: Annotated[Count, Field(description="Files passed over so far.")] = 0

    @classmethod
    def of(cls, progress: types.Progress) -> Self:
        """Progress, ready to be sent."""
        return cls(
            phase=progress.phase,
            done=progress.done,
            total=progress.total,
            skipped=progress.skipped,
        )

    def to_core(self) -> types.Progress:
        """The progress that was sent."""
        return types.Progress(self.phase, self.done, self.total, self.skipped)


class IndexReport(BaseModel):
    """What an indexing job did, in photos."""

    embedded: Annotated[Count, Field(description="New contents: they went through the model.")]
    recognised: Annotated[
        Count, Field(description="Photos moved or copied: their content was known.")
    ]
    removed: Annotated[Count, Field(description="Photos gone from a folder that is there.")]
    unchanged: Annotated[Count, Field(description="Photos that were up to date.")]
    skipped: Annotated[
        Count, Field(description="Files that could not be indexed, earlier ones too.")
    ]
    offline_roots: Annotated[
        list[Uri], Field(description="Folders that are away; kept as they are.")
    ]
    is_cancelled: Annotated[bool, Field(description="The job was stopped before its end.")]

    @classmethod
    def of(cls, report: types.IndexReport) -> Self:
        """A report, ready to be sent."""
        return cls(
            embedded=report.embedded,
            recognised=report.recognised,
            removed=report.removed,
            unchanged=report.unchanged,
            skipped=report.skipped,
            offline_roots=[uri_of(path) for path in report.offline_roots],
            is_cancelled=report.is_cancelled,
        )

    def to_core(self) -> types.IndexReport:
        """The report that was sent."""
        return types.IndexReport(
            embedded=self.embedded,
            recognised=self.recognised,
            removed=self.removed,
            unchanged=self.unchanged,
            skipped=self.skipped,
            offline_roots=tuple(path_of(uri) for uri in self.offline_roots),
            is_cancelled=self.is_cancelled,
        )


class Activity(BaseModel):
    """What the service does by itself at the moment."""

    state: types.ActivityState
    progress: Progress | None = None

    @classmethod
    def of(cls, activity: types.Activity) -> Self:
        """An activity, ready to be sent."""
        progress = activity.progress
        return cls(
            state=activity.state, progress=None if progress is None else Progress.of(progress)
        )

    def to_core(self) -> types.Activity:
        """The activity that was sent."""
        return types.Activity(
            self.state, None if self.progress is None else self.progress.to_core()
        )


class Notice(BaseModel):
    """Something that a person should know of, and what to do about it."""

    message: ShownText
    hint: ShownText = ""
    uri: Annotated[Uri | None, Field(description="The file or folder that it is about.")] = None
    path: Annotated[ShownText | None, Field(description="The same, to look at.")] = None

    @classmethod
    def of(cls, notice: types.Notice) -> Self:
        """A notice, ready to be sent."""
        place = notice.path
        return cls(
            message=notice.message,
            hint=notice.hint,
            uri=None if place is None else uri_of(place),
            path=None if place is None else text_of(place),
        )

    def to_core(self) -> types.Notice:
        """The notice that was sent."""
        place = None if self.uri is None else path_of(self.uri)
        return types.Notice(self.message, self.hint, place)


class Event(BaseModel):
    """One piece of news: the field that belongs to its kind is set, the others are null."""

    kind: types.EventKind
    activity: Activity | None = None
    report: IndexReport | None = None
    notice: Notice | None = None

    @classmethod
    def of(cls, event: types.Event) -> Self:
        """An event, ready to be sent."""
        return cls(
            kind=event.kind,
            activity=None if event.activity is None else Activity.of(event.activity),
            report=None if event.report is None else IndexReport.of(event.report),
            notice=None if event.notice is None else Notice.of(event.notice),
        )

    def to_core(self) -> types.Event:
        """The event that was sent."""
        return types.Event(
            self.kind,
            None if self.activity is None else self.activity.to_core(),
            None if self.report is None else self.report.to_core(),
            None if self.notice is None else self.notice.to_core(),
        )


class Job(BaseModel):
    """A job that somebody asked for; `report` or `error` says how it ended."""

    model_config = ConfigDict(frozen=True)

    id: int
    kind: jobs.JobKind
    state: jobs.JobState
    progress: Progress | None = None
    report: IndexReport | None = None
    error: Error | None = None

    @classmethod
    def of(cls, job: jobs.Job) -> Self:
        """A job, ready to be sent."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            progress=None if job.progress is None else Progress.of(job.progress),
            report=None if job.report is None else IndexReport.of(job.report),
            error=None if job.error is None else Error.of(job.error),
        )

    def to_core(self) -> jobs.Job:
        """The job that was sent; its error is one of the same class and words."""
        return jobs.Job(
            self.id,
            self.kind,
            self.state,
            None if self.progress is None else self.progress.to_core(),
            None if self.report is None else self.report.to_core(),
            None if self.error is None else self.error.to_core(),
        )


class IndexRequest(BaseModel):
    """What to index with."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[
        str | None,
        Field(description="The model's name; null is all that are at work.", max_length=4096),
    ] = None
