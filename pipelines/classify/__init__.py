"""Says what a text is about and why: `load_rules(["builtin"]).judge(title, text)`.

fold ─▶ engine (one automaton) ─▶ reading (hits by set) ─▶ nodes (spans) ─▶ judging ─▶ Verdict
language, words, compile: from YAML to nodes, once · layout, country: what the hits stand in
"""

from pipelines.classify.explain import Explanation, Failure
from pipelines.classify.loading import BUILTIN, load_rules, reload
from pipelines.classify.rules import Rules

__all__ = ["BUILTIN", "Explanation", "Failure", "Rules", "load_rules", "reload"]
