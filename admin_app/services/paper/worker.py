"""The process that lays paper out: one job at a time, within limits, gone with its parent."""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import threading
from types import ModuleType
from typing import Any, BinaryIO

from admin_app.services.paper import frames

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows has no such limits; the time limit of the parent still holds
    resource = None

_ADDRESS_SPACE = 3 * 1024**3  # a report of 2,000 rows takes under half a gigabyte of it
_CPU_SECONDS = 120  # for one job
_MANY_BYTES = 200_000  # of values, after which the cycles that layout leaves are worth collecting
_COLLECT_EVERY = 20


def main() -> None:
    """Answer jobs from standard input until it ends."""
    # What a library prints must not end up inside an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    _serve(jobs, answers)


def _listen(stream: BinaryIO, jobs: queue.Queue[bytes]) -> None:
    while (job := frames.read(stream)) is not None:
        jobs.put(job)
    # The parent is gone: nobody waits for the paper in work.
    os._exit(0)


def _serve(jobs: queue.Queue[bytes], answers: BinaryIO) -> None:
    layout = _layout(answers)
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    # The collector's runs cost a tenth of each paper; between papers nobody waits for it.
    gc.freeze()
    gc.disable()
    done = 0
    while True:
        content = jobs.get()
        _grant_cpu()
        answer, pdf = _answer(layout, json.loads(content))
        frames.write(answers, json.dumps(answer).encode())
        frames.write(answers, pdf)
        done += 1
        if done % _COLLECT_EVERY == 0 or len(content) > _MANY_BYTES:
            gc.collect()


def _layout(answers: BinaryIO) -> Any:
    try:
        # Here and not above: a missing system library is to be told, not to be a broken pipe.
        from admin_app.services.paper.document import Layout  # noqa: PLC0415

        layout = Layout()
    except (OSError, RuntimeError) as error:
        reason = f"{error} Run script/setup, which installs what paper needs."
        frames.write(answers, json.dumps({"broken": reason}).encode())
        sys.exit(1)
    frames.write(answers, b'{"ready": true}')
    return layout


def _grant_cpu() -> None:
    if resource is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(usage.ru_utime + usage.ru_stime) + _CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _answer(layout: Any, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    from admin_app.services.paper.document import Missing  # noqa: PLC0415 - as above

    try:
        pdf, pages = layout.make(job["template"], job["values"], sample=job["sample"])
    except Missing as missing:
        return {"missing": missing.characters}, b""
    except Exception as error:  # told to the parent, which raises it there
        return {"failed": f"{type(error).__name__}: {error}"[:500]}, b""
    return {"pages": pages}, pdf


if __name__ == "__main__":
    main()
