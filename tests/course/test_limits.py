"""Does the fence stop what a student's code has no business with, and nothing that honest code does?"""

import socket
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest

from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.limits import Limits
from l0edu.course.isolation.running import StudentError
from l0edu.errors import InputError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths are those of POSIX")

IMPORTS = "import os, sys, shutil, socket, subprocess, tempfile\nimport numpy as np\n"


@pytest.fixture
def run(tmp_path):
    """Runs the bodies of functions of `path` in one process; returns their results and complaints."""
    opened = []

    def run(*bodies, path="", secret=()):
        functions = [f"def f{i}(path):\n{indent(dedent(body), '    ')}\n" for i, body in enumerate(bodies)]
        file = tmp_path / "own" / "gate.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(IMPORTS + "\n".join(functions), encoding="utf-8")
        opened.append(Isolated(file, secret=secret))
        return [outcome(opened[-1], f"f{i}", str(path)) for i in range(len(bodies))]

    yield run
    for student in opened:
        student.close()


def outcome(student, name, path):
    try:
        return getattr(student, name)(path)
    except StudentError as error:
        return str(error)


def assert_refused(lines, outcomes, what=""):
    """Each line was refused by the fence, and not for another reason."""
    wrong = {
        line: found
        for line, found in zip(lines, outcomes, strict=True)
        if f"PermissionError: [Errno 13] {what}" not in str(found) or "your code is checked" not in found
    }
    assert wrong == {}


@pytest.fixture
def canary(tmp_path):
    """A file outside the work folder, which is unharmed at the end."""
    path = tmp_path / "canary ü" / "canary.txt"
    path.parent.mkdir()
    path.write_text("sings")
    before = path.stat()
    yield path
    after = path.stat()
    assert path.read_text() == "sings"
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert [each.name for each in path.parent.iterdir()] == ["canary.txt"]


# ---- what is refused


def test_nothing_outside_the_work_folder_is_changed(run, canary):
    lines = [
        "os.remove(path)",
        "os.unlink(path.encode())",
        "shutil.rmtree(os.path.dirname(path))",
        "os.rename(path, 'here')",
        "os.replace('/dev/null', path)",
        "open(path, 'w')",
        "open(path, 'a')",
        "open(path, 'r+b')",
        "open(path + '2', 'x')",
        "open(os.path.relpath(path), 'w')",
        "os.open(path, os.O_RDONLY | os.O_TRUNC)",
        "os.truncate(path, 0)",
        "os.chmod(path, 0)",
        "os.fchmod(os.open(path, os.O_RDONLY), 0)",
        "os.utime(path)",
        "os.mkdir(path + '2')",
        "os.rmdir(os.path.dirname(path))",
        "os.symlink(path, 'link')",
        "os.link(path, 'link')",
        "np.savetxt(path, np.ones(3))",
        "np.ones(3).tofile(path)",
        "np.memmap(path, mode='r+')",
        "import pathlib; pathlib.Path(path).write_text('')",
        "import sqlite3; sqlite3.connect(path)",
    ]
    assert_refused(lines, run(*lines, path=canary))


def test_an_open_folder_or_another_current_folder_is_no_way_around(run, canary):
    lines = [
        "d = os.open(os.path.dirname(path), os.O_RDONLY); os.remove('canary.txt', dir_fd=d)",
        "os.remove(os.path.relpath(path), dir_fd=os.open('.', 0))",
        "os.remove(path, dir_fd=os.open('.', 0))",
        "r, d = os.path.relpath(path), os.open('.', 0)\nos.mkdir('a'); os.chdir('a');os.open(r, 1, dir_fd=d)",
        "os.chdir(os.path.dirname(path)); open('canary.txt', 'w')",
    ]
    assert_refused(lines, run(*lines, path=canary))


def test_no_process_is_started(run):
    lines = [
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.popen('true')",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "import pty; pty.spawn('true')",
        "import multiprocessing as m; m.get_context('fork').Process(target=print).start()",
        "import multiprocessing as m; m.get_context('spawn').Process(target=print).start()",
        "import multiprocessing as m; m.get_context('forkserver').Process(target=print).start()",
        "import _posixsubprocess; _posixsubprocess.fork_exec()",
    ]
    assert_refused(lines, run(*lines), "starting another program is not allowed")


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        (
            "ending other processes",
            ["os.kill(os.getppid(), 0)", "os.kill(0, 9)", "os.killpg(os.getpgid(0), 9)"],
        ),
        (
            "calling C code",
            ["import ctypes; ctypes.CDLL('libc.so.6')", "import ctypes; ctypes.pythonapi.Py_Exit(0)"],
        ),
        (
            "changing its limits",
            ["import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))"],
        ),
    ],
)
def test_other_processes_and_the_limits_are_left_alone(run, what, lines):
    assert_refused(lines, run(*lines), what)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_other_processes_are_not_looked_into(run):
    lines = ["open(f'/proc/{os.getppid()}/environ').read()", "os.listdir(f'/proc/{os.getppid()}/fd')"]
    assert_refused(lines, run(*lines), "looking into other processes")


