import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlretrieve

import numpy as np
import pytest

from l0edu.data import fetch, load_folder, write_idx
from l0edu.data.registry import ARCHIVES, FILE_NAMES, KNOWN, MIRRORS
from l0edu.errors import InputError


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def good(tiny_mnist, write_set, tmp_path):
    return write_set(tiny_mnist, tmp_path / "good")


@pytest.fixture
def bad(tiny_mnist, write_set, tmp_path):
    return write_set(tiny_mnist._replace(train_labels=np.zeros(20, np.uint8)), tmp_path / "bad")


@pytest.fixture
def mirrors(monkeypatch):
    """Publish MNIST in these folders instead."""
    return lambda *folders: monkeypatch.setitem(MIRRORS, "mnist", tuple(f"{folder}/" for folder in folders))


def copy(url: str, path: Path) -> None:
    shutil.copyfile(url, path)


def test_the_first_mirror_that_answers_is_taken(good, mirrors, tmp_path):
    mirrors(good, tmp_path / "second is not asked")
    target = fetch("mnist", tmp_path / "new", copy)
    assert target == tmp_path / "new" / "mnist"
    assert sorted(path.name for path in target.iterdir()) == sorted(f"{name}.gz" for name in FILE_NAMES)
    assert len(load_folder("mnist", tmp_path / "new")[0]) == 20


def test_the_next_mirror_is_asked_for_a_missing_or_wrong_file(good, bad, mirrors, tmp_path):
    mirrors(tmp_path / "dead", bad, good)
    target = fetch("mnist", tmp_path, copy)
    assert load_folder("mnist", target)[0].y.any()


def test_total_failure_names_mirrors_files_and_folder(bad, mirrors, tmp_path):
    mirrors(tmp_path / "dead", bad)
    with pytest.raises(InputError, match="no mirror gave train-labels") as caught:
        fetch("mnist", tmp_path, copy)
    message = str(caught.value)
    assert f"{bad}/ (wrong contents)" in message
    assert message.endswith(f"into {tmp_path / 'mnist'} by hand")
    assert all(f"{name}.gz" in message for name in FILE_NAMES)
    assert "\n" not in message


def test_failure_leaves_no_partial_file(bad, mirrors, tmp_path):
    mirrors(bad)
    with pytest.raises(InputError):
        fetch("mnist", tmp_path, copy)
    assert [path.name for path in (tmp_path / "mnist").iterdir()] == [f"{FILE_NAMES[0]}.gz"]


def test_files_that_are_there_stay(good, mirrors, write_set, tiny_mnist, tmp_path):
    target = write_set(tiny_mnist, tmp_path / "mnist", "")
    (target / FILE_NAMES[3]).unlink()
    mirrors(good)
    urls = []
    fetch("mnist", tmp_path, lambda url, path: (urls.append(url), copy(url, path)))
    assert urls == [f"{good}/{FILE_NAMES[3]}.gz"]


def test_a_complete_folder_needs_no_download(tiny_mnist, write_set, tmp_path):
    write_set(tiny_mnist, tmp_path / "mnist")
    assert fetch("mnist", tmp_path) == tmp_path / "mnist"


def test_a_file_of_other_contents_is_not_overwritten(good, mirrors, tmp_path):
    mirrors(good)
    (tmp_path / "mnist").mkdir()
    mine = tmp_path / "mnist" / FILE_NAMES[0]
    write_idx(mine, np.array([1], np.uint8))
    with pytest.raises(InputError, match=f"move {mine} away"):
        fetch("mnist", tmp_path, copy)


@pytest.mark.parametrize("name", ["mini", "idx", "MNIST", "cifar100-coarse"])
def test_only_published_sets_are_fetched(tmp_path, name):
    with pytest.raises(
        InputError, match=f"'{name}' cannot be fetched: choose one of mnist, fashion-mnist, cifar10, cifar100"
    ):
        fetch(name, tmp_path, copy)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file/mnist: cannot be made"):
        fetch("mnist", tmp_path / "file", copy)


def test_every_published_set_has_mirrors():
    assert MIRRORS.keys() == KNOWN.keys() | ARCHIVES.keys()
    assert all(mirror.endswith("/") for mirrors in MIRRORS.values() for mirror in mirrors)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The address that serves ``tmp_path``, on this machine only."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as running:
        threading.Thread(target=running.serve_forever).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def download_plainly(url: str, path: Path) -> None:
    try:
        urlretrieve(url, path)
    except HTTPError as error:
        error.close()
        raise


@pytest.mark.parametrize("client", ["pooch", "urllib"])
def test_over_http_the_right_mirror_is_found(good, bad, mirrors, server, tmp_path, client):
    if client == "pooch":
        pytest.importorskip("pooch")
    mirrors(f"{server}/absent", f"{server}/bad", f"{server}/good")
    target = fetch("mnist", tmp_path / "new", None if client == "pooch" else download_plainly)
    assert load_folder("mnist", target)[0].y.any()


def test_over_http_total_failure_says_what_each_mirror_did(bad, mirrors, server, tmp_path):
    mirrors(f"{server}/absent", f"{server}/bad")
    with pytest.raises(InputError, match=r"absent/ \(.*Error\); .*bad/ \(wrong contents\): put train-images"):
        fetch("mnist", tmp_path / "new", download_plainly)
