"""The kinds of entries of the log: nothing else is ever written.

The sentence of each, as records of what was done show it: metrics/wording/log_sentences.py.
"""

from enum import StrEnum


class LogKind(StrEnum):
    """What an entry records. The value is what stands in the journal."""

    # the way of a period: metrics/assessment/transitions.py
    PERIOD_CUT = "period-cut"
    PERIOD_RUN = "period-run"
    PERIOD_CHECKED = "period-checked"
    PERIOD_PUBLISHED = "period-published"
    PERIOD_HEARING = "period-hearing"
    PERIOD_FROZEN = "period-frozen"
    PERIOD_ANNOUNCED = "period-announced"
    REVISION_PROPOSED = "revision-proposed"
    PERIOD_REVISION = "period-revision"
    # 申诉: metrics/assessment/appeals.py
    APPEAL_FILED = "appeal-filed"
    APPEAL_REVIEWED = "appeal-reviewed"
    # 台账: metrics/scoring/ledger.py
    LEDGER_PROPOSED = "ledger-proposed"
    LEDGER_APPROVED = "ledger-approved"
    LEDGER_DECLINED = "ledger-declined"
    # 异常线索: data/decisions/verdicts.py
    FLAG_PROPOSED = "flag-proposed"
    FLAG_VERDICT = "flag-verdict"
    FLAG_RETURNED = "flag-returned"
    # 待核版本: data/decisions/pending_versions.py
    VERSION_CONFIRMED = "version-confirmed"
    VERSION_REFUSED = "version-refused"
    # 抽查: data/decisions/spot_checks.py
    SPOT_SAMPLE = "spot-sample"
    SPOT_VOID = "spot-void"
    # 考核方案: metrics/scheme/log.py
    SCHEME_DRAFTED = "scheme-draft"
    SCHEME_PROPOSED = "scheme-proposed"
    SCHEME_PUBLISHED = "scheme-published"
    SCHEME_DECLINED = "scheme-declined"
    # 例会: data/decisions/meeting.py
    MEETING_DECISION = "meeting-decision"
    DECISION_STATE = "decision-state"
    NOTICE = "notice"
    NOTICE_TAKEN_DOWN = "notice-taken-down"