def test_no_connection_is_made_not_even_to_this_machine(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        lines = [
            f"socket.create_connection(('127.0.0.1', {port}))",
            f"socket.socket().connect(('127.0.0.1', {port}))",
            f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'a', ('127.0.0.1', {port}))",
            "socket.socket().bind(('127.0.0.1', 0))",
            "socket.gethostbyname('localhost')",
        ]
        assert_refused(lines, run(*lines), "using the network")
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_secret_is_not_read(run, tmp_path):
    secret = tmp_path / "secret ü"
    (secret / "deep").mkdir(parents=True)
    (secret / "answers.py").write_text("seed = 7")
    (secret / "deep" / "key").write_text("7")
    lines = [
        "open(path + '/answers.py').read()",
        "open(os.path.relpath(path + '/answers.py')).read()",
        "os.open(path + '/deep/key', os.O_RDONLY)",
        "os.listdir(path)",
        "list(os.scandir(path + '/deep'))",
        "shutil.copy(path + '/answers.py', '.')",
        "np.fromfile(path + '/answers.py')",
        "from importlib.machinery import SourceFileLoader as S; S('a', path + '/answers.py').get_code('a')",
        "os.chdir(path); os.listdir()",
    ]
    assert_refused(lines, run(*lines, path=secret, secret=[secret]), "reading ")


def test_the_students_own_file_may_lie_among_secrets(run, tmp_path):
    (tmp_path / "other.py").write_text("")
    own, other = run(
        "return open(path + '/own/gate.py').read()[:6]",
        "open(path + '/other.py')",
        path=tmp_path,
        secret=[tmp_path],
    )
    assert own == "import"
    assert_refused(["other"], [other], "reading ")


def test_the_environment_is_not_passed_on(run, monkeypatch):
    monkeypatch.setenv("L0EDU_SECRET_SEED", "7")
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    environment, path = run("return dict(os.environ)", "return sys.path")
    assert not set(environment) & {"L0EDU_SECRET_SEED", "PYTHONSTARTUP"}
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert "" not in path


# ---- what is allowed


def test_the_work_folder_is_empty_may_be_used_and_is_removed(tmp_path):
    (tmp_path / "gate.py").write_text(
        dedent("""
        import os, shutil, tempfile
        from pathlib import Path

        def work():
            assert os.listdir() == []
            Path("a/b").mkdir(parents=True)
            Path("a/b/c.txt").write_text("text")
            os.rename("a/b/c.txt", "d.txt")
            shutil.rmtree("a")
            with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile():
                Path(folder, "deep", "er").mkdir(parents=True)
            Path("locked").mkdir(0)
            open(os.devnull, "w").write("nothing")
            return os.getcwd(), os.listdir()
        """)
    )
    with Isolated(tmp_path / "gate.py") as student:
        work, left = student.work()
        assert Path(work).is_dir()
    assert not Path(work).exists()
    assert sorted(left) == ["d.txt", "locked"]


def test_numpy_autograd_l0edu_and_matplotlib_work(run):
    [found] = run("""
        import autograd, l0edu, matplotlib.pyplot as plt, urllib.request
        np.save("a.npy", np.ones(3)), np.savez("b.npz", x=np.ones(3)), np.savetxt("c.txt", np.ones(3))
        assert np.load("a.npy").sum() == np.load("b.npz")["x"].sum() == np.loadtxt("c.txt").sum() == 3
        assert autograd.grad(lambda x: x * x)(3.0) == 6
        plt.plot(np.linalg.svd(np.ones((50, 50)))[1])
        plt.savefig("d.png")
        return os.path.getsize("d.png") > 1000, l0edu.HardConcrete().gamma
        """)
    assert found == (True, -0.1)


def test_a_limit_that_is_not_positive_is_refused():
    with pytest.raises(InputError, match="call_s = 0: a limit is a positive number"):
        Limits(call_s=0)
