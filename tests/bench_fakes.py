"""Workers that measure nothing, and records of what they say."""

from l0edu.bench.cases import Job, all_cases
from l0edu.bench.processes import Pool
from l0edu.bench.record import Conditions, make_record
from l0edu.bench.rounds import Effort, measure_all

LIBRARIES = {
    "ours": {"l0edu": "0.1.0", "blas": {"kernel": "Zen", "threads": 2}},
    "torch": {"torch": "2.13.0"},
}


class FakeWorker:
    """Takes 2 ms at first and a little longer each time; torch takes twice as long."""

    def __init__(self, side, threads):
        self.side, self.threads = side, threads
        self.requests, self.closed = [], False

    def ask(self, request):
        self.requests.append(request)
        value = (2 if self.side == "ours" else 4) * (1 + 0.01 * len(self.requests))
        return {"value": value, "notes": LIBRARIES[self.side] if request["task"] == "environment" else {}}

    def close(self):
        self.closed = True


def pool_of(workers):
    """A pool that puts the fake workers it starts into a list."""

    def start(library, threads):
        workers.append(FakeWorker(library, threads))
        return workers[-1]

    return Pool(2, start)


def two_jobs():
    return {library: Job(library, "step", {"network": "mlp"}) for library in ("ours", "torch")}


def fake_record(quick=False, threads=2, cases=None):
    conditions = Conditions(quick, threads, Effort(rounds=4))
    with pool_of([]) as pool:
        cases = all_cases(quick) if cases is None else cases
        return make_record(measure_all(cases, pool, conditions.effort), conditions, LIBRARIES)
