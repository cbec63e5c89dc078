"""The acts of a period by name, with what stands on their keys.

Imports nothing: the parser of the command line names them in its help. What each needs stands in
metrics/assessment/transitions.py.
"""

from collections.abc import Mapping
from typing import Literal

Act = Literal[
    "cut", "run", "recut", "check", "publish", "hear", "freeze", "announce", "correct", "revise"
]  # fmt: skip
LABELS: Mapping[Act, str] = {
    "cut": "截止数据",
    "run": "一键考核",
    "recut": "重新截止并计算",
    "check": "通过初核",
    "publish": "公示",
    "hear": "转入申诉复核",
    "freeze": "定稿",
    "announce": "通报",
    "correct": "提出更正",
    "revise": "批准更正",
}
