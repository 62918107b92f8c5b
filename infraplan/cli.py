"""The command line: finds the verbs in ``infraplan/commands/`` and runs one.

A verb is one file, named as it is called, with ``HELP`` (English), ``HELP_ZH``, ``add_arguments(parser)`` and
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

    HELP: str
    HELP_ZH: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the verb's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; return the exit code."""


def names() -> list[str]:
    """Return the names of all verbs: the files of ``infraplan/commands/``."""
    return sorted(m.name for m in pkgutil.iter_modules(commands.__path__) if not m.name.startswith("_"))


def command(name: str) -> Command:
    """Load one verb."""
    return cast(Command, importlib.import_module(f"infraplan.commands.{name}"))


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line and exit with 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"infraplan: {message}\n")


def build_parser(verbs: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser for ``verbs``; only these are loaded, so that one verb starts without the others' libraries."""
    zh = language() == "zh"
    parser = _Parser(prog="infraplan", description=infraplan.__doc__)
    parser.add_argument("--version", action="version", version=f"infraplan {infraplan.__version__}")
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for name in verbs:
        verb = command(name)
        text = verb.HELP_ZH if zh else verb.HELP
        verb.add_arguments(sub.add_parser(name, help=text, description=text))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles default to a legacy code page; JSON on stdout is UTF-8 wherever it runs.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n")
    arguments = list(sys.argv[1:] if argv is None else argv)
    known = names()
    try:
        args = build_parser(arguments[:1] if arguments and arguments[0] in known else known).parse_args(
            arguments
        )
        return command(args.command).run(args)
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
