"""The gate microscope in a browser, as a reader uses it; and the numbers that it must show."""

from contextlib import contextmanager

import numpy as np
from chromium import watched

from l0edu import HardConcrete, value_and_grad
from l0edu.pages.microscope_page import microscope

PAPERS = {"log_alpha": 0.0, "beta": 2 / 3, "gamma": -0.1, "zeta": 1.1, "u": 0.3}


def written(folder):
    """The address of the page, written into a folder."""
    path = folder / "microscope.html"
    path.write_text(microscope(), encoding="utf-8")
    return path.as_uri()


@contextmanager
def opened(browser, address, **settings):
    with watched(browser, address, **settings) as page:
        settle(page)
        yield page


def settle(page):
    """Wait for the next two frames: then all that changed is drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def shown(page):
    """The numbers on the page, with all of their digits."""
    settle(page)
    cells = "[...document.querySelectorAll('td[id]')].map(cell => [cell.id.slice(2), +cell.dataset.value])"
    return dict(page.evaluate(cells))


def state(page):
    """What the page's scripts hold."""
    return page.evaluate("({...state})")


def expected(state):
    """The numbers that belong to a state, by the library."""
    law = HardConcrete(state["beta"], state["gamma"], state["zeta"])
    at, u = np.array(float(state["log_alpha"])), np.array(state["u"])
    numbers = {
        "u": state["u"],
        "s": law.binary_concrete.sample(at, u),
        "s_bar": law.sample_stretched(at, u),
        "z": law.sample(at, u),
        "slope": value_and_grad(law.sample)(at, u)[1],
        "prob_zero": law.prob_zero(at),
        "prob_one": law.prob_one(at),
        "prob_open": law.prob_open(at),
        "open_slope": value_and_grad(law.prob_open)(at)[1],
        "mean": law.mean(at),
        "median": law.quantile(at, np.array(0.5)).clip(0, 1),
        "test_value": law.test_value(at),
    }
    return {name: float(number) for name, number in numbers.items()}


def assert_true(page, **numbers):
    """Whether the state holds these numbers, and the page shows what follows from it."""
    now = state(page)
    assert {name: now[name] for name in numbers} == numbers
    seen, truth = shown(page), expected(now)
    assert seen.keys() == truth.keys()
    for name, number in truth.items():
        np.testing.assert_allclose(seen[name], number, rtol=1e-12, atol=1e-12, err_msg=name)
