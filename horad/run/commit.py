"""The commit: every shard accounted for, lists and parts put together, and a run report that adds up."""

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from horad.errors import OutputError, SourceError, WorkerError
from horad.run.job import Job, stamp
from horad.run.shard import place_of, read_receipt, remove
from horad.run.shard_plan import Plan, Shard
from horad.run.tally import OUTCOMES, Tally
from horad.run.work import SUCCESS
from horad.writers import flat
from horad.writers.commit import new_file, settle_folder
from horad.writers.summary import write_summary

_MOST_NAMED = 5


def commit(job: Job, plan: Plan, timings: dict[str, float]) -> Tally:
    """Put the results in place.

    Raises:
        OutputError: if shards are missing, or something cannot be written.
        SourceError: if nothing at all was readable; nothing is left then.
    """
    tally, shards = _account(job, plan)
    if tally.read == tally.quarantined:
        remove(job.parts)
        raise SourceError(tally.first_reason or "the sources hold no reports")
    spent = {
        "reading_in_all_workers": round(sum(shard["seconds"] for shard in shards), 3),
        "cpu_in_all_workers": round(sum(shard["cpu_seconds"] for shard in shards), 3),
    }
    report = {**_report(job, tally), "timings": {**timings, **spent}, "shards": shards}
    try:
        _join_lists(job, plan)
        with new_file(job.result("run.json")) as place:
            _write_report(place, report, _set_aside(job, plan))
        _finish_folder(job, plan, report) if job.form.is_folder else _finish_file(job, plan)
    except OSError as error:
        raise OutputError(f"{job.out}: cannot be written ({error.strerror or 'output error'})") from error
    return tally


def clear(job: Job) -> None:
    """Remove what is needed only until the commit; it goes out of sight first, so that no half of it is found."""
    gone = job.parts if not job.form.is_folder else job.work
    for stale in gone.parent.glob(f".{gone.name}.*.partial"):
        remove(stale)
    if gone.exists():
        hidden = gone.with_name(f".{gone.name}.{os.getpid()}.partial")
        gone.replace(hidden)
        remove(hidden)


def finished_tally(job: Job) -> Tally:
    """The counts of a batch that was finished before."""
    report = json.loads(job.result("run.json").read_bytes())
    return Tally.from_json({"forms": report["by_form"], "found": report["found"], "first_reason": ""})


def _account(job: Job, plan: Plan) -> tuple[Tally, list[dict[str, Any]]]:
    """All counts, and those of every shard; nothing is lost and nothing counted twice."""
    tally = Tally()
    shards: list[dict[str, Any]] = []
    missing: list[Shard] = []
    for shard in plan.shards():
        receipt = read_receipt(job, shard)
        if receipt is None:
            missing.append(shard)
            continue
        counts = receipt["tally"]
        tally.add(Tally.from_json(counts))
        outcomes = {name: counts[name] for name in ("read", *OUTCOMES)}
        times = {name: receipt[name] for name in ("seconds", "cpu_seconds")}
        shards.append({"shard": shard.hash, **outcomes, **times})
    if missing:
        named = ", ".join(str(shard.number) for shard in missing[:_MOST_NAMED]) + "…" * (len(missing) > _MOST_NAMED)
        number = len(missing) + len(shards)
        raise OutputError(
            f"{job.out}: {len(missing)} of {number} shards are missing (number {named});"
            " run the shares that read them again, then finish"
        )
    if tally.read != plan.records():
        raise WorkerError(f"{tally.read} of {plan.records()} records are accounted for; please report it")
    return tally, shards


def _report(job: Job, tally: Tally) -> dict[str, Any]:
    counts = tally.to_json()
    return {
        "intended_use": "Research, dataset building and quality review; not a medical device.",
        **stamp(),
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "form": job.form.name,
        "workers": job.workers,
        "engine": job.engine,
        **{name: counts[name] for name in ("read", *OUTCOMES)},
        "by_form": counts["forms"],
        "found": counts["found"],
        "fingerprint": json.loads((job.work / "manifest.json").read_bytes())["fingerprint"],
    }


def _write_report(place: Path, report: dict[str, Any], set_aside: Iterator[bytes]) -> None:
    """Write the run report; its list may be long, and is never held."""
    whole = json.dumps(report, indent=1, ensure_ascii=False).encode()
    with place.open("wb") as file:
        file.write(whole.removesuffix(b"\n}") + b',\n "set_aside": [')
        for number, line in enumerate(set_aside):
            file.write((b"," if number else b"") + b"\n  " + line.rstrip())
        file.write(b"\n ]\n}\n")


def _set_aside(job: Job, plan: Plan) -> Iterator[bytes]:
    """The records that were superseded, cancelled or left out, a line of JSON each."""
    for place in _lists(job, plan, "aside"):
        with place.open("rb") as file:
            yield from file


def _join_lists(job: Job, plan: Plan) -> None:
    """Put the lists of the shards together, in the order of the sources."""
    asked = {"quarantine": True, "texts": job.keep_text}
    for what in (name for name, is_asked in asked.items() if is_asked):
        with new_file(job.result(f"{what}.jsonl")) as place, place.open("wb") as joined:
            for part in _lists(job, plan, what):
                with part.open("rb") as file:
                    shutil.copyfileobj(file, joined)
    if job.flat:
        with new_file(job.flat) as place:
            flat.join(list(_lists(job, plan, "flat")), place, job.flat.suffix, stamp())


def _lists(job: Job, plan: Plan, what: str) -> Iterator[Path]:
    for shard in plan.shards():
        place = place_of(job, shard.hash, what)
        if place.exists():
            yield place


def _parts(job: Job, plan: Plan) -> Iterator[Path]:
    for shard in plan.shards():
        place = job.parts / job.form.part_name(shard.hash)
        if place.exists():
            yield place


def _finish_folder(job: Job, plan: Plan, report: dict[str, Any]) -> None:
    ours = {place.name for place in _parts(job, plan)}
    for stray in job.out.glob("part-*"):
        if stray.name not in ours:
            remove(stray)
    with new_file(job.out / "summary.html") as place:
        write_summary(report, place)
    with new_file(job.out / SUCCESS) as place:
        place.touch()
    settle_folder(job.out)
    clear(job)


def _finish_file(job: Job, plan: Plan) -> None:
    join = job.form.kind.join
    assert join is not None
    with new_file(job.out) as place:
        join(list(_parts(job, plan)), place, stamp())
    clear(job)
