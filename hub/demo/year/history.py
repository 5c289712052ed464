"""The year's history put together: who acts when, the worker's looks, and what is left open at its end."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from feeds.advisories.models import Release
from hub.demo.year import matters, parts
from hub.demo.year.applying import APPLICANTS, Applying
from hub.demo.year.joined import Joined, numbered
from hub.demo.year.living import Living
from hub.demo.year.matters import Plan
from hub.demo.year.passing_on import PassingOn
from hub.demo.year.reacting import Reacting
from hub.demo.year.scene import Scene
from hub.demo.year.staffing import OPENINGS, Staffing
from hub.demo.year.surveying import Surveying
from hub.demo.year.tools import Tools
from hub.demo.year.turning import Turning
from hub.demo.year.upkeep import Upkeep

FIRST_LOOK, LOOKS = timedelta(days=1), timedelta(days=7)  # of the worker's rounds
AFTER_RELEASE = (0, 5, 9, 13, 17, 30, 54)  # hours at which the worker looks after a release
LAST_DAYS, LEFT_OPEN, LAST_LOOK = timedelta(hours=30), timedelta(hours=20), timedelta(minutes=1)
TOKENS_RENEWED = 325  # days
MEMBERS = 12  # on the average, of those who come later


class History:
    """What happens in the year; whoever comes later has a number after `taken` bodies."""

    def __init__(self, scene: Scene, *, notices: int, taken: int, progress: Callable[[str], None]) -> None:
        self.scene, self.notices, self.progress = scene, notices, progress
        others = parts.further(scene.rng, after=taken, count=APPLICANTS + OPENINGS, members=MEMBERS)
        self.staffing = Staffing(scene=scene, unknown=others[APPLICANTS:], called=self._called)
        self.applying = Applying(scene=scene, parts=others[:APPLICANTS])

    def live(self, joined: Sequence[Joined], *, until: datetime) -> None:
        """Let the year pass for those who have joined, notice by notice."""
        scene, by_id = self.scene, numbered(joined)
        tools, passing_on = Tools(scene), PassingOn(scene=scene)
        tools.give(joined)
        scene.after(TOKENS_RENEWED, lambda: tools.renew(joined))
        passing_on.prepare(joined)
        self.reacting = Reacting(scene=scene, bodies=by_id, tools=tools, passing_on=passing_on)
        self.turning = Turning(scene, self._released)
        self.surveying = Surveying(scene=scene, bodies=by_id)
        self.living = Living(scene=scene, bodies=joined)
        self.upkeep = Upkeep(scene=scene, bodies=joined)
        for each in (self.staffing, self.applying, self.surveying, self.living, self.upkeep):
            each.plan()
        self._plan_notices(joined, until)
        self._plan_looks(until)
        scene.calendar.run(until=until)
        self.progress("some work waits for somebody")

    def _called(self, release_id: UUID, body_id: UUID) -> None:
        self.reacting.called(release_id, body_id)

    def _plan_notices(self, joined: Sequence[Joined], until: datetime) -> None:
        """Plan the notices, to the sectors of the bodies that stay, and two that are not released yet."""
        scene = self.scene
        served = [each.part.body.sector for each in joined[:-1]]
        *plans, self.drafted, self.waiting = matters.plans(
            scene.rng, notices=self.notices, served=served, begin=scene.today, end=until - scene.now
        )
        for plan in plans:
            self.turning.providing.plan(plan)

    def _plan_looks(self, until: datetime) -> None:
        scene = self.scene
        scene.work.begin()
        self._look(scene.now + FIRST_LOOK, until)
        scene.calendar.at(until - LAST_DAYS, scene.work.begin_last_days)
        scene.calendar.at(until - LEFT_OPEN, self._leave_open)
        scene.calendar.at(until - LAST_LOOK, scene.work.all)

    def _released(self, release: Release, plan: Plan) -> None:
        scene = self.scene
        for hours in AFTER_RELEASE:
            scene.calendar.at(scene.now + timedelta(hours=hours), scene.work.all)
        self.reacting.released(release, plan)
        self.progress(f"notice {plan.number + 1} of {self.notices}: {release.kind}")

    def _look(self, at: datetime, until: datetime) -> None:
        """Let the worker's rounds come again and again; what they ask for is answered."""
        since = self.scene.now

        def look() -> None:
            self.scene.work.all()
            self.surveying.answer(since)
            self._look(self.scene.now + LOOKS, until)

        if at < until:
            self.scene.calendar.at(at, look)

    def _leave_open(self) -> None:
        """Leave something to do for whoever tries the pages."""
        providing = self.turning.providing
        providing.draft(self.drafted)
        advisory_id = providing.draft(self.waiting)
        providing.consult(advisory_id, self.waiting)
        providing.submit(advisory_id)
        for each in (self.turning, self.staffing, self.applying, self.living, self.upkeep):
            each.leave_open()
