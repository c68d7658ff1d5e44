"""A visitor who leaves in the middle: what Solara has for them goes while the session still has something to tell."""

import logging
import threading

import pytest

pytest.importorskip("solara", reason="solara is not installed")

import reacton.utils
import solara
from solara.server import app, kernel, kernel_context

from sim.view import page, server
from sim.view.choices import Choices
from sim.view.session import Session


@pytest.fixture
def visitor(monkeypatch, own_cache):
    """Render the page for a visitor whose session does nothing; give what Solara has for them, and the session."""
    begun = []
    monkeypatch.setattr(Session, "open", lambda self: begun.append(self) or self.close)
    context = kernel_context.VirtualKernelContext(id="a visitor", session_id="a browser", kernel=kernel.Kernel())
    with context:
        context.app_object = solara.render(page.Page(), handle_error=False)[1]
    yield context, *begun
    if not context.closed_event.is_set():
        context.close()


def test_a_session_may_tell_something_while_its_page_is_being_closed(visitor, monkeypatch, caplog):
    context, session = visitor
    unpatched = reacton.utils.equals

    def close_meanwhile(*values):
        monkeypatch.setattr(reacton.utils, "equals", unpatched)
        closing = threading.Thread(target=context.close)
        closing.start()
        closing.join()
        return False

    monkeypatch.setattr(reacton.utils, "equals", close_meanwhile)
    with caplog.at_level(logging.WARNING), context:
        session._notify()
    assert session._closed and not caplog.records


def test_a_session_may_tell_something_when_its_page_is_gone(visitor, caplog):
    context, session = visitor
    context.close()
    with caplog.at_level(logging.WARNING):
        session._notify()
    assert session._closed and not caplog.records


def test_the_page_is_served_whatever_was_imported_before(monkeypatch, tmp_path):
    monkeypatch.setattr(app, "apps", {})
    monkeypatch.setattr(app.reload.reloader, "on_change", None)
    server._server(Choices(), str(tmp_path), ())
    assert app.apps["__default__"].fullname == server.PAGE
