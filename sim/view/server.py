"""The server of the page on this machine, which fetches nothing from elsewhere."""

import contextlib
import ctypes
import hashlib
import logging
import os
import socket
import tempfile
import warnings
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim import baseline
from sim.config import ConfigError
from sim.config.files import CONFIGS, PACKAGE, scenario_folders
from sim.model import CountyUrbanization
from sim.report.words import typeface
from sim.report.words.style import FAMILY
from sim.view.choices import Choices

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send
    from uvicorn import Server

HOST = "127.0.0.1"
"""Nobody but this machine can reach the page."""
NAMES = ("localhost", HOST)
"""Names under which it is answered: a page of elsewhere can have its own name lead here."""
WRITTEN = ("view/*.py", "view/templates/*", "report/**/*.py", "indicators/*.py")
"""Sources of the package whose characters the page may write."""
FACE = '@font-face {{ font-family: "{family}"; src: url("{file}?v={digest}") format("woff"); font-display: swap; }}\n'
PAGE = "sim.view.page"
MALFORMED = (KeyError, ValueError)
"""What Solara raises for requests that no page of its own makes, or one that is gone."""
M_ARENA_MAX, ARENAS = -8, 2
"""The parameter of mallopt(3), and its value."""
LOST = "10m"
"""How long the model of a visitor whose browser is gone without a word is kept."""


def serve(choices: Choices, port: int, open_browser: bool, hosts: Sequence[str] = ()) -> None:
    """Serve the page on a port (0: any that is free) until interrupted, to this machine and under other names of it.

    Raises ConfigError for choices that are not valid and a port that is taken.
    """
    with opened(choices, port, hosts) as (server, listener, address):
        print(f"网页 Page: {address} （Ctrl-C 结束 to stop）", flush=True)
        if open_browser:
            webbrowser.open(address)
        with contextlib.suppress(KeyboardInterrupt):  # how it is meant to end
            server.run(sockets=[listener])


@contextlib.contextmanager
def opened(choices: Choices, port: int, hosts: Sequence[str] = ()) -> Iterator[tuple["Server", socket.socket, str]]:
    """Give a server that is ready to run, its socket, and the address of the page.

    Kernels are compiled and the initial state is made before, so that no visitor waits for them.
    """
    config = choices.config()
    with _bound(port) as listener, tempfile.TemporaryDirectory(prefix="county-view-") as folder:
        print("正在准备模型（首次约一分钟）Preparing the model (about a minute the first time)", flush=True)
        CountyUrbanization(config=config, rng=config.seed).step()
        _write_font(Path(folder), config.data)
        yield _server(choices, folder, hosts), listener, f"http://localhost:{listener.getsockname()[1]}"


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()  # so that a browser that comes before the server waits
    except OSError as error:
        listener.close()
        raise ConfigError(f"port={port}: {error.strerror}; expected a free port, or 0 for any") from None
    return listener


def _server(choices: Choices, folder: str, hosts: Sequence[str]) -> "Server":
    """Return the server with everything switched off that would send or fetch something, and everyone refused whom a
    page of elsewhere sends here."""
    os.environ.setdefault("SOLARA_TELEMETRY_SERVER_USER_ID", "none")  # else a number is made up and kept
    os.environ["SOLARA_APP"] = PAGE  # which Solara reads when it is imported, and never again
    import solara.settings
    import uvicorn
    from solara.server import app as solara_app
    from solara.server import settings

    from sim.view import page

    if "__default__" not in solara_app.apps:
        solara_app.apps["__default__"] = solara_app.AppScript(PAGE)

    page.first_choices = choices
    settings.telemetry.mixpanel_enable = False
    solara.settings.assets.cdn = ""  # assets that are not installed are missing, and not looked for elsewhere
    settings.assets.extra_locations = [folder]
    settings.assets.fontawesome_enabled = False
    settings.kernel.cull_timeout = LOST
    pa.set_memory_pool(pa.system_memory_pool())  # one for all, that `memory.give_back` can trim
    _share_arenas()
    settings.theme.title, settings.theme.loader = "County urbanization", "plain"
    logging.getLogger("solara").setLevel(logging.CRITICAL + 1)  # it tells of visitors who leave in the middle
    logging.getLogger("solara.server.patch").setLevel(logging.ERROR)  # but faults of the page are said
    warnings.filterwarnings("ignore", "Cookies with samesite", UserWarning)  # under any name but localhost
    from solara.server import starlette

    for fault in MALFORMED:
        starlette.app.add_exception_handler(fault, _refuse)
    app = _of_own_pages(starlette.app, [*NAMES, *hosts])
    return uvicorn.Server(uvicorn.Config(app, log_level="error", ws="websockets-sansio",
                                         timeout_graceful_shutdown=1))


def _share_arenas() -> None:
    """Have all threads share few arenas of GNU's allocator, which by default gives eight to a core and trims only what
    is free at the end of each; other systems have none."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def _of_own_pages(app: "ASGIApp", names: Sequence[str]) -> "ASGIApp":
    """Return an application that is answered under these names only, and websockets to its own pages only: browsers
    let any page open one to anywhere."""
    from starlette.datastructures import Headers
    from starlette.responses import PlainTextResponse
    from starlette.websockets import WebSocketClose

    async def answer(scope: "Scope", receive: "Receive", send: "Send") -> None:
        opens, headers = scope["type"] == "websocket", Headers(raw=scope.get("headers", []))
        host = headers.get("host", "")
        own = headers.get("origin", host).rpartition("://")[2] == host
        if scope["type"] == "lifespan" or (host.partition(":")[0] in names and (own or not opens)):
            try:
                await app(scope, receive, send)
            except Exception:
                if not opens:
                    raise  # of a websocket it is a visitor who has gone, or who never spoke as a page does
        else:
            await (WebSocketClose() if opens else PlainTextResponse("Invalid host", 400))(scope, receive, send)

    return answer


def _refuse(asked: Any, fault: Exception) -> Any:
    """Return the answer to what no page asks for."""
    from starlette.responses import PlainTextResponse
    from starlette.websockets import WebSocketClose

    return WebSocketClose() if asked.scope["type"] == "websocket" else PlainTextResponse("Bad request", 400)


def _write_font(folder: Path, data: Path | None) -> None:
    """Write the shipped font with the characters of the page only, and the style sheet that names it."""
    font = typeface.packed(_characters(data))
    (folder / "county-sans.woff").write_bytes(font)
    face = FACE.format(family=FAMILY, file="county-sans.woff", digest=hashlib.md5(font).hexdigest())
    (folder / "custom.css").write_text(face, encoding="utf-8")


def _characters(data: Path | None) -> str:
    """Return every character that the page may write, once."""
    files = [path for pattern in WRITTEN for path in PACKAGE.glob(pattern)]
    files += [path for folder in (CONFIGS, *scenario_folders()) for path in folder.rglob("*.yaml")]
    known = baseline.load(data)
    names = [table.filter(regex="^(name|prefecture)_").to_numpy(str).ravel()
             for table in (known.counties, known.prefectures)]
    texts = [path.read_text(encoding="utf-8") for path in files] + ["".join(part) for part in names]
    return "".join(sorted(set("".join(texts))))
