"""Long work that goes on while its asker does something else."""

from .job import Job, JobPart, JobState
from .job_worker import JobWorker

__all__ = ["Job", "JobPart", "JobState", "JobWorker"]
