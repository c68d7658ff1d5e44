"""The command line: `county <command> [key=value ...]`."""

import pkgutil
import signal
import sys
import traceback
from collections.abc import Sequence

from sim.cli import surroundings
from sim.core import cache

DONE, FAILED, BAD_INPUT = 0, 1, 2

ACTIONS = {
    "run": "results:run", "sweep": "sweeps:sweep", "report": "results:report", "compare": "comparing:compare",
    "plan": "results:plan", "validate": "studies:validate", "calibrate": "studies:calibrate",
    "sensitivity": "studies:sensitivity", "optimise": "studies:optimise", "pilots": "studies:pilots",
    "view": "view:view", "check": "checks:check", "verify": "checks:verify", "clean": "cleaning:clean",
    "template": "templates:template", "list": "listing:listed",
}
"""Where each command is: a module of this package and a function of its arguments, imported when it is called. One that
cannot be done raises RunFailed, or ConfigError for bad input; one that answers by its code returns it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 bad input, 128 and the number of the signal that
    ended it."""
    if argv is None:
        cache.place_modules()  # before others are imported
    from sim.config.fault import ConfigError, RunFailed

    if argv is None:
        surroundings.settle()
    try:
        code = _dispatch(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return code
    except ConfigError as error:
        return _complain(error, BAD_INPUT)
    except RunFailed as failure:
        return _complain(failure, FAILED)
    except KeyboardInterrupt as interrupt:
        ending = signal.Signals(*interrupt.args or (signal.SIGINT,))
        return _complain("interrupted" if ending == signal.SIGINT else f"ended by {ending.name}", 128 + ending)
    except BrokenPipeError:  # whoever read the output has seen enough
        surroundings.close()
        return DONE
    except OSError as error:
        surroundings.close()
        return _complain(error, FAILED)
    except Exception:
        traceback.print_exc()
        return FAILED


def _complain(what: object, code: int) -> int:
    print("county:", " ".join(str(what).split()), file=sys.stderr)
    return code


def _dispatch(arguments: list[str]) -> int:
    from sim.cli.help import COMMANDS, command_help, general_help
    from sim.config.fault import ConfigError, shorten, suggestion
    from sim.core import revision

    if not arguments or arguments[0] in ("-h", "--help"):
        print(general_help())
        return DONE
    if arguments[0] == "--version":
        print(f"county {revision.version()}")
        return DONE
    command, *rest = arguments
    if command not in COMMANDS:
        raise ConfigError(f"{shorten(command)}: unknown command; {suggestion(command, COMMANDS)}")
    if "-h" in rest or "--help" in rest:
        print(command_help(command))
        return DONE
    act = pkgutil.resolve_name(f"sim.cli.{ACTIONS[command]}")
    return act(rest) or DONE
