"""Bytes to text, whatever the server says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.encoding import decode

FRENCH = "Société Générale de Fiction piratée — données « volées » à Orléans"
RUSSIAN = "Злоумышленники похитили данные клиентов вымышленного банка, сообщила компания в среду"
JAPANESE = "架空銀行の顧客情報が流出したと発表した"
CHINESE = "虚构银行的客户数据被盗，公司周三表示"
META = '<html><head><meta charset="{}"></head><p>{}</p>'


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (FRENCH.encode(), None, FRENCH),
        (FRENCH.encode(), "text/html; charset=iso-8859-1", FRENCH),
        (FRENCH.encode("cp1252"), "text/html; charset=utf-8", FRENCH),
        (FRENCH.encode("cp1252"), "text/html; charset=iso-8859-1", FRENCH),
        (FRENCH.encode("cp1252"), "text/html; charset=nonsense", FRENCH),
        (b"\xef\xbb\xbf" + FRENCH.encode(), "text/html; charset=latin1", FRENCH),
        (FRENCH.encode("utf-16"), None, FRENCH),
        (FRENCH.encode("utf-16-le"), "text/html", FRENCH),
        (FRENCH.encode("utf-16-be"), "text/html", FRENCH),
        (FRENCH.encode("utf-32"), None, FRENCH),
        (RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251", RUSSIAN),
        (RUSSIAN.encode("koi8-r"), 'text/html; charset="KOI8-R"', RUSSIAN),
        (RUSSIAN.encode("cp1251") * 3, None, RUSSIAN * 3),
        (JAPANESE.encode("shift_jis"), "text/html; charset=Shift_JIS", JAPANESE),
        (JAPANESE.encode("euc-jp"), "text/html; charset=euc-jp", JAPANESE),
        (JAPANESE.encode("iso-2022-jp"), "text/html; charset=iso-2022-jp", JAPANESE),
        (CHINESE.encode("gb18030"), "text/html; charset=gb2312", CHINESE),
        (b"", None, ""),
        (b"plain", "text/html; charset=utf-7", "plain"),
        (b"plain", "text/html; charset=zip", "plain"),
    ],
)
def test_decode(body: bytes, content_type: str | None, text: str) -> None:
    assert decode(body, content_type) == text


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
def test_markup_may_declare_it(encoding: str) -> None:
    page = META.format(encoding, RUSSIAN)
    assert decode(page.encode(encoding), "text/html") == page
    xml = f'<?xml version="1.0" encoding="{encoding}"?><t>{RUSSIAN}</t>'
    assert decode(xml.encode(encoding), "application/xml; charset=utf-8") == xml


def test_one_stray_byte_does_not_spoil_a_page_of_utf8() -> None:
    body = FRENCH.encode() + b" caf\xe9 \x97 " + FRENCH.encode()
    assert decode(body, "text/html; charset=utf-8") == f"{FRENCH} café — {FRENCH}"
    assert decode((FRENCH * 9).encode()[:-2], None).startswith(FRENCH * 8)


@given(st.binary(max_size=300), st.text(max_size=20))
def test_never_raises(body: bytes, charset: str) -> None:
    assert isinstance(decode(body, f"text/html; charset={charset}"), str)


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=100).filter(lambda t: "\x1b" not in t and "\0" not in t)
)
def test_utf8_is_always_utf8(text: str) -> None:
    assert decode(text.encode(), "text/html; charset=shift_jis") == text.removeprefix("\ufeff")
