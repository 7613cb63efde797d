"""A sealed text is opened by this site, for the use it was sealed for, and unchanged."""

import pytest

from app.kernel.sealing import SealBroken, open_sealed, seal
from app.people import addresses


def test_what_was_sealed_is_opened_for_the_same_use():
    assert open_sealed(seal("+31 6 5550 1234 ☎", use="contact"), use="contact") == "+31 6 5550 1234 ☎"


def test_one_use_does_not_open_what_another_sealed():
    with pytest.raises(SealBroken):
        open_sealed(seal("whsec_secret", use="webhooks"), use="contact")


@pytest.mark.parametrize("use", ["address", "sealed address", ""])
def test_addresses_are_opened_by_their_own_module_alone(use):
    with pytest.raises(SealBroken):
        open_sealed(str(addresses.seal("ana@oakridge.example")), use=use)


@pytest.mark.parametrize("changed", ["", "not base64", "AAAA"])
def test_what_was_changed_is_not_opened(changed):
    with pytest.raises(SealBroken):
        open_sealed(changed or seal("words", use="contact")[:-8] + "AAAAAAA=", use="contact")
