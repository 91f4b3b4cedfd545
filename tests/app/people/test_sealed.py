"""Sealed secrets open with the installation's secret, for the purpose they were sealed for, and not otherwise."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from pyrometer.app.people.sealed import BrokenSealError, seal, unseal


def test_what_is_sealed_can_be_opened_again() -> None:
    sealed = seal("whsec_äöü", purpose="webhook")
    assert "whsec" not in sealed
    assert sealed.isascii()
    assert unseal(sealed, purpose="webhook") == "whsec_äöü"


def test_a_seal_is_for_one_purpose() -> None:
    with pytest.raises(BrokenSealError, match="webhook"):
        unseal(seal("a secret", purpose="second factor"), purpose="webhook")


def test_another_secret_opens_nothing_but_a_former_one_does(settings: LazySettings) -> None:
    settings.SECRET_KEY = "former"
    sealed = seal("a secret", purpose="webhook")
    settings.SECRET_KEY = "present"
    with pytest.raises(BrokenSealError, match="PYROMETER_SECRET"):
        unseal(sealed, purpose="webhook")
    settings.SECRET_KEY_FALLBACKS = ["former"]
    assert unseal(sealed, purpose="webhook") == "a secret"


def test_a_row_that_was_tampered_with_does_not_open() -> None:
    sealed = seal("a secret", purpose="webhook")
    with pytest.raises(BrokenSealError):
        unseal(sealed[:-5] + "AAAA=", purpose="webhook")
    with pytest.raises(BrokenSealError):
        unseal("no seal at all", purpose="webhook")
