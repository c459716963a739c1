"""``horad dataset``: from results to a dataset, one module per command."""

import typer

from horad.cli.dataset import agreement, card, deidentify, exchange, find, sample, split, timeline, verify

app = typer.Typer(help="From results to a dataset that others can trust.", no_args_is_help=True)
app.command()(find.find)
app.command()(sample.sample)
app.command()(exchange.export)
app.command("import")(exchange.bring_back)
app.command()(deidentify.deidentify)
app.command()(agreement.agreement)
app.command()(split.split)
app.command()(card.card)
app.command()(verify.verify)
app.command()(timeline.timeline)
