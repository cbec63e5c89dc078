"""周例会: the sentences that head its slides, where no page has one already."""

from collections.abc import Sequence

from metrics.analysis.compare import Comparison
from metrics.documents.changes import IndicatorChange, change_sentence, of_way
from metrics.documents.gaps import IndicatorAdvice, outlook
from metrics.documents.material import Material
from metrics.figures import words
from metrics.scoring.rank import Assessment
from metrics.wording.alerts import Finding
from metrics.wording.compare_words import value_in_words, verdict_in_words


def moves_sentence(lines: Sequence[Assessment]) -> str:
    """3 个所进位、2 个所退位、9 个所持平."""
    moves = [
        line.previous_rank - line.rank
        for line in lines
        if line.rank is not None and line.previous_rank is not None
    ]
    if not moves:
        is_ranked = any(line.rank is not None for line in lines)
        return "上一完整期间没有名次，看不出进退位" if is_ranked else "本期不排名，没有进退位"
    up, down = sum(move > 0 for move in moves), sum(move < 0 for move in moves)
    counts = (("进位", up), ("退位", down), ("持平", len(moves) - up - down))
    return f"与上一完整期间相比，{'、'.join(f'{n} 个所{word}' for word, n in counts if n)}"


def count_sentence(c: Comparison) -> str:
    """走访群众 5,012 人次，较去年同期…，升幅超出随机波动."""
    title = f"{c.now.period.title}{c.indicator.title}"
    if c.now.exact is None:
        return f"{title}没有可计的数据"
    test = "" if c.verdict == "none" else f"，{verdict_in_words(c)}"
    return f"{title} {value_in_words(c, c.now)}，{change_sentence(c)}{test}"


def changes_sentence(changes: Sequence[IndicatorChange]) -> str:
    """12 项上升、9 项下降、3 项持平；超出随机波动的有 …"""
    if not changes:
        return "没有可以比较的项目"
    ways = (("上升", "up"), ("下降", "down"), ("持平", "level"), ("无可比数据", "none"))
    counted = [(word, len([c for c in changes if c.way == way])) for word, way in ways]
    counts = "、".join(f"{n} 项{word}" for word, n in counted if n)
    moved = [*of_way(changes, "up"), *of_way(changes, "down")]
    real = [c.whole.indicator.title for c in moved if c.whole.is_real]
    if not any(c.whole.test for c in changes):
        return f"与去年同期相比，{counts}；没有可以检验的变化"
    last = f"超出随机波动的有{words.listed(real)}" if real else "均没有超出随机波动"
    return f"与去年同期相比，{counts}；{last}"


def attention_sentence(findings: Sequence[Finding]) -> str:
    if not findings:
        return "本期没有达到提示条件的事项"
    return f"需关注 {len(findings)} 项：{findings[0].sentence}"


def advice_headline(material: Material, advised: Sequence[IndicatorAdvice]) -> str:
    if not advised:
        return "各项指标没有可以按件补齐的差距，建议保持现有做法，防止回落"
    first = advised[0].whole
    lacks = "超出" if first.is_excess else "尚差"
    text = f"首要是{first.contribution.title}，距目标{lacks} {words.plain(first.missing)} 件（次）"
    return f"{text}；{outlook(advised, material.score().score)}".rstrip("。；")
