"""Texts of SAS files, which do not say how they are encoded: UTF-8 where the bytes are that, else Windows-1252."""

BYTES = "latin-1"
"""Reads any bytes as one sign each, so that they can be had back."""
ONE_BYTE = "cp1252"
UTF8_MARK = "\xef\xbb\xbf"


def decoded(text: str) -> str | None:
    r"""The text whose bytes were read as ``latin-1``; nothing when they are neither UTF-8 nor Windows-1252.

    >>> decoded("na\xefve"), decoded("na\xc3\xafve"), decoded("\x81")
    ('naïve', 'naïve', None)
    """
    if text.isascii():
        return text
    data = text.encode(BYTES)
    for encoding in ("utf-8", ONE_BYTE):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
