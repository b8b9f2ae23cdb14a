"""``python -m tests.browser_install``: see to it that the tests find a Chromium and gettext."""

import os
import shutil
import subprocess
import sys

PACKAGES = ["chromium", "chromium-driver", "fonts-noto-cjk", "gettext"]
NAMES = ["chromium", "chromium-browser", "google-chrome"]


def chromium() -> str | None:
    """The path of a Chromium on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    if chromium() and shutil.which("xgettext"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
        return
    sys.stderr.write(
        "No Chromium or no gettext: tests that need them are skipped. Install the packages "
        f"{', '.join(PACKAGES)} (Debian's names) to run them.\n"
    )


if __name__ == "__main__":
    main()
