"""Markdown as people write it, and the HTML that the pages are made for."""

from __future__ import annotations

import re

import pytest
from jinja2 import Environment
from markupsafe import Markup, escape
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import StatementError

from app.kernel.text import RENDERER_VERSION, Rendered, RenderedHtml, RenderedHtmlColumn, render, render_many
from app.kernel.text.markup import to_html

pytestmark = pytest.mark.pure

PICTURE = "/files/0123456789abcdef0123456789abcdef/rack.png"
COPY = '<button class="button quiet small needs-js" type="button" data-copy>Copy</button>'


def test_a_post_is_rendered_with_its_version():
    assert render("Set it to **20 s**.") == Rendered(
        html=RenderedHtml("<p>Set it to <strong>20 s</strong>.</p>"),
        fell_back=False,
        renderer_version=RENDERER_VERSION,
    )


def test_an_empty_post_is_empty():
    assert render("").html == ""
    assert render(" \r\n\t").html == ""


def test_lines_of_a_paragraph_stay_one_paragraph():
    assert to_html("one\ntwo") == "<p>one\ntwo</p>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a < b and c > d", "<p>a &lt; b and c &gt; d</p>"),
        ("press <b>hard</b>", "<p>press &lt;b&gt;hard&lt;/b&gt;</p>"),
        ("<div>\n*one*\n</div>", "<p>&lt;div&gt;\n<em>one</em>\n&lt;/div&gt;</p>"),
        ("<!-- hidden -->", "<p>&lt;!-- hidden --&gt;</p>"),
        ("R&D, AT&amp;T", "<p>R&amp;D, AT&amp;T</p>"),
        ("`<b> & c`", "<p><code>&lt;b&gt; &amp; c</code></p>"),
        ("say \"no\" to 'it'", "<p>say \"no\" to 'it'</p>"),
    ],
)
def test_html_in_a_post_is_shown_as_text(source, shown):
    assert to_html(source) == shown


def test_control_characters_and_foreign_line_ends_are_tidied():
    assert render("one\r\n\r\ntwo\x00\x07\ud800\rthree").html == "<p>one</p>\n<p>two\nthree</p>"


class TestLinks:
    def test_a_link_out_is_marked_as_not_ours(self):
        assert to_html("[x](https://example.com 'why')") == (
            '<p><a href="https://example.com" title="why" rel="nofollow ugc noopener">x</a></p>'
        )

    @pytest.mark.parametrize("address", ["/questions/1/slow-link", "#answer-3"])
    def test_a_link_inside_the_site_is_not(self, address):
        assert to_html(f"[x]({address})") == f'<p><a href="{address}">x</a></p>'

    def test_a_bare_address_becomes_a_link_without_the_full_stop_after_it(self):
        address = "https://example.com/a_b?x=1&amp;y=2#z"
        link = f'<a href="{address}" rel="nofollow ugc noopener">{address}</a>'
        assert to_html("See https://example.com/a_b?x=1&y=2#z.") == f"<p>See {link}.</p>"

    def test_brackets_round_a_bare_address_stay_outside(self):
        assert ">http://example.com/</a>)," in to_html("(see http://example.com/), ok")

    def test_addresses_in_code_are_left_alone(self):
        assert "<a" not in to_html("`http://a.example`\n\n```\nhttp://b.example\n```")

    def test_words_with_dots_are_not_taken_for_addresses(self):
        assert "<a" not in to_html("Open README.md and example.com, write to me@example.com")

    @pytest.mark.parametrize(
        "address",
        [
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "jav&#x09;ascript:alert(1)",
            "&#106avascript:alert(1)",
            "page.html",
            "http:///evil.example",
            "file:///etc/passwd",
        ],
    )
    def test_an_address_that_may_harm_leaves_the_words(self, address):
        assert "<a" not in to_html(f"[words]({address})")
        assert "words" in to_html(f"[words]({address})")

    def test_a_link_without_words_is_named_by_its_address(self):
        assert ">https://example.com</a>" in to_html("[](https://example.com)")


class TestPictures:
    def test_our_own_uploads_are_shown(self):
        assert to_html(f"![rack]({PICTURE})") == (f'<p><img loading="lazy" alt="rack" src="{PICTURE}"></p>')

    @pytest.mark.parametrize(
        "address",
        [
            "/files/../sign-out",
            "/files/%2e%2e/x",
            "/files/a.png",
            "/photos/a.png",
            "/static/a.png",
            f"{PICTURE}?x",
            f"{PICTURE}/x",
            "/files/0123456789abcdef0123456789abcdef/../x",
            "/files/0123456789abcdef0123456789abcdef/%2e%2e",
            "/files/0123456789abcdef0123456789abcdef/%2Fx",
            "/files/0123456789ABCDEF0123456789ABCDEF/x.png",
        ],
    )
    def test_nothing_else_of_ours_is(self, address):
        assert "<img" not in to_html(f"![x]({address})")

    def test_a_picture_of_another_host_becomes_a_link(self):
        link = '<a href="https://img.example/x.png" rel="nofollow ugc noopener">rack</a>'
        assert to_html("![rack](https://img.example/x.png)") == f"<p>{link}</p>"

    def test_and_its_words_where_it_stands_in_a_link_already(self):
        page = to_html("[![rack](https://img.example/x.png)](https://shop.example)")
        assert page == ('<p><a href="https://shop.example" rel="nofollow ugc noopener"><span>rack</span></a></p>')


