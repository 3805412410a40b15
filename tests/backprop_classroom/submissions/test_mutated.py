"""Mutated notebooks and archives: nothing but a listed reason comes of them, within limits."""

import functools
import json
import random
import re
import resource
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from downloads import LESSON, NAME, collect, notebook, notebooks, put, submitted_zip

from backprop_classroom import bounded

ODD = (
    None,
    "",
    [],
    {},
    0,
    -1,
    10**400,
    1e300,
    True,
    "\x00\x1b[2J\u202e",
    "x" * 200_001,
    [[]] * 3_000,
)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
honest = functools.cache(notebook)


def places_in(value, found):
    """Collect each place in JSON: a container and a key."""
    for key in value if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if isinstance(value[key], (dict, list)):
            places_in(value[key], found)
    return found


# --- of a notebook ---------------------------------------------------------------


def odd_values(rng, data):
    content = json.loads(data)
    for container, key in rng.sample(places_in(content, []), rng.randint(1, 4)):
        container[key] = rng.choice(ODD)
    return json.dumps(content).encode()


def nested(rng, data):
    content = json.loads(data)
    container, key = rng.choice(places_in(content, []))
    container[key] = "HERE"
    start, end = rng.choice([(b'{"a":', b"}"), (b"[", b"]"), (b'{"metadata":', b"}")])
    levels = rng.choice([10, 300, 700, 950, 5_000, 200_000])
    return json.dumps(content).encode().replace(b'"HERE"', start * levels + b"1" + end * levels)


def huge(rng, data):
    content = json.loads(data)
    container, key = rng.choice(places_in(content, []))
    container[key] = "HERE"
    filling = rng.choice([b"[" + b"{}," * 10**6 + b"1]", b'"' + b"x" * 10**7 + b'"', b"1" * 10**6])
    return json.dumps(content).encode().replace(b'"HERE"', filling)


def of_another_format(rng, data):
    content = json.loads(data) | {"nbformat": rng.choice([1, 2, 3, 5, -4, 10**30])}
    content["worksheets"] = rng.choice([[{"cells": content["cells"]}], [{}] * 10, 7, [7]])
    return odd_values(rng, json.dumps(content))


# --- of any file -----------------------------------------------------------------


def flipped(rng, data):
    made = bytearray(data)
    for _ in range(rng.choice([1, 1, 3, 30])):
        made[rng.randrange(len(made))] ^= rng.randint(1, 255)
    return bytes(made)


def cut(rng, data):
    return data[: rng.randrange(len(data))]


def doubled(rng, data):
    start, end = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:end] + data[start:]


# --- of a zip --------------------------------------------------------------------


def lying(rng, data):
    """Headers with other sizes, offsets, methods and flags."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        place = made.find(rng.choice([b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"]))
        at, count = place + rng.randint(4, 44), rng.choice([1, 2, 4])
        if place >= 0:
            value = rng.choice([bytes(count), b"\xff" * count, rng.randbytes(count)])
            made[at : at + count] = value[: len(made) - at]
    return bytes(made)


def odd_name(rng):
    pieces = ["a", "..", ".", "", "é", "\u202e", "x" * 300, "=1", "\x1b[2J", "C:", LESSON, "b.zip"]
    name = "/".join(rng.choices(pieces, k=rng.choice([1, 3, 60])))
    return rng.choice([name, "a/" * 16_000, "/" + name, name.replace("/", "\\")])[:65_000]


def archive(rng):
    """A zip with odd names, and perhaps zips in it."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", rng.choice(METHODS)) as made:
        for number in range(rng.choice([1, 1, 3, 300])):
            data = rng.choice([honest(), b"", b"{}", bytes(10**6) if number < 3 else b"x"])
            name = rng.choice(
                [f"ada/{LESSON}/{NAME}", f"{number}.ipynb", odd_name(rng) + "/x.ipynb"]
            )
            made.writestr(f"{number}{name}", data)
    data = packed.getvalue()
    for _ in range(rng.choice([0, 0, 1, 6])):
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as made:
            made.writestr("inner.zip", data)
        data = packed.getvalue()
    return data


def mutated(rng):
    """The ending and the bytes of a mutated file."""
    whatever = [flipped, cut, doubled]
    if rng.random() < 0.5:
        return ".ipynb", rng.choice([odd_values, nested, huge, of_another_format, *whatever])(
            rng, honest()
        )
    packed = rng.choice([submitted_zip("ada", honest()), archive(rng)])
    return ".zip", rng.choice([lying, lying, *whatever])(rng, packed)


def limits():
    """What binds the process that reads, and the most memory that it has had."""
    bounds = [resource.getrlimit(one)[0] for one in (resource.RLIMIT_DATA, resource.RLIMIT_CPU)]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # Not `ru_maxrss`, which begins with the memory of the process that started this one.
    (most,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.M)
    yield *bounds, usage.ru_utime + usage.ru_stime, int(most) * 2**10


@pytest.mark.parametrize(
    ("seed", "count"),
    [(0, 25), *(pytest.param(n, 50, marks=pytest.mark.long) for n in range(1, 21))],
)
def test_of_what_is_mutated_nothing_comes_but_a_listed_reason(
    root, download, tmp_path, capsys, seed, count
):
    rng = random.Random(seed)
    put(download / "zoe" / NAME, honest())
    names = []
    for number in range(count):
        ending, data = mutated(rng)
        names.append(f"s{number}/x{ending}")
        put(download / names[-1], data)
    code = collect(root, download)
    said = "".join(capsys.readouterr())
    placed = notebooks(root)
    assert placed[f"zoe/{LESSON}"] == honest()
    for name in names:
        assert f" {name}" in said, (seed, name)
    assert code == 1 and "Traceback" not in said
    assert said.replace("\n", "").isprintable()
    ((memory, seconds, used, most),) = bounded.READER.each(limits)
    assert 0 < memory < 2**30 and 0 < most < 400 * 2**20
    assert 0 < used < seconds < used + bounded.SECONDS + 2
