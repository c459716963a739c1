"""``horad read``: one or a few reports, for a person or as JSON lines."""

import typer


def read(
    context: typer.Context,
    files: list[str] = typer.Argument(
        ..., metavar="FILE…", help="Report files, or - for one report on standard input."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON result per line."),
    as_html: bool = typer.Option(False, "--html", help="Print a self-contained HTML page."),
    findings_only: bool = typer.Option(
        False, "--findings-only", help="Leave what the report itself says of the diagnosis out of the differential."
    ),
) -> None:
    """Read reports and show what they say, every value with its words and its rule."""
    from horad.cli.sources import Reading
    from horad.cli.streams import emit, exit_code

    if as_json and as_html:
        raise typer.BadParameter("choose one of --json and --html")
    reading = Reading(files, debug=bool(context.obj), findings_only=findings_only)
    if as_html:
        from horad.writers.html import page

        reports = list(reading)
        if reports:
            emit(page(reports).encode())
    elif as_json:
        from horad.writers.jsonl import line

        for result, _ in reading:
            emit(line(result))
    else:
        from horad.cli.page import show

        for result, text in reading:
            show(result, text)
            if result.image is not None:
                from horad.cli.image_page import show_image

                show_image(result.image)
    raise typer.Exit(exit_code(read=reading.read, rejected=reading.rejected))
