pytest_plugins = ["tests.people", "tests.center"]
