"""What tests of the joining procedure start from: the shipped sectors, an applicant, staff."""

import pytest

from hub.accounts.models import Account, Role
from hub.core.instance import Instance
from tests.support.applications import make_person


@pytest.fixture
def applicant(instance: Instance) -> Account:
    return make_person(instance, Role.APPLICANT)


@pytest.fixture
def reviewer(instance: Instance) -> Account:
    return make_person(instance, Role.REVIEWER)


@pytest.fixture
def coordinator(instance: Instance) -> Account:
    return make_person(instance, Role.COORDINATOR)
