#!/usr/bin/env python
"""Django's commands, with our own servers behind them when no others are named."""

import os
import sys

from callcenter.servers import ServersError, running


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
    try:
        with running() as environment:
            os.environ.update(environment)
            return _execute()
    except ServersError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _execute() -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
