"""What comes out of the cook: only what is listed, however the text tries; bounded, however long it is."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from community import cook, rules

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "img onerror": "<img src=x onerror=alert(1)>",
    "svg onload": "<svg/onload=alert(1)>",
    "iframe": '<iframe srcdoc="<script>alert(1)</script>">',
    "javascript link": "[a](javascript:alert(1))",
    "javascript with case and blanks": "[a]( JaVaScRiPt:alert(1))",
    "javascript as entity": "[a](javascript&#58;alert(1))",
    "javascript as hex entity": "[a](&#x6A;avascript:alert(1))",
    "javascript with tab": "[a](java&Tab;script:alert(1))",
    "javascript with newline": "[a](java&NewLine;script:alert(1))",
    "javascript in angle brackets": "[a](<javascript:alert(1)>)",
    "javascript autolink": "<javascript:alert(1)>",
    "javascript by reference": "[a][b]\n\n[b]: javascript:alert(1)",
    "data link": "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "data image svg": "![a](data:image/svg+xml;base64,PHN2Zy8+)",
    "vbscript": "[a](vbscript:msgbox(1))",
    "file": "[a](file:///etc/passwd)",
    "protocol relative": "[a](//evil.example/x)",
    "backslash": "[a](/\\evil.example)",
    "backslashes": "[a](\\\\evil.example)",
    "no-break space before the scheme": "[a](\u00a0javascript:alert(1))",
    "relative": "[a](evil/path)",
    "control character in scheme": "[a](java\x01script:alert(1))",
    "foreign image": "![a](https://evil.example/pixel.gif)",
    "media image with climb": "![a](/media/../secret)",
    "title breaks out": '[a](https://b.example "x\\" onmouseover=\\"alert(1)")',
    "alt breaks out": '![x" onerror="alert(1)](/media/a.webp)',
    "address breaks out": '[a](https://b.example/"onmouseover="alert(1))',
    "linkify breaks out": 'https://b.example/"onmouseover=alert(1)//',
    "language breaks out": '```x" onclick="alert(1)\ncode\n```',
    "style": '<p style="background:url(javascript:alert(1))">x</p>',
    "id and name": '<a id="config" name="config">x</a>',
    "form": '<form action="https://evil.example"><button>x</button></form>',
    "comment": "<!--><script>alert(1)</script>-->",
    "cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "mathml mutation": "<math><mtext><table><mglyph><style><!--</style><img src onerror=alert(1)>",
    "template": "<template><script>alert(1)</script></template>",
    "heading id": "# x {#config onclick=alert(1)}",
    "mention breaks out": '@mei"onclick=alert(1) @<script>',
    "null byte": "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "unclosed": "<img src=x onerror=alert(1)//",
    "in a table": "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "in code": "`<script>alert(1)</script>`",
    "nested link": "[a[b](javascript:alert(1))](https://c.example)",
    "image in link": "[![a](javascript:alert(1))](javascript:alert(2))",
    "bidi": "\u202e<script>\u202c",
}


MORE = {"a": {"rel"}, "img": {"loading", "decoding"}, "span": {"tabindex"}}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def assert_listed(markup: str) -> None:
    reader = Reader()
    reader.feed(markup)
    for tag, attributes in reader.found:
        assert tag in cook.TAGS, tag
        for name, value in attributes.items():
            assert name in cook.ATTRIBUTES.get(tag, set()) | MORE.get(tag, set()), (tag, name)
            value = value or ""
            if name == "href":
                assert urlsplit(value).scheme in ("http", "https", "mailto") or (
                    value[:1] == "/" and value[1:2] not in "/\\"
                )
                assert attributes["rel"] == "nofollow ugc noopener"
            if name == "src":
                assert value.startswith("/media/")
                assert ".." not in value


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("kitchen", [cook.cook, cook.cook_message])
def test_hostile_text_yields_only_what_is_listed(name: str, kitchen) -> None:  # type: ignore[no-untyped-def]
    people = {"mei": cook.Named(1, "/members/mei/")}
    cooked = kitchen(cook.clean(ATTACKS[name]), lambda handles: people)
    assert_listed(cooked.html)
    assert cook.sanitize(cooked.html) == cooked.html  # doing it twice changes nothing
    for address in cooked.links:
        assert_listed(f'<a href="{address}" rel="nofollow ugc noopener">')


def test_the_sanitizer_alone_would_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the parser let tags through one day, nothing but the listed ones would leave the cook."""
    for attack in ATTACKS.values():
        assert_listed(cook.sanitize(attack.replace("javascript:", "javascript&colon;")))
        assert_listed(cook.sanitize(f'<a href="{attack}" onclick="x">x</a><img src="{attack}">'))