class TestCode:
    def test_a_fence_with_a_caption(self):
        page = to_html("```console replication.log on the sending array\n$ ls\n\tx < y\n```")
        assert page == (
            f'<figure class="code"><figcaption>replication.log on the sending array</figcaption>{COPY}'
            '<pre tabindex="0" role="region" aria-label="replication.log on the sending array">'
            '<code class="language-console"><span class="hl-prompt">$ </span>ls\n'
            '<span class="hl-output">\tx &lt; y</span></code></pre></figure>'
        )

    @pytest.mark.parametrize(
        ("fence", "caption"),
        [("```", "Code"), ("~~~ yaml", "YAML"), ("```fortran", "fortran"), ("``` halyard.conf", "halyard.conf")],
    )
    def test_a_fence_without_one_is_named_by_what_it_holds(self, fence, caption):
        assert f"<figcaption>{caption}</figcaption>" in to_html(f"{fence}\nx\n{fence[:3]}")

    def test_regions_without_a_caption_are_named_by_their_beginning_and_numbered(self):
        page = to_html("```\nsame\n```\n\n```\nsame\n```\n\n    other")
        assert [part.split('"')[0] for part in page.split('aria-label="')[1:]] == [
            "Code: same",
            "Code: same (2)",
            "Code: other",
        ]

    def test_a_caption_cannot_leave_its_attribute(self):
        page = to_html('```x "onfocus="alert(1)" <b>\ncode\n```')
        assert 'aria-label="&quot;onfocus=&quot;alert(1)&quot; &lt;b&gt;"' in page

    def test_a_fence_right_under_a_sentence_and_never_closed(self):
        page = to_html("The log:\n```\n[1] a\n\n[2] *b*")
        assert page.startswith("<p>The log:</p>\n<figure")
        assert ">[1] a\n\n[2] *b*</code>" in page

    def test_a_fence_inside_a_list_stays_there(self):
        page = to_html("1. Run\n   ```\n   ls\n     -l\n   ```\n2. Look")
        assert page.count("<ol>") == 1
        assert ">ls\n  -l</code></pre></figure>\n</li>" in page

    def test_a_fence_inside_a_quotation_stays_there(self):
        page = to_html("> So:\n> ```\n> a > b\n> ```\n> Then?\n\nYes")
        assert ">a &gt; b</code></pre></figure>\n<p>Then?</p>\n</blockquote>" in page

    def test_backticks_inside_a_longer_fence_are_code(self):
        assert ">```\nx\n```</code>" in to_html("````\n```\nx\n```\n````")


class TestTables:
    def test_a_table_scrolls_in_a_named_region(self):
        page = to_html("Ports:\n| Port | Use |\n|---|--:|\n| 8443 | data |")
        assert '<div class="scroller" role="region" aria-label="Table: Port, Use" tabindex="0"><table>' in page
        assert '<th scope="col">Port</th>' in page
        assert '<th scope="col" align="right">Use</th>' in page
        assert '<td align="right">data</td>' in page
        assert "style" not in page

    def test_an_empty_corner_is_no_header(self):
        assert "<td></td>\n<th" in to_html("| | a |\n|---|---|\n| b | c |")


class TestHeadings:
    @pytest.mark.parametrize(
        ("written", "levels"),
        [
            ("# a\n\n## b\n\n# c", [3, 4, 3]),
            ("### a\n\n# b", [3, 3]),
            ("# a\n\n#### b\n\n## c\n\n### d", [3, 4, 4, 5]),
            ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e", [3, 4, 5, 6, 6]),
            ("a\n=\n\nb\n-", [3, 4]),
        ],
    )
    def test_stand_below_those_of_the_page_and_skip_no_level(self, written, levels):
        page = to_html(written)
        assert [int(part[0]) for part in page.split("<h")[1:]] == levels

    def test_an_empty_one_is_left_out(self):
        assert "<h" not in to_html("# \n\ntext")


def test_what_is_no_longer_true_can_be_struck_out():
    assert to_html("Use ~~60~~ *20* s, a ~~ b") == "<p>Use <del>60</del> <em>20</em> s, a ~~ b</p>"


def test_a_list_may_follow_a_sentence_directly():
    assert to_html("Tried:\n- one\n- two") == "<p>Tried:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"


