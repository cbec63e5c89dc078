"""A PostgreSQL source as a channel: a pull at each step, once a night the comparison of keys."""

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from data.channels.postgres_comparison import compare_keys
from data.channels.postgres_pull import pull
from data.channels.postgres_reading import PostgresSource
from data.channels.postgres_watermark import Watermark
from data.channels.state import ChannelStep, now, read_states
from data.config import PostgresForm
from data.intake.loading import Loader
from data.intake.mapping import load_mapping
from data.rights import PROGRAM, Actor


class PostgresChannel:
    """Continues from the watermark that the channel's state keeps; without one it reads all."""

    kind = "postgres"

    def __init__(
        self, form: PostgresForm, loader: Loader, store: Path, clock: Callable[[], datetime] = now
    ) -> None:
        self.form, self.loader, self.clock = form, loader, clock
        self.name, self.every_seconds = form.name, form.every_seconds
        self.actor = Actor(f"postgres-{form.name}", PROGRAM)
        kept = [state.watermark for state in read_states(store) if state.name == form.name]
        self.watermark = Watermark.of(kept[0]) if kept else None
        self.compared_on = clock().date()  # the first comparison is that of the coming night

    def step(self) -> ChannelStep:
        at = self.clock()
        deleted = self._compare(at)
        pulled = pull(self._source(), self.loader, self.actor, at.date(), self.watermark)
        self.watermark = pulled.watermark
        report = pulled.report
        return ChannelStep(
            accepted=report.added + report.corrected + deleted,
            rejected=report.rejected,
            watermark=asdict(pulled.watermark),
        )

    def _compare(self, at: datetime) -> int:
        """Once a day from `compare_at` on; then all is read again, so that nothing stays missed."""
        due = self.form.compare_at
        if not due or at.date() <= self.compared_on or f"{at:%H:%M}" < due:
            return 0
        deleted = compare_keys(self._source(), self.loader, self.actor, at.date())
        self.compared_on, self.watermark = at.date(), None
        return deleted

    def _source(self) -> PostgresSource:
        form = self.form
        return PostgresSource(
            name=form.name,
            dsn=os.environ.get(form.dsn_env, ""),
            kind=form.kind,
            table_or_query=form.table or form.query or "",
            mapping=load_mapping(form.mapping) if form.mapping else None,
            key=form.key,
            watermark=form.watermark,
            overlap=form.overlap_seconds,
            sweep_seconds=form.sweep_seconds,
        )
