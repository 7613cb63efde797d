"""What a text may hold besides paragraphs and lists: footnotes, colours, long logs, people, uploads."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape

import pytest

from app.kernel.text import file_tokens, render
from app.kernel.text.highlighting import LEXERS, MAX_CODE, SESSIONS, Colours
from app.kernel.text.markup import to_html
from tests.support.effort import effort
from tests.support.safe_html import elements_of, harm_in, ids_of

pytestmark = pytest.mark.pure

TOKEN = "0123456789abcdef0123456789abcdef"
TAGS = re.compile(r"<[^>]*>")


def words_of(page):
    return unescape(TAGS.sub("", page))


class TestNotes:
    SOURCE = "It was mended.[^fix] So they say.[^2]\n\n[^2]: The forum.\n[^fix]: Release *notes*.\n"

    def test_are_numbered_as_the_text_refers_to_them_and_lead_both_ways(self):
        page = to_html(self.SOURCE)
        anchors = {element.get("id"): element for element in elements_of(page) if element.get("id")}
        targets = [element.get("href")[1:] for element in elements_of(page) if element.get("href")]
        assert sorted(anchors) == sorted(targets)
        assert page.index("Release <em>notes</em>") < page.index("The forum.")
        assert 'aria-label="Note 1">1</a></sup> So they say.' in page
        assert 'aria-label="Back to the text from note 2"' in page
        assert '<h3 class="aloud">Notes</h3>' in page

    def test_have_other_ids_in_another_text(self):
        assert not set(ids_of(to_html(self.SOURCE))) & set(ids_of(to_html(self.SOURCE + "Thanks")))

    def test_keep_their_ids_when_rendered_again(self):
        assert to_html(self.SOURCE) == to_html(self.SOURCE)

    def test_may_be_referred_to_again_and_by_one_another(self):
        page = to_html("a[^1] b[^1]\n\n[^1]: one[^2]\n[^2]: two[^1]")
        assert harm_in(page) == []
        assert page.count("↑") == 4

    def test_hold_paragraphs_and_code(self):
        page = to_html("a[^1]\n\n[^1]: one\n\n    two\n\n    ```sh\n    ls # x\n    ```\n\nafter")
        note = page[page.index("<li") :]
        assert "<p>one</p>\n<p>two</p>" in note
        assert 'ls <span class="hl-comment"># x</span>' in note
        assert "<p>after</p>" in page[: page.index("<li")]

    @pytest.mark.parametrize(
        "source",
        [
            "see [^1] and [^]",
            "[^1]: nobody refers to this",
            "`[^1]`",
            "a regular expression: [^a-z]+",
        ],
    )
    def test_are_left_as_typed_where_a_half_is_missing(self, source):
        assert words_of(to_html(source)) == source.replace("`", "")

    def test_leave_links_and_pictures_whole(self):
        page = to_html(f"[a[^1]](https://a.example) ![b[^1]](/files/{TOKEN}/x.png) | x[^1]\n\n[^1]: n")
        assert harm_in(page) == []
        assert 'alt="b"' in page
        assert page.count("<sup>") == 1

    def test_stand_in_headings_and_tables(self):
        page = to_html("# a[^1]\n\n| b[^1] |\n|---|\n| c[^1] |\n\n[^1]: n")
        assert harm_in(page) == []
        assert 'aria-label="Table: b"' in page
        assert page.count("<sup>") == 3

    def test_nobody_can_write_the_marks_that_stand_for_them(self):
        page = to_html("a[^1] \ufdd00\ufdd1 &#xfdd0;0&#xfdd1;\n\n\ufdd2\n\n[^1]: n \ufdd05\ufdd1")
        assert harm_in(page) == []
        assert page.count("<sup>") == page.count("<li") == 1

    def test_too_many_are_shown_as_written(self):
        assert render("[^1]" * 201 + "\n\n[^1]: n").fell_back


class TestColours:
    def test_python(self):
        page = to_html('```python\ndef f():  # so\n    return "a" + 1\n```')
        assert (
            '<span class="hl-keyword">def</span> <span class="hl-name">f</span>():  '
            '<span class="hl-comment"># so</span>\n'
            '    <span class="hl-keyword">return</span> <span class="hl-string">"a"</span> + '
            '<span class="hl-number">1</span>'
        ) in page

    def test_a_session_tells_commands_from_answers(self):
        page = to_html("```console\nroot@a:~# zpool status\nall > well\ncluster1::> show\n```")
        assert '<span class="hl-prompt">root@a:~# </span>zpool status\n' in page
        assert '<span class="hl-output">all &gt; well</span>\n' in page
        assert '<span class="hl-prompt">cluster1::&gt; </span>show' in page

    @pytest.mark.parametrize("fence", ["```", "```log", "```text", "```brainfuck"])
    def test_nothing_is_guessed(self, fence):
        assert "<span" not in to_html(f"{fence}\nif true; then # x\n```")

    @pytest.mark.parametrize("language", sorted({*LEXERS, *SESSIONS}))
    def test_change_no_character(self, language):
        code = "a = \"<b>\" &amp; 'c' # $ d\n\n\t{[(1)]} \\ é \u2028\n$ ls\n<!-- x --> @@ -1 +1 @@"
        lines = Colours().lines(code, language)
        assert unescape(TAGS.sub("", "\n".join(lines))) == code
        assert all(line.count("<span") == line.count("</span>") for line in lines)

    def test_a_line_never_leaves_a_tag_open(self):
        lines = Colours().lines('"""a\nb\nc"""', "python")
        assert lines == [f'<span class="hl-string">{words}</span>' for words in ('"""a', "b", 'c"""')]

    @pytest.mark.parametrize("code", ["x = 1\n" * MAX_CODE, "'x' + " * 67, "'x'" + "\n" * 100 + "'x'"])
    def test_what_is_long_or_hard_stays_plain(self, code):
        assert not any("<span" in line for line in Colours().lines(code, "python"))

    def test_there_is_an_end_to_the_tags(self):
        assert "".join(Colours().lines("1\n" * 5_000 + "1", "python")).count("<span") == 3_000
        assert "".join(Colours().lines("$ a\n" * 7_000, "console")).count("<span") == 3_000

    def test_all_code_of_a_text_together_has_one_limit(self):
        block = "```python\n" + "x = 'a'\n" * 700 + "```\n\n"
        page = to_html(block * 3)
        assert page.count("hl-string") == 1400

    @pytest.mark.parametrize("language", sorted(set(LEXERS.values())))
    @pytest.mark.parametrize("shape", ["<a ", '"\\', "((", "{{", "a.", "/*", "<<a\n", "a: |\n", "A B\n", "`a"])
    def test_hostile_code_takes_its_time_and_no_more(self, language, shape):
        text = shape * (MAX_CODE // len(shape))
        code = "\n".join(text[at : at + 399] for at in range(0, len(text) - 30, 399)) if "\n" not in text else text
        code = code.rstrip()
        Colours().lines("x", language)

        def colour() -> None:
            assert words_of("\n".join(Colours().lines(code, language))) == code

        assert effort(colour, enough=200) <= 200

    def test_are_loaded_with_the_first_code_and_never_by_a_page(self):
        program = (
            "import sys; import app.kernel.text, app.kernel.text.markup as markup; markup.prepare();"
            "assert 'pygments' not in sys.modules;"
            "markup.to_html('```sh\\nls\\n```'); assert 'pygments' in sys.modules"
        )
        subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


class TestLongCode:
    LOG = "".join(f"Nov {day} node-1: <link> down\n" for day in range(1, 41))

    def test_is_folded_behind_its_length_and_its_beginning(self):
        page = to_html(f"```log\n{self.LOG}```")
        assert (
            "<details><summary>Log: 40 lines<span>, the first: <code>Nov 1 node-1: &lt;link&gt; down\n"
            "Nov 2 node-1: &lt;link&gt; down\nNov 3 node-1: &lt;link&gt; down</code></span></summary>"
        ) in page
        assert page.index("<figcaption>") < page.index("data-copy") < page.index("<details>") < page.index("<pre")
        assert harm_in(page) == []

    def test_keeps_every_line_in_one_place(self):
        page = to_html(f"```log\n{self.LOG}```")
        assert words_of(page[page.index("<pre") :]) == self.LOG.rstrip()

    def test_thirty_lines_are_not_long(self):
        assert "<details" not in to_html("```\n" + "x\n" * 30 + "```")
        assert "<details" in to_html("```\n" + "x\n" * 31 + "```")

    def test_a_long_first_line_is_cut_in_the_summary_alone(self):
        page = to_html("```\n" + ("x" * 500 + "\n") * 31 + "```")
        assert "x" * 159 + "…" in page[: page.index("</summary>")]
        assert "x" * 161 not in page[: page.index("</summary>")]


class TestPeople:
    @pytest.mark.parametrize(
        "text", ["@maria_lopez", "(@bob)", "ask @kim.", "**@eve**", "@a-b-c?", "“so” @bob", "@DiskSan"]
    )
    def test_a_handle_leads_to_its_owner(self, text):
        handle = re.search(r"@([A-Za-z_-]+)", text)[1]
        assert f'<a href="/@{handle}">@{handle}</a>' in to_html(text)

    @pytest.mark.parametrize(
        "text",
        [
            "me@host.example",
            "a.b@maria",
            "@ab",
            "@" + "a" * 31,
            "@types/node",
            "npm i left@right",
            "@alan.turing",
            "user@@host",
            "@host@other",
            "`@maria`",
            "    @maria",
            "https://a.example/@maria",
            "<me@maria>",
            "#maria #12",
        ],
    )
    def test_what_is_part_of_something_else_does_not(self, text):
        assert "/@" not in to_html(text).replace("a.example/@maria", "")

    def test_a_handle_in_a_link_stays_in_that_link(self):
        assert to_html("[ask @maria](/questions/1)") == '<p><a href="/questions/1">ask @maria</a></p>'


class TestUploads:
    def test_named_in_a_text(self):
        other = TOKEN[::-1]
        source = f"![a](/files/{TOKEN}/a.png) [log](https://x.example/files/{other}/b.log)\n`/files/{TOKEN}`"
        assert file_tokens(source) == [TOKEN, other]

    @pytest.mark.parametrize("text", ["", f"/files/{TOKEN}0/a", f"/files/{TOKEN[:-1]}/a", f"/files/{TOKEN.upper()}/a"])
    def test_other_words_name_none(self, text):
        assert file_tokens(text) == []

    @pytest.mark.parametrize("name", ["rack.png", "Größe_2.png", "a%20b.png", "a(1).png"])
    def test_a_picture_may_have_any_name(self, name):
        assert f'src="/files/{TOKEN}/' in to_html(f"![x](/files/{TOKEN}/{name})")

    def test_a_link_to_a_file_stays_a_link(self):
        assert to_html(f"[log](/files/{TOKEN}/b.log)") == f'<p><a href="/files/{TOKEN}/b.log">log</a></p>'
