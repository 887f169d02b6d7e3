"""From sentences to the vocabulary of a TfIdfVectorizer.

The operator compares whole tokens, and StringSplit leaves punctuation on them. So
each word stands in the vocabulary several times ("love", "love!", "love,", ...),
and all its spellings point to one feature: ngram_indexes may repeat.
"""

from dataclasses import dataclass

PUNCTUATION = ".,!?;:\"()"
AFTER = ["", ".", ",", "!", "?", ";", ":", "!!", "!!!", "...", "?!", '"', ")"]
BEFORE = ['"', "("]
ENDINGS = ["ing", "edly", "ed", "ely", "ly", "es", "s", "er", "y", "e"]
GROWN_ENDINGS = ["s", "es", "d", "ed", "ing", "ly"]
SHORTEST_STEM = 4


@dataclass(frozen=True)
class Vocabulary:
    """Spellings of one token and of two tokens, each with the index of its feature."""

    single: dict[str, int]
    pairs: dict[tuple[str, str], int]

    @property
    def size(self) -> int:
        return 1 + max([*self.single.values(), *self.pairs.values()])

    @property
    def longest(self) -> int:
        return 2 if self.pairs else 1


def words_of(sentence: str) -> list[str]:
    """Lower-case words without the punctuation around them."""
    stripped = (token.strip(PUNCTUATION) for token in sentence.lower().split())
    return [word for word in stripped if word]


def stem(word: str) -> str:
    """A rough stem: "loved", "loves" and "loving" share one."""
    word = word.removesuffix("'s")
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM - 1:
            word = word[: -len(ending)]
            break
    doubled = len(word) >= SHORTEST_STEM and word[-1] == word[-2]
    return word[:-1] if doubled else word


def plain_vocabulary(sentences: list[str]) -> Vocabulary:
    """One feature per word, just as it is spelt."""
    words = sorted({word for sentence in sentences for word in words_of(sentence)})
    single = {}
    for index, word in enumerate(words):
        for spelling in _punctuated(word):
            single.setdefault(spelling, index)
    return Vocabulary(single, {})


def stemmed_vocabulary(sentences: list[str], phrases: list[str]) -> Vocabulary:
    """One feature per stem, reached by every form of the word, and one per two-word phrase."""
    words = sorted({word for text in sentences + phrases for word in words_of(text)})
    features = {name: index for index, name in enumerate(sorted({stem(word) for word in words}))}
    single = {}
    for form in sorted({form for word in words for form in _forms(word)}):
        for spelling in _punctuated(form):
            single.setdefault(spelling, features[stem(form)])
    pairs = {}
    for offset, phrase in enumerate(sorted({tuple(words_of(phrase)) for phrase in phrases if " " in phrase})):
        for second in _punctuated(phrase[1]):
            pairs[phrase[0], second] = len(features) + offset
    return Vocabulary(single, pairs)


def _forms(word: str) -> set[str]:
    """The word, and the inflected forms of it that have the same stem."""
    grown = {base + ending for base in (word, word.removesuffix("e")) for ending in GROWN_ENDINGS}
    return {word} | {form for form in grown if len(word) >= SHORTEST_STEM and stem(form) == stem(word)}


def _punctuated(word: str) -> list[str]:
    """The word as it may stand in a text, also with a curly apostrophe."""
    bare = [word, word.replace("'", "\u2019")] if "'" in word else [word]
    return [w + mark for w in bare for mark in AFTER] + [mark + w for w in bare for mark in BEFORE]
