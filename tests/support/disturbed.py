"""Perturbs the last two digits of numpy's results, as another machine might.

The last digits depend on vector instructions and on the BLAS. `disturbed(seed)` changes every
exponential, power, product, quotient and sum of numpy at random by up to 32 units in the last
place, a relative error of at most 1e-14. Results that are the same on every machine are not
changed: numbers with few digits, such as small integers, halves and labels, and sums, differences,
products and quotients of two such numbers, which IEEE 754 rounds correctly.

It also affects operators and code that is already imported: numpy keeps the inner loops of each
ufunc in a table, where the loops that return floats are replaced by one in C (disturbed.c) that
calls the original and then changes its result. Functions that are not ufuncs (np.dot, np.einsum,
math.exp) are wrapped. Arithmetic of single numbers, np.float64 or float, does not use ufuncs and
stays exact, but the exponentials and sums from which they result are perturbed.
"""

import contextlib
import ctypes
import functools
import gc
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.linalg import _umath_linalg
from required import require

ARITHMETIC = ("add", "subtract", "multiply", "divide")
OTHERS = (
    "square sqrt cbrt reciprocal power float_power exp exp2 expm1 log log2 log10 log1p "
    "logaddexp logaddexp2 sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh "
    "arctanh hypot matmul matvec vecmat vecdot"
).split()
NO_UFUNCS = ("dot", "vdot", "inner", "einsum", "c_einsum")
OF_MATH = ("exp", "expm1", "log", "log2", "log10", "log1p", "pow", "tanh", "sinh", "cosh",
           "sin", "cos", "tan", "hypot")  # fmt: skip

# numpy's type numbers, with the number of floats in one item.
FLOATS = {np.dtype(float).num: 1, np.dtype(complex).num: 2}


@contextlib.contextmanager
def disturbed(seed):
    """Perturb the last digits of numpy's results inside the block."""
    compiled().seed(seed)
    ufuncs = [getattr(np, name) for name in (*ARITHMETIC, *OTHERS) if hasattr(np, name)]
    ufuncs += [one for one in vars(_umath_linalg).values() if isinstance(one, np.ufunc)]
    with contextlib.ExitStack() as stack:
        for ufunc in ufuncs:
            stack.enter_context(_loops_replaced(ufunc))
        for name in NO_UFUNCS:
            stack.enter_context(_function_replaced(name))
        for name in OF_MATH:
            stack.enter_context(_replaced(math, name, _changing(getattr(math, name))))
        stack.enter_context(_method_replaced("dot"))
        yield


@functools.cache
def compiled():
    """Compile and load disturbed.c; skip the test if there is no compiler."""
    require(shutil.which("cc"), "no C compiler (apt install gcc)")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "disturbed.so")
        source = Path(__file__).with_suffix(".c")
        subprocess.run(["cc", "-O3", "-shared", "-fPIC", "-o", library, source], check=True)
        loaded = ctypes.CDLL(str(library))
    loaded.seed.argtypes = [ctypes.c_uint64]
    loaded.change.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int]
    return loaded


# ---- the loops of ufuncs -------------------------------------------------------------


class _UFunc(ctypes.Structure):
    """The first fields of PyUFuncObject, as declared in numpy/ufuncobject.h of numpy 2."""

    _fields_ = [
        ("head", ctypes.c_byte * object.__basicsize__),
        ("nin", ctypes.c_int), ("nout", ctypes.c_int), ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.c_void_p), ("data", ctypes.c_void_p),
        ("ntypes", ctypes.c_int), ("reserved1", ctypes.c_int),
        ("name", ctypes.c_char_p), ("types", ctypes.POINTER(ctypes.c_ubyte)),
    ]  # fmt: skip


MOST = 8  # operands and core dimensions, as in disturbed.c
_Ints = ctypes.c_int * MOST


class _Loop(ctypes.Structure):
    """The struct `Replaced` of disturbed.c."""

    _fields_ = [
        ("original", ctypes.c_void_p), ("data", ctypes.c_void_p),
        ("nin", ctypes.c_int), ("nargs", ctypes.c_int), ("arithmetic", ctypes.c_int),
        ("floats", _Ints), ("core_count", _Ints), ("core", _Ints * MOST), ("core_steps", _Ints),
    ]  # fmt: skip


