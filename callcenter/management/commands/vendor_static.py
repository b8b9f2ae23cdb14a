"""``manage.py vendor_static``: the parts of the front-end packages that we serve ourselves.

npm puts whole packages into ``node_modules/``; this copies what pages use to ``static/vendor/``.
"""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# From node_modules/ to static/vendor/; folders are copied whole.
COPIED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js": "idiomorph-ext.min.js",
    "chart.js/dist/chart.umd.min.js": "chart.umd.min.js",
    "turndown/dist/turndown.js": "turndown.js",
    "turndown/LICENSE": "licences/turndown.txt",
    "chart.js/LICENSE.md": "licences/chart.js.md",
    "lucide-static/LICENSE": "licences/lucide.txt",
    "@fontsource-variable/noto-sans-sc/LICENSE": "noto-sans-sc/LICENSE",
    "@fontsource-variable/noto-sans-jp/LICENSE": "noto-sans-jp/LICENSE",
    "pretendard/dist/public/static/Pretendard-Regular.otf": "pretendard/print/Regular.otf",
    "pretendard/dist/public/static/Pretendard-Bold.otf": "pretendard/print/Bold.otf",
    "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css": "pretendard/index.css",
    "pretendard/dist/web/variable/woff2-dynamic-subset": "pretendard/woff2-dynamic-subset",
    "@fontsource-variable/noto-sans-sc/index.css": "noto-sans-sc/index.css",
    "@fontsource-variable/noto-sans-sc/files": "noto-sans-sc/files",
    "@fontsource-variable/noto-sans-jp/index.css": "noto-sans-jp/index.css",
    "@fontsource-variable/noto-sans-jp/files": "noto-sans-jp/files",
}
ICONS = [
    *("bell", "book-open", "building-2", "calendar", "calendar-clock", "chart-column", "check"),
    *("chevron-down", "chevron-left", "chevron-right", "circle-help", "clock", "coffee", "copy"),
    *("download", "globe", "info", "keyboard", "layout-dashboard", "link", "list", "log-out"),
    *("mail", "map-pin", "message-square", "monitor", "moon", "octagon-alert", "pause", "phone"),
    *("phone-incoming", "phone-off", "pin", "play", "plus", "printer", "rotate-ccw", "search"),
    *("archive", "bold", "file-text", "heading-2", "history", "languages", "paperclip", "pencil"),
    *("table", "undo-2", "upload", "heart-handshake", "siren", "eye"),
    *("send", "star", "sun", "triangle-alert", "type", "user", "users", "x"),
]


def vendor(packages: Path, target: Path) -> None:
    """Copy from ``packages`` to a new ``target``. FileNotFoundError if a package is missing."""
    shutil.rmtree(target, ignore_errors=True)
    for source, name in COPIED.items():
        _copy(packages / source, target / name)
    (target / "icons.svg").write_text(_sprite(packages / "lucide-static" / "icons"))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        # The dynamic subsets only; the same fonts as older woff are not served.
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.woff"))
    elif source.suffix == ".js":
        # Not the way to a source map we do not serve: collecting static files would refuse it.
        lines = source.read_text().splitlines(keepends=True)
        target.write_text("".join(line for line in lines if "sourceMappingURL=" not in line))
    else:
        shutil.copyfile(source, target)


def _sprite(icons: Path) -> str:
    symbols = [_symbol((icons / f"{name}.svg").read_text(), name) for name in ICONS]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _symbol(svg: str, name: str) -> str:
    shapes = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(shapes.split())}</symbol>'


class Command(BaseCommand):
    help = "Copy what pages use of the front-end packages into static/vendor/."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            vendor(settings.BASE_DIR / "node_modules", settings.BASE_DIR / "static/vendor")
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is missing. Run: make install") from error
        self.stdout.write("Front-end packages copied.")