@pytest.mark.parametrize(
    "source",
    [
        "- a\n  - b\n    - c\n\n      more\n  - d\n- e",
        "1. a\n   - b\n     1. c\n\n        more\n   - d\n2. e",
        "* a\n    * b\n        * c\n\n            more\n    * d\n* e",
        "1) a\n   * b\n     + c\n\n       more\n   * d\n2) e",
    ],
)
def test_lists_nest_as_people_indent_them(source):
    page = re.sub(r"<(/?)ol>", r"<\1ul>", to_html(source)).replace("\n", "").replace("<p>", "").replace("</p>", "")
    assert page == ("<ul><li>a<ul><li>b<ul><li>cmore</li></ul></li><li>d</li></ul></li><li>e</li></ul>")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1. a\n\n   b\n2. c", "<ol><li><p>a</p><p>b</p></li><li><p>c</p></li></ol>"),
        ("- a\n\n  b\n  - c", "<ul><li><p>a</p><p>b</p><ul><li>c</li></ul></li></ul>"),
        ("- a\n  > b\n- c", "<ul><li><p>a</p><blockquote><p>b</p></blockquote></li><li><p>c</p></li></ul>"),
        ("- a\n  ## b", "<ul><li><p>a</p><h3>b</h3></li></ul>"),
        ("- a\ngoes on\n- b", "<ul><li>agoes on</li><li>b</li></ul>"),
        ("It is\n2. to the\n- ", "<p>It is2. to the- </p>"),
        ("- a\n\nb", "<ul><li>a</li></ul><p>b</p>"),
    ],
)
def test_what_stands_in_an_item(source, shown):
    assert to_html(source).replace("\n", "") == shown


@pytest.mark.parametrize("rule", ["***", "* * *", "_____", "- - -", "-     -     -", "---"])
def test_a_rule_ends_a_list_and_a_quotation(rule):
    assert to_html(f"- a\n{rule}\nb").replace("\n", "") == "<ul><li>a</li></ul><hr><p>b</p>"
    assert to_html(f"> a\n{rule}").replace("\n", "") == "<blockquote><p>a</p></blockquote><hr>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("#5 fails", "<p>#5 fails</p>"),
        ("####### x", "<p>####### x</p>"),
        ("  ## a b ##", "<h3>a b</h3>"),
        ("# C#", "<h3>C#</h3>"),
        ("one\\\ntwo", "<p>one<br>two</p>"),
        ("\\<b> 5 \\% \\&amp;", "<p>&lt;b&gt; 5 % &amp;amp;</p>"),
        ("` a ` `` ` `` ` b`", "<p><code>a</code> <code>`</code> <code> b</code></p>"),
        ("[so](not a link)", "<p>[so](not a link)</p>"),
        ("<https://a.example b>", "<p>&lt;<a href"),
        ("<me@a.example>", '<p><a href="mailto:me@a.example" rel="nofollow ugc noopener">me@a.example</a></p>'),
        ("<host:8443>", "<p>&lt;host:8443&gt;</p>"),
        ("&amp;lt; &lt; &copy R&D", "<p>&amp;lt; &lt; &amp;copy R&amp;D</p>"),
    ],
)
def test_marks_mean_what_they_mean_elsewhere(source, shown):
    assert to_html(source).replace("\n", "").startswith(shown)


def test_a_minus_in_a_wrapped_list_item_starts_no_second_list():
    assert to_html("- one\n  goes on\n- two").count("<ul>") == 1


def test_numbers_go_on_where_the_author_began():
    assert '<ol start="3">' in to_html("3. three\n4. four")


def test_many_texts_come_back_in_order():
    sources = [f"Text *{number}*" for number in range(100)]
    sources[40] = "[" * 30_000
    rendered = render_many(sources)
    assert [one.fell_back for one in rendered] == [number == 40 for number in range(100)]
    assert rendered[41].html == "<p>Text <em>41</em></p>"
    assert render_many([]) == []


def test_rendered_text_is_the_only_text_that_a_template_shows_unescaped():
    html = render("*x*").html
    template = Environment(autoescape=True).from_string("{{ html }} {{ cut }}")
    assert template.render(html=html, cut=html[:3]) == "<p><em>x</em></p> &lt;p&gt;"
    assert type(html + "<b>") is str
    assert escape(html) == Markup("<p><em>x</em></p>")


def test_a_column_of_rendered_text_takes_and_gives_nothing_else():
    bodies = Table("bodies", MetaData(), Column("id", Integer, primary_key=True), Column("html", RenderedHtmlColumn))
    engine = create_engine("sqlite://")
    bodies.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(bodies).values(html=render("x").html))
        connection.execute(insert(bodies).values(html=None))
        with pytest.raises(StatementError, match="must come from"):
            connection.execute(insert(bodies).values(html="<p>x</p>"))
        stored = connection.scalars(select(bodies.c.html).order_by(bodies.c.id)).all()
        assert connection.scalar(select(bodies.c.id).where(bodies.c.html.like("%x%"))) == 1
    engine.dispose()
    assert stored == ["<p>x</p>", None]
    assert type(stored[0]) is RenderedHtml