N = rules.RAW_LONGEST
HOSTILE = {
    "unclosed brackets": "[" * N,
    "unclosed images": "![" * (N // 2),
    "deep quotes": ">" * N,
    "deep lists": "- " * (N // 2),
    "stairs": "".join("  " * depth + "- a\n" for depth in range(130)),
    "stars": "**a" * (N // 3),
    "underscores": "_a" * (N // 2),
    "emphasis of all kinds": "*a **b _c __d " * (N // 14),
    "tildes": "~~a" * (N // 3),
    "backticks of all lengths": "".join("`" * length + " " for length in range(1, 199)),
    "angle brackets": "<" * N,
    "ampersands": "&" * N,
    "entities": "&#x" * (N // 3),
    "half links": "[a](b" * (N // 5),
    "references": "".join(f"[a{number}]: /b\n" for number in range(1400)),
    "one reference used often": "[a]: /b\n\n" + "[a]" * (N // 3 - 10),
    "wide table": "|a" * 3000 + "|\n" + "|-" * 3000 + "|\n" + "|a\n" * 2000,
    "30 columns, short rows": "|a" * 30 + "|\n" + "|-" * 30 + "|\n" + "|\n" * 9000,
    "long table": "a|b\n-|-\n" + "a|b\n" * (N // 4 - 4),
    "addresses": "http://a.b/ " * (N // 12),
    "one long address": "http://" + "a." * (N // 2 - 10),
    "mentions": "@aa " * (N // 4),
    "many lists": "-\n" * (N // 2),
    "many quotes": "> a\n\n" * (N // 5),
    "many headings": "#\n" * (N // 2),
    "lines": "a\n" * (N // 2),
    "parentheses": "[a](" + "(" * (N - 10),
    "empty links, each nine times its size": "[](/)" * 300,
    "chinese": "老友" * (N // 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_at_the_limit_stays_small(name: str) -> None:
    raw = cook.clean(HOSTILE[name][:N])
    started = time.perf_counter()
    cooked = cook.cook(raw)
    assert time.perf_counter() - started < 2  # a hang, not a measurement: the guards below are the promise
    assert len(cooked.html) <= max(8 * len(raw), cook.OUTPUT_FLOOR)
    assert len(cooked.html) <= 256_000
    assert_listed(cooked.html)


def test_a_table_has_at_most_thirty_columns() -> None:
    for columns, tables in ((30, 1), (31, 0)):
        for edge in ("", "|"):
            row, rule = ("|".join(["a"] * columns), "|".join(["-"] * columns))
            text = f"{edge}{row}{edge}\n{edge}{rule}{edge}\n{edge}{row}{edge}"
            assert cook.cook(text).html.count("<table>") == tables


def test_quotes_are_at_most_twenty_deep() -> None:
    assert cook.cook("> " * 60 + "deep").html.count("<blockquote>") <= 20


def test_people_are_named_outside_of_code_and_links() -> None:
    asked: list[list[str]] = []

    def resolve(handles):  # type: ignore[no-untyped-def]
        asked.append(list(handles))
        return {
            handle: cook.Named(number, f"/members/{handle}/")
            for number, handle in enumerate(["mei", "老陈"])
            if handle in handles
        }

    text = "@Mei and @老陈, not `@ada` nor [@bob](https://b.example) nor me@mei.example nor @nobody"
    cooked = cook.cook(text, resolve)
    assert asked == [["mei", "老陈", "nobody"]]
    assert cooked.mentions == [0, 1]
    assert cooked.html.count('class="mention"') == 2
    assert "<code>@ada</code>" in cooked.html
    many = cook.cook(" ".join(f"@name{number}" for number in range(40)), resolve)
    assert len(asked[-1]) == 10
    assert many.mentions == []


def test_what_people_write_looks_as_they_meant() -> None:
    assert cook.cook("# Big\n\nline\nbreak ~~no~~").html == "<h3>Big</h3>\n<p>line<br>\nbreak <s>no</s></p>\n"
    assert cook.cook("2 < 3 & <b>x</b>").html == "<p>2 &lt; 3 &amp; &lt;b&gt;x&lt;/b&gt;</p>\n"
    assert 'class="lang-python"' in cook.cook("```python\nx < 1\n```").html
    assert '<td align="right">' in cook.cook("|a|\n|-:|\n|1|").html
    assert cook.cook_message("# not big").html == "<p># not big</p>\n"
    assert cook.cook("![tea](https://pictures.example/tea.jpg)").html == (
        '<p><a href="https://pictures.example/tea.jpg" rel="nofollow ugc noopener">tea</a></p>\n'
    )
    assert cook.clean("  \r\nCafe\u0301\r\n\x00\x07  ") == "Café"
