import pytest

pytest_plugins = ["tests.people", "tests.center"]


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test():
    from reports import floor, surges

    for kept in (floor.FLOOR, floor.NUMBERS, surges.SURGES):
        kept.forget()
