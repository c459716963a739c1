"""The options of ``horad batch``, with what its help says of them."""

from pathlib import Path
from typing import Annotated

import typer

Sources = Annotated[
    list[Path] | None, typer.Argument(metavar="SOURCE…", help="Files or folders: text, JSON lines, CSV, Parquet.")
]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="A .jsonl, .csv, .parquet or .duckdb file, or a folder.")]
FormName = Annotated[
    str | None, typer.Option("--format", metavar="FORM", help="parquet, jsonl, csv, duckdb, dicom-sr, fhir or hl7.")
]
TextColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The column or key that holds the report.")]
IdColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The column or key that holds the report's id.")]
Workers = Annotated[int, typer.Option(min=0, help="Processes that read at the same time; 0 reads in this one.")]
FindingsOnly = Annotated[
    bool,
    typer.Option("--findings-only", help="Leave what a report itself says of the diagnosis out of its differential."),
]
KeepText = Annotated[bool, typer.Option("--keep-text", help="Write the text that was read beside the results.")]
Flat = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Also write a flat .csv or .parquet table, a row per report.")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Start over instead of going on with what is in OUT.")]
Engine = Annotated[str, typer.Option(metavar="local|dask", help="Who reads: processes of this call, or Dask.")]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler; else a cluster of its own on this machine.")
]
Share = Annotated[
    str | None, typer.Option("--shard", metavar="I/N", help="Read only this share of the work; see --finish.")
]
Finish = Annotated[Path | None, typer.Option(metavar="OUT", help="Put the results of all shares in place.")]
ShardSize = Annotated[
    int, typer.Option(min=1, metavar="RECORDS", help="The most records in a shard, the unit of resuming.")
]
ReportSeconds = Annotated[float, typer.Option(min=0.1, help="The most processor time that one report may take.")]
WorkerMemory = Annotated[int, typer.Option(min=500, metavar="MB", help="The most memory that a worker may take.")]
Log = Annotated[
    Path | None, typer.Option(metavar="FILE", help="A log in JSON lines; ids are hashed with HORAD_LOG_KEY.")
]
