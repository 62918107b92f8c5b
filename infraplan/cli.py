"""The command line: finds the verbs in ``infraplan/commands/`` and runs one.

A verb is one file with ``NAME``, ``HELP`` (English), ``HELP_ZH``, ``add_arguments(parser)`` and
``run(args) -> int``. Results go to standard output, logs and messages to standard error. Exit codes: 0 success,
1 a check found problems, 2 a user error (one clear message), 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Protocol, cast

import infraplan
from geo.errors import InfraPlanError
from infraplan import commands
from infraplan.settings import language


class Command(Protocol):
    """What a module of ``infraplan/commands/`` offers."""

    NAME: str
    HELP: str
    HELP_ZH: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the verb's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; return the exit code."""


def discover() -> dict[str, Command]:
    """Return every verb by name, in alphabetical order."""
    found: dict[str, Command] = {}
    for module in pkgutil.iter_modules(commands.__path__):
        if not module.name.startswith("_"):
            command = cast(Command, importlib.import_module(f"infraplan.commands.{module.name}"))
            found[command.NAME] = command
    return dict(sorted(found.items()))


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line and exit with 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"infraplan: {message}\n")


def build_parser(verbs: dict[str, Command], only: str | None = None) -> argparse.ArgumentParser:
    """Build the parser for ``verbs``; ``only`` limits it to one verb's arguments (others keep their help line)."""
    zh = language() == "zh"
    parser = _Parser(prog="infraplan", description=infraplan.__doc__)
    parser.add_argument("--version", action="version", version=f"infraplan {infraplan.__version__}")
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name, command in verbs.items():
        text = command.HELP_ZH if zh else command.HELP
        child = sub.add_parser(name, help=text, description=text)
        if only is None or only == name:
            command.add_arguments(child)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles default to a legacy code page; JSON on stdout is UTF-8 wherever it runs.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n")
    arguments = list(sys.argv[1:] if argv is None else argv)
    verbs = discover()
    try:
        args = build_parser(
            verbs, only=arguments[0] if arguments and arguments[0] in verbs else None
        ).parse_args(arguments)
        return verbs[args.command].run(args)
    except InfraPlanError as error:
        print(f"infraplan: {error.text(language())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("infraplan: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, a closed pager) has gone: there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
