"""Finding words that rules ask for, whatever costume they wear. Pure; compiled once, used for every text.

Texts and phrases are compared folded: NFKC, case, invisible characters and runs of blanks do not count. A phrase of Latin
(Cyrillic, Greek …) letters stands for whole words; where writing knows no blanks between words, it is found anywhere. A `*`
stands for any further letters. Source: specs/community.md, section 8.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Han, kana, hangul, Thai, Lao, Khmer, Burmese: no blank tells where a word begins.
_NO_BLANKS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = f"(?:(?![{_NO_BLANKS}])\\w)"
_BEFORE, _AFTER = f"(?<!(?![{_NO_BLANKS}])\\w)", f"(?!{_LETTER})"
_WITHOUT_BLANKS = re.compile(f"[{_NO_BLANKS}]")
_MARKUP = re.compile(r"(?<=\w)(?:[*_~`\\]+|\[/?[a-z]+\])(?=\w)")
# Where a word is not made a link: code, links, addresses, tags.
_PROTECTED = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|!?\[[^\]\n]*\]\([^)\n]*\)|<[^>\n]*>|(?:https?://|www\.|mailto:)\S+",
    re.DOTALL,
)
COVER = "■"


@dataclass(frozen=True)
class Rule:
    """What a word rule says: `places` are post, title, message, name."""

    id: int
    phrase: str
    act: str
    places: frozenset[str]
    with_what: str = ""


@dataclass(frozen=True)
class Found:
    """A rule that a text met, and where in the text as written."""

    rule: Rule
    start: int
    end: int


def folded(text: str) -> tuple[str, list[int], list[int]]:
    """The text as compared, and for each of its characters where the original one begins and ends."""
    letters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    position, length = 0, len(text)
    while position < length:
        end = position + 1
        while end < length and unicodedata.combining(text[end]):
            end += 1
        for letter in unicodedata.normalize("NFKC", text[position:end]).casefold():
            if unicodedata.category(letter) == "Cf":
                continue  # zero-width characters and soft hyphens are costumes
            if letter.isspace():
                if letters and letters[-1] == " ":
                    ends[-1] = end
                    continue
                letter = " "
            letters.append(letter)
            begins.append(position)
            ends.append(end)
        position = end
    return "".join(letters), begins, ends


class Matcher:
    """All rules, ready to be asked. A plain search for each phrase comes before its pattern, so many rules cost little."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [
            (rule, _longest_piece(phrase), _pattern(phrase))
            for rule in rules
            if (phrase := folded(rule.phrase)[0].strip()).strip("* ")
        ]

    def find(self, text: str, place: str) -> list[Found]:
        """Where rules for this place meet the text, by position."""
        wanted = [entry for entry in self._rules if place in entry[0].places]
        if not wanted or not text:
            return []
        plain, begins, ends = folded(text)
        found = [
            Found(rule, begins[match.start()], ends[match.end() - 1])
            for rule, piece, pattern in wanted
            if piece in plain
            for match in pattern.finditer(plain)
            if match.end() > match.start()
        ]
        return sorted(found, key=lambda one: (one.start, -one.end, one.rule.id))

    def met(self, text: str, place: str) -> list[Rule]:
        """The rules that the text meets, each once; marks between letters (v**ia**gra) hide nothing."""
        found = self.find(text, place)
        bare = _MARKUP.sub("", text)
        if bare != text:
            found += self.find(bare, place)
        return list({one.rule.id: one.rule for one in found}.values())

    def rewritten(self, text: str, place: str) -> str:
        """The text with words covered, replaced or made links, as the rules say."""
        found = self.find(text, place)
        protected = [match.span() for match in _PROTECTED.finditer(text)]
        pieces: list[str] = []
        done = 0
        for one in found:
            if one.start < done or one.rule.act not in ("censor", "link"):
                continue
            word = text[one.start : one.end]
            if one.rule.act == "link":
                if place not in ("post", "message") or any(a < one.end and one.start < b for a, b in protected):
                    continue
                new = f"[{word}]({one.rule.with_what})"
            else:
                new = one.rule.with_what or COVER * len(word)
            pieces += [text[done : one.start], new]
            done = one.end
        return "".join([*pieces, text[done:]]) if pieces else text


def _longest_piece(phrase: str) -> str:
    return max(phrase.split("*"), key=len).strip()


def _pattern(phrase: str) -> re.Pattern[str]:
    """Whole words where words are parted by blanks, anywhere where they are not."""
    inner = "".join(f"{_LETTER}*" if letter == "*" else re.escape(letter) for letter in phrase)
    return re.compile((_BEFORE if _bounded(phrase[0]) else "") + inner + (_AFTER if _bounded(phrase[-1]) else ""))


def _bounded(letter: str) -> bool:
    return bool(re.match(r"\w", letter)) and not _WITHOUT_BLANKS.match(letter)


def merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, with overlapping ones as one: what a page marks."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def no_blanks(text: str) -> bool:
    """Whether it is of a writing that parts words by no blanks, where one character may be a word."""
    return bool(_WITHOUT_BLANKS.search(text))
