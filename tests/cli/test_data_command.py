import pytest
from cifar_sets import cifar10, write

from l0edu.cli import main


def test_data_list_says_which_cifar_is_found_and_that_it_is_not_the_published_one(capsys, tmp_path):
    write(cifar10((4,), 2), tmp_path)
    assert main(["data", "list", "--data-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert f"data cifar10: 4 + 2 images in {tmp_path}: {tmp_path}: not the published CIFAR-10" in printed.out
    assert "data cifar100: " in printed.out
    assert printed.err == ""


@pytest.mark.parametrize(("name", "network"), [("cifar100", "wrn-16-4"), ("fashion-mnist", "mlp")])
def test_data_fetch_says_how_to_train_on_the_set(capsys, tmp_path, monkeypatch, name, network):
    monkeypatch.setattr("l0edu.cli.data.fetch", lambda name, folder: folder / name)
    assert main(["data", "fetch", name, "--data-dir", str(tmp_path)]) == 0
    assert f"l0edu train {network} --data {name} --data-dir {tmp_path / name}" in capsys.readouterr().out


def test_data_fetch_takes_published_sets_only(capsys):
    assert main(["data", "fetch", "cifar100-coarse"]) == 2
    assert "'mnist', 'fashion-mnist', 'cifar10', 'cifar100'" in capsys.readouterr().err
