"""What tests of the models share: a person's search that need not be waited for long."""

from __future__ import annotations

import pytest

from ui.models import session as session_module
from ui.models.history import History
from ui.models.results import ResultsModel
from ui.models.session import SearchSession


@pytest.fixture
def new_session(qtbot, tmp_path, new_runner, monkeypatch):
    """Makes a search whose pauses are long enough to type within, short enough to wait for."""
    monkeypatch.setattr(session_module, "DEBOUNCE_MS", 30)
    monkeypatch.setattr(session_module, "REFRESH_MS", 60)
    monkeypatch.setattr(session_module, "REST_MS", 60)
    made = []

    def make(client):
        runner = new_runner(client)
        results = ResultsModel()
        history = History(tmp_path / "searches.json", runner)
        session = SearchSession(runner, results, history)
        made.append((session, results, history))
        return session

    yield make
    for parts in made:
        for part in parts:
            part.deleteLater()


@pytest.fixture
def session(new_session, service):
    return new_session(service)


@pytest.fixture
def settled(qtbot, session):
    """Waits until nothing is on its way; gives the session's phase."""

    def wait():
        qtbot.waitUntil(lambda: not session.is_busy)
        return session.phase

    return wait
