"""Names under which a model can be downloaded, told from those that nothing has."""

from __future__ import annotations

import pytest

from photosearch.errors import ModelError
from photosearch.model import known
from photosearch.model.known import check_published


@pytest.mark.parametrize("is_here", [True, False])
def test_a_name_that_open_clip_does_not_know_is_refused_with_what_there_is(
    is_here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "is_torch_here", lambda: is_here)
    check_published("ViT-B-32/laion400m_e31")
    with pytest.raises(ModelError, match="no published tag 'nonsense' of ViT-B-32") as refused:
        check_published("ViT-B-32/nonsense")
    assert "laion2b_s34b_b79k" in refused.value.hint


def test_a_name_of_the_menu_needs_no_open_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "is_torch_here", lambda: pytest.fail("open_clip was asked"))
    check_published("starter")
    check_published("ViT-B-32/laion2b_s34b_b79k")
