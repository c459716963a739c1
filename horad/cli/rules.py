"""``horad rules``: check the rule files, list the rules, and explain which rule made a value."""

import typer

app = typer.Typer(help="Check, list and explain the rules that horad reads by.", no_args_is_help=True)


@app.command()
def check(
    models: str | None = typer.Option(None, "--models", metavar="FOLDER", help="Another folder of rule files."),
) -> None:
    """Lint the rule files: ids, sources, labels, and every example."""
    from horad.cli.streams import complain, say
    from horad.knowledge.check import lint
    from horad.knowledge.check_differential import check_tables
    from horad.knowledge.load import load_rules
    from horad.pipeline.examples import ExampleRunner, examples

    rules = load_rules(models)
    run = ExampleRunner(rules)
    cases = list(examples(rules))
    failures = [(case.rule.id, run.failure(case)) for case in cases]
    problems = [str(problem) for problem in (*lint(rules), *check_tables(rules))]
    problems += [f"{rule}: {failure}" for rule, failure in failures if failure]
    for problem in problems:
        complain(problem)
    if problems:
        complain(f"{len(problems)} problem{'s' * (len(problems) != 1)} in {rules.folder}")
        raise typer.Exit(1)
    say(f"{len(rules.rules)} rules and their {len(cases)} examples: no problems")


@app.command(name="list")
def list_rules(
    field: str | None = typer.Argument(None, help="Only the rules that make this field."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON rule per line."),
) -> None:
    """List the rules: id, field, value, source."""
    from horad.cli.page import show_rules
    from horad.cli.streams import emit
    from horad.errors import SourceError
    from horad.knowledge.load import load_rules

    rules = load_rules().rules
    chosen = [rule for rule in rules if field in (None, rule.field)]
    if not chosen:
        fields = ", ".join(sorted({rule.field for rule in rules}))
        raise SourceError(f"no rule makes the field {field!r}; the fields are: {fields}")
    if as_json:
        for rule in chosen:
            emit(rule.model_dump_json().encode() + b"\n")
    else:
        show_rules(chosen)


@app.command()
def why(
    context: typer.Context,
    file: str = typer.Argument(..., help="A report file, or - for standard input."),
    field: str | None = typer.Argument(
        None,
        metavar="[FIELD|DIAGNOSIS]",
        help="Only this field (maturity, features.ankylosis, …), or the sum behind this diagnosis (osteosarcoma, …).",
    ),
) -> None:
    """Explain a report: every value with its words, rule and source; or the weights behind one diagnosis."""
    from horad.cli.page import show_sum, show_why
    from horad.cli.sources import Reading
    from horad.cli.streams import exit_code
    from horad.knowledge.load import load_rules
    from horad.terms import Diagnosis

    reading = Reading([file], debug=bool(context.obj))
    for result, text in reading:
        if field in set(Diagnosis):
            show_sum(result, text, field)
        else:
            show_why(result, load_rules().by_id, field)
    raise typer.Exit(exit_code(read=reading.read, rejected=reading.rejected))
