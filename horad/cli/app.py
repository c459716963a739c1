"""The ``horad`` command: its commands, its exit codes, and what happens when something goes wrong.

Exit codes: 0 done; 1 done, but some reports were quarantined or a check failed; 2 usage or unreadable input;
130 interrupted.
"""

import traceback
from collections.abc import Sequence

import typer

from horad import __version__
from horad.cli import batch, dataset, demo, evaluate, image, listen, read, review, rules
from horad.cli.streams import complain
from horad.errors import HoradError

_ABOUT = """Structured findings on heterotopic ossification from radiology reports, each with its evidence.

Intended use: research, dataset building and quality review; not a medical device.
"""

app = typer.Typer(help=_ABOUT, no_args_is_help=True, pretty_exceptions_show_locals=False)
app.command()(read.read)
app.command()(batch.batch)
app.command()(image.image)
app.command()(listen.listen)
app.command()(evaluate.evaluate)
app.command()(review.review)
app.command()(demo.demo)
app.add_typer(rules.app, name="rules")
app.add_typer(dataset.app, name="dataset")


def _print_version(asked: bool) -> None:
    if asked:
        print(f"horad {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
    ),
    _debug: bool = typer.Option(False, "--debug", help="Show a traceback when something unexpected happens."),
) -> None:
    """Options that stand before the command."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but an exit code leaves this function."""
    debug = "--debug" in arguments
    try:
        app(args=[argument for argument in arguments if argument != "--debug"], prog_name="horad", obj=debug)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except KeyboardInterrupt:
        return 130
    except HoradError as error:
        complain(str(error))
        return 2
    except Exception as error:  # noqa: BLE001 - the last line of defence
        # A foreign message may quote the report, so only its kind is shown.
        complain(f"unexpected {type(error).__name__}; run again with --debug for the traceback, and please report it")
        if debug:
            traceback.print_exc()
        return 1
    return 0
