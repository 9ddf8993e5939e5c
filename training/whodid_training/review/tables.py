"""Figures and errors as pandas tables, written for reading: shares in percent, intervals in brackets."""

from __future__ import annotations

from collections.abc import Sequence

from whodid.render.segments import printable, spoken
from whodid_training.evaluation.evaluation import Evaluation, Labelled
from whodid_training.evaluation.figures import Measured
from whodid_training.evaluation.results import Results
from whodid_training.review.browser import ErrorBrowser
from whodid_training.review.errors import KINDS, ReviewError
from whodid_training.review.extra import missing_extra
from whodid_training.review.items import Item

try:
    import pandas as pd
except ModuleNotFoundError as error:
    raise missing_extra("tables", error) from error

__all__ = ["error_counts", "error_table", "headline_table", "label_table"]


def headline_table(results: Results) -> pd.DataFrame:
    """List every headline figure of the model and its baselines, with 95 % intervals.

    Errors of probabilities and areas, of which 0 is best, are not in percent. A dash: it does not apply to a system.
    """
    rows = [
        {
            "about": measured.figure.group,
            "figure": measured.figure.label,
            **{one.system.name: _figure(one, measured.figure.name) for one in results.systems},
            "items": measured.support,
        }
        for measured in results.main.figures
    ]
    return pd.DataFrame(rows).set_index(["about", "figure"])


def label_table(rows: Sequence[Labelled]) -> pd.DataFrame:
    """List precision, recall and F1 of every label in percent, with the counts behind them."""
    return pd.DataFrame(
        {
            "label": [spoken(row.label) for row in rows],
            "precision": [_percent(row.prf.precision, row.prf.n_predicted) for row in rows],
            "recall": [_percent(row.prf.recall, row.prf.n_gold) for row in rows],
            "F1 [95 % interval]": [_f1(row) for row in rows],
            "right": [round(row.prf.right) for row in rows],
            "predicted": [row.prf.n_predicted for row in rows],
            "gold": [row.prf.n_gold for row in rows],
        }
    ).set_index("label")


def error_counts(browser: ErrorBrowser) -> pd.DataFrame:
    """Count errors by kind and by what they are about, with what each kind means."""
    columns = ("event", "participant")
    rows = [
        {
            "kind": kind,
            **{f"{what}s": sum((e.kind, e.what) == (kind, what) for e in browser.errors) for what in columns},
            "what it is": meaning,
        }
        for kind, meaning in KINDS.items()
    ]
    return pd.DataFrame(rows).set_index("kind")


def error_table(browser: ErrorBrowser) -> pd.DataFrame:
    """List the errors that a browser looks at, one a row, to read or to export with `write_csv`.

    `start` and `end` are character offsets into the article, of the first place concerned; -1 where there is none.
    """
    columns = ("article", "kind", "about", "gold", "model", "start", "end", "in the text")
    texts = {one.article.id: one.article.text for one in browser.articles}
    return pd.DataFrame([_error_row(e, texts[e.article_id]) for e in browser.errors], columns=list(columns))


def _figure(evaluation: Evaluation, name: str) -> str:
    return _with_interval(evaluation.figure(name)) if evaluation.has(name) else "–"


def _error_row(error: ReviewError, text: str) -> dict[str, object]:
    start, end = error.places[0] if error.places else (-1, -1)
    return {
        "article": error.article_id,
        "kind": error.kind,
        "about": "event" if error.what == "event" else spoken(error.label),
        "gold": "; ".join(_called(item, error) for item in error.gold),
        "model": "; ".join(_called(item, error) for item in error.predicted),
        "start": start,
        "end": end,
        "in the text": _around(text, start, end) if error.places else "",
    }


def _called(item: Item, error: ReviewError) -> str:
    """Name an item; a participant on the wrong event with the events it is on."""
    on = item.what == "participant" and error.kind == "wrong type"
    return f"{item.text} (in {', '.join(map(spoken, item.types))})" if on else item.text


def _around(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - 30) : start], text[end : end + 30]
    return printable(" ".join(f"…{before}[{text[start:end]}]{after}…".split()))


def _with_interval(measured: Measured) -> str:
    figure, interval = measured.figure, measured.interval
    return f"{figure.shown(interval.estimate)} [{figure.shown(interval.low)}, {figure.shown(interval.high)}]"


def _f1(row: Labelled) -> str:
    if not row.prf.n_gold + row.prf.n_predicted:
        return "–"
    return f"{100 * row.f1.estimate:.1f} [{100 * row.f1.low:.1f}, {100 * row.f1.high:.1f}]"


def _percent(share: float, of: int) -> str:
    return f"{100 * share:.1f}" if of else "–"
