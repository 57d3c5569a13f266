"""Measures the classifier beside what it replaces, in one run: `python -m benchmarks.classify [CORPUS]`.

400 terms in 60 rules over texts of 2 KB, folding and evidence included, against: an alternation of `re`
with IGNORECASE on the raw text, a lower-cased one on text that is already folded, and the bare automaton
on folded text. Then 400 to 10,000 terms, and one text of up to 5 MB. CORPUS is JSON Lines with `text`;
without it the cases of the suite are used, half of them English and easy on `re`, and no floor applies.
Ratios are of the best of several rounds, so a busy machine matters little. Exits with 5 if a floor is not
held.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from pipelines.classify import Rules, load_rules
from pipelines.classify.fold import fold

SIZE = 2048
"""Bytes of UTF-8 in a text."""
CASES = Path(__file__).parent.parent / "tests" / "pipelines" / "classify" / "cases"


def main() -> int:
    """Run all measurements and say which floors are held."""
    parser = argparse.ArgumentParser(description="Measure the classifier beside what it replaces.")
    parser.add_argument("corpus", type=Path, nargs="?", help="JSON Lines with a text each")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = _texts(options.corpus)
    # The cases have few words: terms taken from them all would occur far more often than terms do in news.
    drawn = 400 if options.corpus else 80
    terms = [*_terms(texts, drawn), *(f"词{number}" for number in range(400 - drawn))]
    random.Random(3).shuffle(terms)
    rules = _rules(terms, 60)
    held = _beside(texts, terms, rules, options.rounds)
    held &= _growth(texts, terms, rules, options.rounds)
    held &= _size(texts, rules)
    return 0 if held or options.corpus is None else 5


def _texts(corpus: Path | None) -> list[str]:
    """300 texts of 2 KB, joined from shorter ones and cut."""
    if corpus is None:
        rows = [
            row for path in sorted(CASES.glob("*.yaml")) for row in yaml.safe_load(path.read_text("utf-8"))
        ]
    else:
        rows = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
    chooser = random.Random(7)
    texts: list[str] = []
    while len(texts) < 300:
        text = ""
        while len(text.encode()) < SIZE:
            text += f"{chooser.choice(rows)['text']}\n"
        texts.append(text.encode()[:SIZE].decode(errors="ignore"))
    return texts


def _terms(texts: Sequence[str], count: int) -> list[str]:
    """Terms that occur: runs of two to five Chinese characters, and words, from random places."""
    chooser = random.Random(11)
    runs = re.compile("[\u4e00-\u9fff]{2,5}|[A-Za-z]{4,12}")
    found: dict[str, None] = {}
    for _ in range(count * 200):
        text = chooser.choice(texts)
        run = runs.search(text, chooser.randrange(len(text)))
        if run:
            found[fold(run.group()).text] = None
        if len(found) == count:
            return list(found)
    # Not enough text for so many: the rest occurs nowhere, as most terms of real rules do.
    return [*found, *(f"{chooser.choice(list(found))}{number}" for number in range(count - len(found)))]


def _rules(terms: Sequence[str], count: int) -> Rules:
    """`count` rules, each two sets of terms near each other."""
    share = max(len(terms) // count // 2, 1)
    rules: list[dict[str, Any]] = []
    for number in range(count):
        chosen = terms[number * 2 * share : (number + 1) * 2 * share]
        rules.append(
            {
                "id": f"rule-{number}",
                "match": {
                    "all": [{"words": list(chosen[:share])}, {"words": list(chosen[share:])}],
                    "near": 80,
                },
            }
        )
    rules.append({"id": "rest", "words": list(terms[count * 2 * share :]) or ["zzzz"]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rules.yaml"
        path.write_text(yaml.safe_dump({"rules": rules}, allow_unicode=True), "utf-8")
        return load_rules([path])


def _best(rounds: int, work: Callable[[str], object], texts: Iterable[str]) -> float:
    """Seconds of processor time for all texts, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for text in texts:
            work(text)
        best = min(best, time.process_time() - start)
    return best


def _beside(texts: Sequence[str], terms: Sequence[str], rules: Rules, rounds: int) -> bool:
    longest = sorted(terms, key=len, reverse=True)
    alternation = "|".join(re.escape(term) for term in longest)
    ignoring = re.compile(alternation, re.IGNORECASE)
    lowered = re.compile(alternation)
    bare = AhoCorasick(list(terms), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA)
    folded = [fold(text).text for text in texts]
    hits = sum(len(bare.find_matches_as_indexes(text, overlapping=True)) for text in folded) / len(folded)
    ours = _best(rounds, lambda text: rules.judge("", text), texts)
    raw = _best(max(rounds // 3, 1), ignoring.findall, texts)
    low = _best(rounds, lowered.findall, folded)
    automaton = _best(rounds, lambda text: bare.find_matches_as_indexes(text, overlapping=True), folded)
    folding = _best(rounds, fold, texts)
    print(f"{len(texts)} texts of {SIZE} bytes, {len(terms)} terms in {len(rules.rulings)} rules")
    print(f"{hits:.0f} hits a text")
    for name, seconds in (
        ("judge: fold, find, rules, evidence", ours),
        ("  of it: fold", folding),
        ("re IGNORECASE on raw text", raw),
        ("re on folded text", low),
        ("bare automaton on folded text", automaton),
    ):
        print(f"  {name:36} {seconds / len(texts) * 1e6:8.1f} µs/text  x{seconds / ours:.2f}")
    held = raw / ours >= 15 and low / ours >= 4
    print(f"  beside re IGNORECASE {raw / ours:.1f} (floor 15), beside re {low / ours:.1f} (floor 4)")
    print(f"  the bare automaton is {automaton / ours:.0%} of it: {'held' if held else 'NOT HELD'}")
    return held


def _growth(texts: Sequence[str], terms: Sequence[str], few: Rules, rounds: int) -> bool:
    many = _rules([*terms, *(f"词{number}条{number * 7 % 9973}" for number in range(9_600))], 60)
    small = _best(rounds, lambda text: few.judge("", text), texts)
    large = _best(rounds, lambda text: many.judge("", text), texts)
    held = large / small <= 3
    print(f"400 -> 10,000 terms: {large / small:.2f} times (ceiling 3): {'held' if held else 'NOT HELD'}")
    return held


def _size(texts: Sequence[str], rules: Rules) -> bool:
    rates: list[float] = []
    for megabytes in (0.5, 1, 2, 5):
        text = ("".join(texts) * (int(megabytes * 1e6) // (SIZE * len(texts)) + 1)).encode()[
            : int(megabytes * 1e6)
        ]
        seconds = _best(1, lambda one: rules.judge("", one), [text.decode(errors="ignore")])
        rates.append(seconds / megabytes)
        print(f"  one text of {megabytes} MB: {seconds:.2f} s, {seconds / megabytes:.2f} s/MB")
    held = max(rates) <= 2 * min(rates)
    print(f"linear to 5 MB: {'held' if held else 'NOT HELD'}")
    return held


if __name__ == "__main__":
    sys.exit(main())
