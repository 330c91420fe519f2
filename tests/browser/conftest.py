"""Real Chromium on the running product. Screenshots go to docs/images when BEIJIANG_SCREENSHOTS names a folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import product as products
from tests.journeys.conftest import pytest_collection_modifyitems  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=swiftshader",
    "--enable-unsafe-swiftshader",
]


@pytest.fixture(scope="session")
def product() -> products.Product:
    """The running product."""
    return products.running()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One headless Chromium."""
    path = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, product: products.Product) -> Iterator[Callable[..., Any]]:
    """`visit("zhang.wei", language="en", theme="dark", width=390)` gives a signed-in page that fails on script errors."""
    contexts, errors = [], []

    def opened(username: str = "", *, language: str = "zh-CN", theme: str = "light", width: int = 1366, height: int = 860) -> Any:
        context = chromium.new_context(
            base_url=product.base,
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme=theme,
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" and "Content Security" in m.text else None)
        page.goto("/accounts/login/")
        if username:
            page.fill("input[name=login]", username)
            page.fill("input[name=password]", products.PASSWORD)
            page.locator("main form button").last.click()
            page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def shoot() -> Callable[[Any, str], None]:
    """Take a screenshot by name, into the folder named by BEIJIANG_SCREENSHOTS (nowhere without it)."""
    folder = os.environ.get("BEIJIANG_SCREENSHOTS")

    def take(page: Any, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"))

    return take


@pytest.fixture
def axe() -> Callable[[Any], None]:
    """Fail on any WCAG 2.2 A or AA violation that axe finds."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Any) -> None:
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).response["violations"]
        assert not found, [(v["id"], [n["target"] for n in v["nodes"][:3]]) for v in found]

    return check
