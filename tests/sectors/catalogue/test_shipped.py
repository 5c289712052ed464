from datetime import date

from hub.core.instance import Instance
from sectors.catalogue import queries
from sectors.catalogue.shipped import ship
from tests.support.applications import NOW


def test_fourteen_sectors_are_shipped_once(instance: Instance) -> None:
    with instance.db.transaction() as session:
        ship(session, now=NOW)
        found = queries.sectors_on(session, date(2026, 11, 20))
    assert len(found) == 14
    assert found[5].code == "electricity"
    assert {sector.guideline for sector in found} == {"P ガイドライン (2017-05)"}


def test_no_sector_holds_before_the_guideline(instance: Instance) -> None:
    with instance.db.transaction() as session:
        ship(session, now=NOW)
    with instance.db.reading() as session:
        assert queries.sectors_on(session, date(2017, 4, 30)) == []
