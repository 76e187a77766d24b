"""The command line: ``atrisk …``, the same as ``python -m bot …``. The only place that reads settings."""

import sys

import click
import typer

from bot.cli import doctor, jobs, opening, ranking, records, running

app = typer.Typer(
    name="atrisk",
    help="Sees to it that no client is lost because nobody looked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (running, records, ranking, jobs, doctor):
    group.add(app)


def main() -> None:
    """Run a command. A user's mistake is one line on stderr and exit 2; a traceback is a fault of ours."""
    try:
        code = app(standalone_mode=False)
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as mistake:
        opening.warn(f"atrisk: {mistake.format_message()}")
        code = 2
    except opening.mistakes() as mistake:
        opening.warn(f"atrisk: {mistake}")
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
