"""What people write into a scheme, held against the one rule for texts (data/entered_text.py)."""

from data.entered_text import problem_of
from metrics.scheme.scheme import Scheme


def text_problems(scheme: Scheme) -> list[str]:
    """A sentence for each text of the scheme that must not stand in a paper."""
    texts = [
        ("方案名称", scheme.title),
        ("依据", scheme.source),
        *(("等次名称", grade.name) for grade in scheme.grades),
        *(("加减分事由", reason.title) for reason in scheme.ledger.reasons),
    ]
    return [problem for what, text in texts if (problem := problem_of(text, what))]
