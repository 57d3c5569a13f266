"""Measures the rules on labelled texts: `make quality CORPUS=FILE [STREAM=FILE]`.

CORPUS is JSON Lines with id, title, text, label (1 or 0), confidence (sure or borderline), lang, topic and
why; STREAM is JSON Lines (gzip by its name) of ordinary news without labels. Prints recall, precision
and F1 by language, topic and confidence, every miss and every false hit with its reason, and every
alert of the stream for reading. Exits with 5 if the floors are not held. Changes nothing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.classify import BUILTIN, Rules, load_rules
from pipelines.match import Verdict

Row = dict[str, Any]


def main() -> int:
    """Run the measurement on the files named on the command line."""
    parser = argparse.ArgumentParser(description="Measure the rules on labelled texts.")
    parser.add_argument("corpus", type=Path, help="labelled texts, JSON Lines")
    parser.add_argument("stream", type=Path, nargs="?", help="ordinary news, JSON Lines, .gz or not")
    parser.add_argument(
        "--rules", action="append", default=[], help="more rule files, after the shipped ones"
    )
    parser.add_argument("--brief", action="store_true", help="the table only")
    options = parser.parse_args()
    rules = load_rules([BUILTIN, *options.rules])
    rows = list(_rows(options.corpus))
    verdicts = [_judge(rules, row) for row in rows]
    pairs = list(zip(rows, verdicts, strict=True))
    held = _table(pairs)
    if not options.brief:
        _misses(pairs, rules)
        _false_hits(pairs)
    if options.stream:
        held &= _stream(rules, options.stream, brief=options.brief)
    return 0 if held else 5


def _rows(path: Path) -> Iterator[Row]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        for line in file:
            yield json.loads(line)


def _judge(rules: Rules, row: Row) -> Verdict:
    return rules.judge(row["title"], row["text"], tier=row.get("tier") or "press", lang=row.get("lang") or "")


def _table(pairs: list[tuple[Row, Verdict]]) -> bool:
    """Print one line per group of texts; true if the floors of the project are held."""
    head = f"{'n':>4} {'pos':>4} {'hit':>4} {'miss':>4} {'false':>5} {'recall':>7} {'prec.':>7} {'F1':>6}"
    print(f"{'texts':34} {head}")
    sure = [pair for pair in pairs if pair[0]["confidence"] == "sure"]
    everything = _line("all", pairs)
    on_sure = _line("sure", sure)
    _line("borderline", [pair for pair in pairs if pair[0]["confidence"] != "sure"])
    by_language = [
        _line(f"sure {lang}", [pair for pair in sure if pair[0]["lang"] == lang])
        for lang in sorted({row["lang"] for row, _ in pairs})
    ]
    for topic in sorted({row["topic"] for row, _ in pairs}):
        _line(f"topic {topic}", [pair for pair in pairs if pair[0]["topic"] == topic])
    held = everything[0] >= 0.90 and on_sure[1] >= 0.92 and on_sure[2] <= 1
    return held and all(recall >= 0.90 for recall, _, _ in by_language)


def _line(name: str, pairs: list[tuple[Row, Verdict]]) -> tuple[float, float, int]:
    hit = sum(bool(row["label"]) and verdict.matched for row, verdict in pairs)
    miss = sum(bool(row["label"]) and not verdict.matched for row, verdict in pairs)
    false = sum(not row["label"] and verdict.matched for row, verdict in pairs)
    recall = hit / (hit + miss) if hit + miss else 1.0
    precision = hit / (hit + false) if hit + false else 1.0
    f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    show = f"{recall:7.3f} {precision:7.3f} {f1:6.3f}" if hit + miss else f"{'-':>7} {'-':>7} {'-':>6}"
    print(f"{name:34} {len(pairs):4} {hit + miss:4} {hit:4} {miss:4} {false:5} {show}")
    return recall, precision, miss


def _misses(pairs: list[tuple[Row, Verdict]], rules: Rules) -> None:
    _head("misses", pairs, lambda row, verdict: bool(row["label"]) and not verdict.matched)
    for row, verdict in pairs:
        if row["label"] and not verdict.matched:
            print(_shown(row))
            for one in rules.explain(row["title"], row["text"], lang=row["lang"])[:2]:
                print(f"      {one.rule}: {one.lacked}")


def _false_hits(pairs: list[tuple[Row, Verdict]]) -> None:
    _head("false hits", pairs, lambda row, verdict: not row["label"] and verdict.matched)
    for row, verdict in pairs:
        if not row["label"] and verdict.matched:
            print(_shown(row))
            _reasons(verdict)


def _shown(row: Row) -> str:
    kind = f"{row['confidence']} {row['lang']} {row['topic']}"
    return f"  {row['id']} {kind} | {row['title'][:60]} | {row['why']}"


def _head(name: str, pairs: list[tuple[Row, Verdict]], wanted: Callable[[Row, Verdict], bool]) -> None:
    counts: dict[str, int] = defaultdict(int)
    for row, verdict in pairs:
        counts[row["confidence"]] += wanted(row, verdict)
    print(f"\n{name}: " + ", ".join(f"{count} {confidence}" for confidence, count in sorted(counts.items())))


def _reasons(verdict: Verdict) -> None:
    for match in verdict.told:
        print(f"      {match.severity} {match.score} {match.rule} [{match.topic}] {match.why[:200]}")


def _stream(rules: Rules, path: Path, *, brief: bool) -> bool:
    count = 0
    alerts: list[tuple[Row, Verdict]] = []
    for row in _rows(path):
        count += 1
        verdict = _judge(rules, row)
        if verdict.matched:
            alerts.append((row, verdict))
    rate = 10_000 * len(alerts) / count if count else 0.0
    print(f"\nstream: {len(alerts)} alerts in {count} items, {rate:.1f} per 10,000")
    for row, verdict in [] if brief else alerts:
        print(f"  {row['id']} | {row['title'][:90]}")
        _reasons(verdict)
    return rate <= 5


if __name__ == "__main__":
    sys.exit(main())
