"""The command line: ``atrisk …``, the same as ``python -m bot …``. Never here: what a command does (`bot.cli`)."""

import sys

import typer

from bot.cli import (
    audit,
    backtest,
    backup,
    context,
    demo,
    digest,
    doctor,
    explain,
    forget,
    import_export,
    list_clients,
    manifest,
    member,
    migrate,
    output,
    policy,
    serve,
    sweep,
    workspace,
)

app = typer.Typer(
    name="atrisk",
    help="Makes sure no client slips away unnoticed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for commands in (
    *(serve, migrate, manifest, demo, import_export, forget, list_clients, explain),
    *(sweep, digest, policy, member, audit, backtest, doctor, backup, workspace),
):
    commands.register(app)

UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""What Typer raises for a command line that it cannot parse: a base class of BadParameter, without a public name."""


def main() -> None:
    """Run a command. A mistake, or a bad disk, is one line on stderr and exit code 2; a traceback is a bug of ours."""
    try:
        with context.resources:
            code = app(standalone_mode=False)
    except typer.Abort:
        code = 130
    except UsageError as mistake:
        message = mistake.format_message()  # type: ignore[attr-defined]  # see UsageError
        if message:  # empty without a command: then the help was shown
            output.print_error(f"atrisk: {message}")
        code = 2
    except context.user_errors() as mistake:
        output.print_error(f"atrisk: {mistake}")
        code = 2
    except Exception as error:
        line = context.explain_database_error(error)
        if line is None:
            raise
        output.print_error(f"atrisk: {line}")
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
