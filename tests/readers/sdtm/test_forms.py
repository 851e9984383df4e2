"""A folder of SDTM is known by the formats that the reader opens."""

from protocol_dsl.readers.forms import SDTM_ENDINGS
from protocol_dsl.readers.sdtm.folder import OPENERS


def test_every_format_that_can_be_opened_is_recognised() -> None:
    assert set(SDTM_ENDINGS) == set(OPENERS)
