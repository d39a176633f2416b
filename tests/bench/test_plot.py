import numpy as np
import pytest
from bench_fakes import fake_record

from l0edu import InputError
from l0edu.bench import processes
from l0edu.bench.cases import all_cases, select_cases
from l0edu.bench.plot import bench_figure, save_plot


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(processes, "PAUSE", 0)


def record_of(*names, torch=True):
    return fake_record(cases=select_cases(all_cases(), names, torch))


def axes_of(record):
    return [ax for part in bench_figure(record).subfigs for ax in part.axes]


def test_dots_stand_at_the_medians_beside_a_line_at_1():
    record = record_of("step")
    (ax,) = axes_of(record)
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "_dot"]
    assert dots == [case["ratios"]["ours/torch"]["median"] for case in record["cases"].values()]
    assert [1, 1] in [list(line.get_xdata()) for line in ax.lines]
    labels = [text.get_text() for text in ax.get_yticklabels()]
    assert labels[0] == "MLP initial"
    assert labels[-1] == "WRN-16-1 half closed on activations"


def test_growth_has_a_line_for_each_network_and_library():
    record = record_of("growth")
    titles = {ax.get_xlabel(): ax for ax in axes_of(record)}
    assert len(titles) == 3
    closed = titles["share of the gates that is closed"]
    lines = {line.get_label(): line for line in closed.lines}
    assert set(lines) == {"MLP, l0edu", "MLP, torch", "LeNet-5, l0edu", "LeNet-5, torch"}
    np.testing.assert_array_equal(lines["MLP, l0edu"].get_xdata(), [0, 0.25, 0.5, 0.75, 0.9])


@pytest.mark.parametrize(
    ("names", "torch", "panels"),
    [([], True, 5), (["step", "inference"], True, 2), (["growth/width"], False, 1)],
)
def test_panels_without_numbers_are_left_out(names, torch, panels):
    assert len(axes_of(record_of(*names, torch=torch))) == panels


def test_nothing_to_draw_is_said_and_no_file_is_written(tmp_path):
    record = record_of("ops", "memory")
    with pytest.raises(InputError, match="no ratio and no growth to draw"):
        bench_figure(record)
    assert save_plot(record, tmp_path / "b.png") is None
    assert not (tmp_path / "b.png").exists()


def test_the_picture_is_written_with_its_alternative_text(tmp_path):
    record = record_of("step")
    path = save_plot(record, tmp_path / "b.png")
    assert b"MLP 266-88-33: ours/torch 0.50" in path.read_bytes()
