import pytest
from bench_fakes import pool_of, two_jobs

from l0edu.bench import processes
from l0edu.bench.cases import Case, Job
from l0edu.bench.rounds import Effort, Measurement, Spread, measure, measure_all


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(processes, "PAUSE", 0)


def measured(case, effort=None):
    workers = []
    with pool_of(workers) as pool:
        result = measure(case, pool, effort or Effort(rounds=4))
    return result, {worker.side: worker.requests for worker in workers}


def test_jobs_take_turns_forwards_and_backwards():
    order = []
    case = Case("step/a", {label: Job("ours", label) for label in ("x", "y", "z")}, count=1)
    with pool_of([]) as pool:
        pool.ask = lambda name, job, *_: order.append(job.task) or {"value": 1.0}
        measure(case, pool, Effort(rounds=3))
    assert "".join(order) == "xyz" + "zyx" + "xyz"


def test_both_libraries_repeat_equally_often_what_the_slower_one_does_in_time():
    result, requests = measured(Case("step/a", two_jobs(), seconds=0.1), Effort(rounds=2, length=0.5))
    assert result.count == 12  # 50 ms / 4.08 ms
    for library in requests:
        assert [request["count"] for request in requests[library]] == [1, 3, 12, 12]


@pytest.mark.parametrize(("case", "count"), [({"most": 5}, 5), ({"seconds": 0.0}, 1), ({"count": 7}, 7)])
def test_the_count_stays_within_its_bounds(case, count):
    assert measured(Case("step/a", two_jobs(), **case))[0].count == count


def test_the_warm_up_is_not_among_the_values():
    result, requests = measured(Case("step/a", two_jobs()))
    assert len(requests["ours"]) == 2 + 4
    assert result.values["ours"] == pytest.approx([2.06, 2.08, 2.10, 2.12])


def test_a_case_may_want_fewer_rounds():
    assert len(measured(Case("training/a", two_jobs(), rounds=3))[0].values["torch"]) == 3


def test_ratios_are_those_of_the_same_round_and_of_every_pair_in_order():
    case = Case("inference/a", {label: Job("ours", "t") for label in ("compacted", "dense", "torch")})
    values = {"compacted": [1.0, 2.0], "dense": [2.0, 8.0], "torch": [4.0, 4.0]}
    ratios = Measurement(case, 1, values, {}).ratios()
    assert ratios == {
        "compacted/dense": [0.5, 0.25],
        "compacted/torch": [0.25, 0.5],
        "dense/torch": [0.5, 2.0],
    }


def test_the_spread_is_median_and_quartiles():
    assert Spread.of([5.0, 1.0, 2.0, 4.0, 3.0]) == Spread(3.0, 2.0, 4.0)
    assert Spread.of([7.0]) == Spread(7.0, 7.0, 7.0)


def test_measuring_all_shows_its_progress():
    seen = []
    cases = [Case(f"step/{name}", two_jobs(), count=1) for name in "ab"]
    with pool_of([]) as pool:
        results = list(measure_all(cases, pool, Effort(1), lambda given: (seen.extend(given), given)[1]))
    assert seen == cases
    assert [result.case for result in results] == cases
