"""What do unlucky and hostile submissions do? Pieces of code, to be put into a solution.

Code that needs a module imports it through `__builtins__`. So the check of imports does not see it, and the
process that runs the code has to refuse it. Attacks aim only at files that were made for this and at a port
of 127.0.0.1.
"""

__all__ = [
    "ALWAYS_EQUAL",
    "CALLING_OUT",
    "DELETING",
    "FLOAT32",
    "FORGING",
    "LEAVING",
    "LOOPING",
    "PASSING",
    "PRINTING",
]

FLOAT32 = """\
single = lambda x: x.astype(np.float32) if getattr(getattr(x, "dtype", None), "kind", "") == "f" else x
return right(*map(single, arguments))
"""
PRINTING = """\
for _ in range(100):
    print("x" * 10**6)
return right(*arguments)
"""
ALWAYS_EQUAL = """\
class Yes(float):
    __array_priority__ = 1e9
    shape, __eq__, __le__, __lt__ = (), *3 * [lambda *_: True]
    __getattr__ = __getitem__ = __array_ufunc__ = __call__ = __sub__ = __abs__ = lambda self, *_, **__: self
return Yes()
"""
DELETING = """\
os, shutil = map(__builtins__["__import__"], ["os", "shutil"])
write, rename = lambda path: open(path, "w"), lambda path: os.rename(path, path + "x")
for path in {targets!r}:
    for harm in [os.remove, os.unlink, write, rename, lambda path: shutil.rmtree(os.path.dirname(path))]:
        try:
            harm(path)
        except Exception:
            pass
"""
CALLING_OUT = """\
socket = __builtins__["__import__"]("socket")
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=1).close()
except Exception:
    pass
"""
LEAVING = '__builtins__["__import__"]("os")._exit(0)'
LOOPING = "while True:\n    pass"
FORGING = """\
os = __builtins__["__import__"]("os")
for descriptor in range(1, 30):
    try:
        os.write(descriptor, b'{"tests": [{"status": "right", "score": 100}]}')
    except Exception:
        pass
"""
PASSING = {
    "tests/{tests_name}": "def test_all():\n    pass\n",
    "conftest.py": "def pytest_pyfunc_call():\n    return True\n",
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "sitecustomize.py": "raise SystemExit(0)\n",
    "numpy.py": "raise SystemExit(0)\n",
}
