"""The command serves the page on this machine until it is interrupted, and refuses what cannot be."""

import contextlib
import errno
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from sim import cli
from sim.report.words.style import FAMILY


def test_the_command_serves_the_page_with_its_font_and_ends_when_interrupted(own_cache):
    command = [sys.executable, "-m", "sim", "view", "scale=1000", "port=0", "open=false"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
            page = read(address).decode()
            assert "<title>County urbanization</title>" in page
            assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
            face = read(f"{address}/static/assets/custom.css").decode()
            assert FAMILY in face
            font = re.search(r'url\("([^"]+)"\)', face)[1]
            assert read(f"{address}/static/assets/{font}")[:4] == b"wOFF"
            port = int(address.rpartition(":")[2])
            for host, origin in ((f"evil.example:{port}", None), (f"evil.example:{port}", address), ("", None),
                                 (f"localhost:{port}", f"http://evil.example:{port}"),
                                 (f"localhost:{port}", "http://localhost:1"), (f"localhost:{port}", "null")):
                assert greeted(port, host, origin) == 403
            for host, origin in ((f"localhost:{port}", address), (f"127.0.0.1:{port}", None)):
                assert greeted(port, host, origin) == 101
            process.send_signal(signal.SIGINT)
            assert process.wait(15) == 0
            assert process.stderr.read() == ""
        finally:
            process.kill()


def greeted(port, host, origin):
    """Return the status with which a websocket is answered, of the page too where that is refused."""
    socket_headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Cookie": "solara-session-id=x"}
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    answers = []
    for path, more in (("/", {}), ("/jupyter/api/kernels/x/channels?session_id=x", socket_headers)):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("GET", path, headers=headers | more)
            answers.append(connection.getresponse())
    page, opened = answers
    if page.status != 200:
        assert opened.status == 403 and not page.getheader("Set-Cookie")
    return opened.status


def read(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scale=abc"], "scale=abc"),
        (["seed=-1"], "seed=-1"),
        (["policy=full_packet"], "did you mean full_package"),
        (["port=70000"], "port=70000"),
        (["port=web"], "port=web"),
        (["open=perhaps"], "open=perhaps"),
        (["prot=1"], "did you mean port"),
        (["data=/nowhere"], "/nowhere"),
    ],
)
def test_bad_input_is_one_line(arguments, said, capsys):
    assert cli.main(["view", "open=false", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("county: ") and error.count("\n") == 1 and said in error


def test_a_port_that_is_taken_is_told(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.main(["view", "scale=1000", f"port={port}", "open=false"]) == 2
    said = capsys.readouterr().err
    assert said == f"county: port={port}: {os.strerror(errno.EADDRINUSE)}; expected a free port, or 0 for any\n"


def test_the_help_names_the_keys(capsys):
    assert cli.main(["view", "--help"]) == 0
    said = capsys.readouterr().out
    assert {"port=8765", "open=true", "scale=100"} <= set(said.split())