def _core(signature, nargs):
    """Return the core dimensions of each operand as numbers: matmul has (0,1),(1,2),(0,2)."""
    if signature is None:
        return [()] * nargs
    names = {}
    operands = signature.replace(" ", "").replace("->", ",").replace("?", "").split("),(")
    return [
        tuple(names.setdefault(name, len(names)) for name in one.strip("()").split(",") if name)
        for one in operands
    ]


def _loop(ufunc, kinds, original, data):
    core = _core(ufunc.signature, ufunc.nargs)
    counts = [len(one) for one in core]
    return _Loop(
        original, data, ufunc.nin, ufunc.nargs,
        ufunc.__name__ in ARITHMETIC and kinds[0] == kinds[1] == kinds[2],
        _Ints(*(FLOATS.get(kind, 0) for kind in kinds)),
        _Ints(*counts), (_Ints * MOST)(*(_Ints(*one) for one in core)),
        _Ints(*(ufunc.nargs + sum(counts[:place]) for place in range(ufunc.nargs))),
    )  # fmt: skip


@contextlib.contextmanager
def _loops_replaced(ufunc):
    inner = _UFunc.from_address(id(ufunc))
    if (inner.nin, inner.nargs, inner.ntypes) != (ufunc.nin, ufunc.nargs, ufunc.ntypes):
        raise RuntimeError(f"numpy {np.__version__} has another layout of ufuncs")
    before, count = (inner.functions, inner.data), inner.ntypes
    Table = ctypes.c_void_p * count
    functions = Table(*Table.from_address(inner.functions))
    data = Table(*Table.from_address(inner.data)) if inner.data else Table()
    kept = []  # keeps the structs alive while numpy may use them
    for row in range(count):
        kinds = inner.types[row * ufunc.nargs : (row + 1) * ufunc.nargs]
        if functions[row] and any(kind in FLOATS for kind in kinds[ufunc.nin :]):
            kept.append(_loop(ufunc, kinds, functions[row], data[row]))
            functions[row] = ctypes.cast(compiled().disturbed_loop, ctypes.c_void_p).value
            data[row] = ctypes.addressof(kept[-1])
    inner.functions, inner.data = ctypes.addressof(functions), ctypes.addressof(data)
    try:
        yield
    finally:
        inner.functions, inner.data = before


# ---- functions that are not ufuncs ---------------------------------------------------


def _changed(value):
    """Return a perturbed float, complex number or array; return anything else unchanged."""
    array = np.array(value, order="C", ndmin=1)
    if array.dtype.num not in FLOATS:
        return value
    compiled().change(array.ctypes.data, array.size, FLOATS[array.dtype.num])
    return array if isinstance(value, np.ndarray) else type(value)(array[0])


def _changing(function):
    def changing(*args, out=None, **kwargs):
        if out is None:
            return _changed(function(*args, **kwargs))
        out[...] = _changed(function(*args, out=out, **kwargs))
        return out

    return changing


@contextlib.contextmanager
def _replaced(owner, name, new):
    old = getattr(owner, name)
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, old)


@contextlib.contextmanager
def _function_replaced(name):
    """Replace a function in each module of numpy that has it under this name."""
    function = getattr(np, name, None) or getattr(np._core.multiarray, name)
    modules = [one for label, one in list(sys.modules.items()) if label.startswith("numpy")]
    owners = [module for module in modules if vars(module).get(name) is function]
    with contextlib.ExitStack() as stack:
        for owner in owners:
            stack.enter_context(_replaced(owner, name, _changing(function)))
        yield


@contextlib.contextmanager
def _method_replaced(name):
    """Replace a method of np.ndarray, whose attributes cannot be set in the usual way."""
    (methods,) = gc.get_referents(np.ndarray.__dict__)
    forget = ctypes.pythonapi.PyType_Modified  # clears Python's cache of the type's methods
    forget.argtypes = [ctypes.py_object]
    original = methods[name]
    methods[name] = _changing(original)
    forget(np.ndarray)
    try:
        yield
    finally:
        methods[name] = original
        forget(np.ndarray)
