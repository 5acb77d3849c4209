"""Long work that goes on while its asker does something else."""

from .job import Job, JobPart, JobState
from .job_worker import JobWorker
from .ledger_check import CheckOutcome, LedgerCheck

__all__ = ["CheckOutcome", "Job", "JobPart", "JobState", "JobWorker", "LedgerCheck"]
