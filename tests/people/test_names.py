"""Names: what may stand in one, and which of them a hasty eye takes for another."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import RuleBroken
from app.people import names
from app.people.rules import LONGEST_NAME, clean_name

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Łuczak",
        "José María de la Cruz",
        "Mª del Carmen",
        "O'Brien",
        "Niamh O’Connor",
        "’t Hart",
        "Anne-Marie",
        "J. R. R. Tolkien",
        "Gal·la Placídia",
        "İnci Özgür",
        "Đặng Thị Minh",
        "Ẹ̀bùn Adébáyọ̀",
        "Kaʻahumanu",
        "Sam 2",
        "user1234",
        "3ventic",
        "Мария-Анна Йовкова",
        "Ἀριστοτέλης",
        "Արամ Խաչատրյան",
        "ნინო",
        "ג׳ורג׳ כהן",
        "שָׁלוֹם",
        "محمّد علي",
        "علی\u200cرضا",
        "बिन्देश्वरी पाठक",
        "ශ\u0dca\u200dරී ලංකා",
        "வள்ளுவர்",
        "บัญชา ปัญญะสาร",
        "ស្រី ស្រស់",
        "မောင်",
        "བསྟན་འཛིན་རྒྱ་མཚོ",
        "አበበ ቢቂላ",
        "山田 太郎",
        "佐々木",
        "マリア・ロペス",
        "김철수",
    ],
)
def test_names_of_people_everywhere(name):
    assert clean_name(name) == unicodedata.normalize("NFC", name)
    assert names.bare_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+1",
        "-Ann",
        ".Ann",
        "@SUM",
        "Ann, Bob",
        "Ann/Bob",
        "Ann_Able",
        "<b>Ann</b>",
        "Ann\u202eevil",
        "Ann\u200bAble",
        "A\u200dnn",
        "Ann ✓",
        "Ann 👩\u200d💻",
        "𝐌𝐚𝐫𝐢𝐚",
        "x²",
        "A" + "\u0335" * 9,
        "\u0301Ann",
        "a\u20dd",
        "12",
        "...",
        "'",
        "",
        "x" * 81,
        "www.spam.com",
        "Ann (Employee)",
        "Official Ann",
        "ᴏꜰꜰɪᴄɪᴀʟ Ann",
        "Ann Oficial",
        "Модератор Анна",
        "官方Ann",
        "Pаul",
        "Ann ᐯ",
        "Ann\u3164Able",
        "\uffa0",
        "An\u05b4n",
    ],
)
def test_what_is_no_name(text):
    with pytest.raises(RuleBroken):
        clean_name(text)


def test_a_name_has_one_spelling():
    assert clean_name("  Zoe\u0308 \u3000 Able ") == "Zoë Able"


@pytest.mark.parametrize(
    "seen",
    [
        "maria lopez",
        "María López",
        "Maria-Lopez",
        "M. aria Lo'pez",
        "Maria  L0pez",
        "Mar1a Lopez",
        "rnaria lopez",
        "MARlA LOPEZ",
        "ＭＡＲＩＡ LOPEZ",
        "Мaria Lopez",
        "Мɑгіа Lореz",
        "Ꮇꭺria Lopez",
        "ᴍᴀʀɪᴀ ʟᴏᴘᴇᴢ",
        "ꓟꓮꓣꓲꓮ ꓡꓳꓑꓰꓜ",
        "Maria Lopez\ufe0f",
        "Maria\u1ab0 Lope\u1dc4z",
    ],
)
def test_names_that_look_like_another(seen):
    assert names.skeleton(seen) == names.skeleton("Maria Lopez")


@pytest.mark.parametrize("other", ["Marian Lopez", "Maria Lopes", "Maria G. Lopez", "Mario Lopez", "山田"])
def test_names_that_do_not(other):
    assert names.skeleton(other) != names.skeleton("Maria Lopez")


@given(st.text(max_size=100))
def test_whatever_is_typed_is_a_name_or_refused_and_what_is_left_of_it_is_one(text):
    for typed in (text, names.bare_name(text)):
        try:
            name = clean_name(typed)
        except RuleBroken:
            continue
        assert clean_name(name) == name
        assert len(name) <= LONGEST_NAME
        assert name[0] not in "=+-@\t\r"
        assert 1 <= len(names.skeleton(name)) <= names.LONGEST_SKELETON
    assert names.is_name(names.bare_name(text))
