"""Files that are no checkpoints, or not of this run: each gives one error, and changes nothing."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shapenet import CheckpointError, checkpoint, nn, optim
from tests.checkpoint.runs import Run

Header = dict[str, Any]
WEIGHT = "model.body.0.weight"


def split(content: bytes) -> tuple[Header, bytes]:
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def joined(header: bytes, data: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def in_header(change: Callable[[Header], object]) -> Callable[[bytes], bytes]:
    """The file with its header changed, in place, or to what *change* returns."""

    def changed(content: bytes) -> bytes:
        header, data = split(content)
        change(header)
        return joined(json.dumps(header).encode(), data)

    return changed


def in_entry(**fields: Any) -> Callable[[bytes], bytes]:
    return in_header(lambda header: header[WEIGHT].update(fields))


def in_record(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    """The file with our JSON changed."""

    def changed(header: Header) -> None:
        record = json.loads(header["__metadata__"]["shapenet"])
        change(record)
        header["__metadata__"]["shapenet"] = json.dumps(record)

    return in_header(changed)


def in_state(part: str, change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    return in_record(lambda record: change(record["parts"][part]["state"]))


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """The file with a text of its header replaced, which must be there."""

    def changed(content: bytes) -> bytes:
        header, data = split(content)
        text = json.dumps(header)
        assert old in text
        return joined(text.replace(old, new, 1).encode(), data)

    return changed


def metadata(text: str) -> Callable[[bytes], bytes]:
    return in_header(lambda header: header["__metadata__"].update(shapenet=text))


def renamed(new: str) -> Callable[[bytes], bytes]:
    return in_header(lambda header: header.update({new: header.pop(WEIGHT)}))


def shifted(by: int) -> Callable[[bytes], bytes]:
    """The array of the weight elsewhere, over another or leaving a hole."""

    def change(header: Header) -> None:
        start, end = header[WEIGHT]["data_offsets"]
        header[WEIGHT]["data_offsets"] = [start + by, end + by]

    return in_header(change)


def not_a_bool(content: bytes) -> bytes:
    header, data = split(content)
    header["flag"] = {"dtype": "BOOL", "shape": [2], "data_offsets": [len(data), len(data) + 2]}
    record = json.loads(header["__metadata__"]["shapenet"])
    record["extra"] = {"$array": "flag"}
    header["__metadata__"]["shapenet"] = json.dumps(record)
    return joined(json.dumps(header).encode(), data + b"\x01\x02")


def moment(state: Any, number: int = 0) -> Any:
    """The state of a parameter's optimizer."""
    return state["state"]["$items"][number][1]


def set_in(*path: Any) -> Callable[[Any], object]:
    """Sets what is at *path*, but for its last item, which is the value."""

    def change(tree: Any) -> None:
        *steps, last, value = path
        for step in steps:
            tree = tree[step]
        tree[last] = value

    return change


MALFORMED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    # --- the file ---
    "empty": (lambda c: b"", "it has 0 bytes, expected the length of a header"),
    "five bytes": (lambda c: c[:5], "it has 5 bytes, expected the length of a header"),
    "no header": (lambda c: c[:8], "its header has .* bytes, expected at most 0"),
    "half a header": (lambda c: c[: 8 + len(split(c)[0])], "its header has .* bytes, expected at most"),
    "no data": (lambda c: c[: -len(split(c)[1])], r"it has \d+ bytes, expected \d+"),
    "a byte less": (lambda c: c[:-1], r"it has \d+ bytes, expected \d+"),
    "a byte more": (lambda c: c + b"x", r"it has \d+ bytes, expected \d+"),
    "header beyond the file": (lambda c: struct.pack("<Q", len(c)) + c[8:], "its header has"),
    "header of 2**63 bytes": (lambda c: struct.pack("<Q", 2**63) + c[8:], f"its header has {2**63} bytes"),
    "header of 17 MiB": (lambda c: joined(b" " * 17 * 2**20, b""), "expected at most 16777216"),
    "a pickle": (lambda c: b"\x80\x04\x95" + c, "its header has"),
    # --- the header ---
    "no JSON": (lambda c: joined(b"{'a': 1}", b""), "its header is no JSON"),
    "blanks first": (lambda c: joined(b" {}", b""), "its header begins with b' {}', expected a JSON object"),
    "a list": (lambda c: joined(b"[]", b""), r"its header begins with b'\[\]'"),
    "no UTF-8": (lambda c: joined(b'{"\xff": 1}', b""), "its header is no JSON"),
    "deep": (lambda c: joined(b'{"a":' * 10**5 + b"1" + b"}" * 10**5, b""), "its header is nested too deeply"),
    "a key twice": (replaced('"model.body.0.bias"', f'"{WEIGHT}"'), f"its header has the key '{WEIGHT}' twice"),
    "a field twice": (replaced('"dtype": ', '"dtype": "F32", "dtype": '), "its header has the key 'dtype' twice"),
    "NaN": (in_entry(shape=[float("nan")]), "its header has NaN, which is no JSON"),
    "infinite": (replaced('"shape": [2,', '"shape": [1e999,'), "its header has the number '1e999', which is too large"),
    "huge number": (replaced('"shape": [2,', f'"shape": [{"9" * 5000},'), "its header is no JSON"),
    "array that is a number": (in_header(set_in(WEIGHT, 3)), f"'{WEIGHT}' is 3, expected data_offsets, dtype, shape"),
    "no dtype": (in_header(lambda h: h[WEIGHT].pop("dtype")), f"'{WEIGHT}' is {{.*}}, expected data_offsets, dtype"),
    "a field more": (in_entry(strides=[1]), f"'{WEIGHT}' is {{.*}}, expected data_offsets, dtype, shape"),
    "unknown dtype": (in_entry(dtype="F31"), f"'{WEIGHT}' has dtype 'F31', which numpy lacks"),
    "bfloat16": (in_entry(dtype="BF16"), f"'{WEIGHT}' has dtype 'BF16', which numpy lacks"),
    "list of a dtype": (in_entry(dtype=["F32"]), rf"'{WEIGHT}' has dtype \['F32'\]"),
    "wider dtype": (in_entry(dtype="F64"), f"'{WEIGHT}' has 72 bytes, expected 144 for F64"),
    "negative size": (in_entry(shape=[-2, -1, 3, 3]), rf"'{WEIGHT}' has shape \[-2, -1, 3, 3\], expected"),
    "float size": (in_entry(shape=[2.0, 1, 3, 3]), rf"'{WEIGHT}' has shape \[2.0, 1, 3, 3\], expected"),
    "bool size": (in_entry(shape=[2, True, 3, 3]), rf"'{WEIGHT}' has shape \[2, True, 3, 3\], expected"),
    "shape that is an int": (in_entry(shape=18), f"'{WEIGHT}' has shape 18, expected"),
    "huge size": (in_entry(shape=[2**62, 2**62]), rf"'{WEIGHT}' has shape \[.*\], expected"),
    "huge sizes without elements": (
        in_entry(shape=[0, 2**40, 2**40], data_offsets=[0, 0]),
        rf"'{WEIGHT}' has shape \[.*\], which is too large",
    ),
    "65 sizes": (in_entry(shape=[1] * 65), rf"'{WEIGHT}' has shape \[.*\], expected at most 64"),
    "more elements than bytes": (in_entry(shape=[3, 1, 3, 3]), f"'{WEIGHT}' has 72 bytes, expected 108"),
    "negative offset": (in_entry(data_offsets=[-8, 64]), rf"'{WEIGHT}' has data_offsets \[-8, 64\], expected two"),
    "one offset": (in_entry(data_offsets=[8]), rf"'{WEIGHT}' has data_offsets \[8\], expected two"),
    "offsets turned round": (in_entry(data_offsets=[72, 0]), f"'{WEIGHT}' has -72 bytes, expected 72"),
    "overlapping": (shifted(-4), r"begins at byte \d+, expected \d+"),
    "a hole": (shifted(4), r"begins at byte \d+, expected \d+"),
    "beyond the end": (shifted(10**9), r"begins at byte \d+, expected \d+"),
    "a path up": (renamed("../x"), "the key '../x' is a path, or special, expected a plain name"),
    "an absolute path": (renamed("/etc/x"), "the key '/etc/x' is a path, or special, expected a plain name"),
    "a special attribute": (renamed("model.__class__"), "the key 'model.__class__' is a path, or special"),
    "an empty key": (renamed(""), "the key '' is no text that names an array"),
    "metadata that are a list": (
        in_header(set_in("__metadata__", [])),
        r"__metadata__ is \[\], expected texts by name",
    ),
    "metadata of numbers": (in_header(set_in("__metadata__", {"a": 1})), "__metadata__ is {'a': 1}, expected texts"),
    # --- the model ---
    "a weight of another name": (renamed("model.training"), f"{WEIGHT[6:]} is missing; training is unexpected"),
    "an attribute of the model": (renamed("model.body"), f"{WEIGHT[6:]} is missing; body is unexpected"),
    "a weight outside": (renamed("weight"), f"Net cannot load this state: {WEIGHT[6:]} is missing"),
    "a weight of another shape": (in_entry(shape=[1, 2, 3, 3]), r"weight is \[1, 2, 3, 3\], expected \[2, 1, 3, 3\]"),
    "a weight of ints": (
        in_entry(dtype="I32"),
        f"'{WEIGHT}' has dtype int32, expected float32",
    ),
    # --- our JSON ---
    "no record": (in_header(lambda h: h.pop("__metadata__")), "its metadata lack 'shapenet', expected a checkpoint"),
    "a broken record": (metadata('{"version": 1'), "metadata 'shapenet' is no JSON"),
    "a deep record": (metadata("[" * 10**5), "metadata 'shapenet' is nested too deeply"),
    "a record that is a list": (metadata("[1]"), r"metadata 'shapenet' are \[1\], expected an object with a version"),
    "a record without version": (metadata("{}"), "metadata 'shapenet' are {}, expected an object with a version"),
    "a record with NaN": (metadata('{"version": NaN}'), "metadata 'shapenet' has NaN, which is no JSON"),
    "a later version": (in_record(set_in("version", 2)), "version is 2, expected 1; another shapenet wrote it"),
    "a version that is true": (in_record(set_in("version", True)), "expected an object with a version"),
    "a field missing": (
        in_record(lambda r: r.pop("step")),
        "metadata 'shapenet' have .*, expected version, epoch, step",
    ),
    "a field too many": (in_record(set_in("hook", "os.system")), "metadata 'shapenet' have .*, expected version"),
    "a fractional epoch": (in_record(set_in("epoch", 1.5)), "epoch is 1.5, expected an int, at least 0"),
    "a negative step": (in_record(set_in("step", -1)), "step is -1, expected an int, at least 0"),
    "metrics that are a list": (in_record(set_in("metrics", [])), r"metrics is \[\], expected an object"),
    "metrics that are texts": (in_record(set_in("metrics", {"a": "b"})), "metrics are {'a': 'b'}, expected numbers"),
    "parts that are a list": (in_record(set_in("parts", [])), r"parts is \[\], expected an object"),
    "an unknown part": (in_record(set_in("parts", "../x", {})), "it has a state of '../x', expected generator, loader"),
    "a part without kind": (
        in_record(lambda r: r["parts"]["loader"].pop("kind")),
        "part 'loader' is {.*, expected kind and state",
    ),
    "an unknown tag": (in_record(set_in("extra", {"$eval": "1"})), r"'extra' is {'\$eval': '1'}, expected \$float"),
    "two tags": (in_record(set_in("extra", {"$float": "nan", "$array": "x"})), r"'extra' is .*, expected \$float"),
    "an unknown float": (in_record(set_in("extra", {"$float": "nine"})), r"'extra' is .*, expected \$float"),
    "a list as a key": (
        in_record(set_in("extra", {"$items": [[[], 1]]})),
        "'extra' has .*, expected a key that is new",
    ),
    "an array that is not there": (in_record(set_in("extra", {"$array": "x"})), "'x' is missing, or used twice"),
    "an array used twice": (
        in_record(set_in("extra", {"$array": "optimizer.state.0.exp_avg"})),
        "'optimizer.state.0.exp_avg' is missing, or used twice",
    ),
    "a weight as a state": (in_record(set_in("extra", {"$array": WEIGHT})), f"'{WEIGHT}' is missing, or used twice"),
    "an array that nobody uses": (
        in_state("optimizer", lambda s: s["state"]["$items"].pop()),
        r"'optimizer.state.\d.exp_avg' is unexpected",
    ),
    "deep states": (in_record(set_in("extra", eval("[" * 200 + "]" * 200))), "is nested too deeply"),
    "bytes that are no bools": (not_a_bool, "'flag' has the byte 2, expected 0 or 1"),
    # --- the parts ---
    "no optimizer": (
        in_record(lambda r: r["parts"].pop("schedule")),
        "schedule is missing, expected the state of StepLR",
    ),
    "another optimizer": (
        in_record(set_in("parts", "optimizer", "kind", "AdamW")),
        "optimizer is the state of AdamW, expected that of Adam",
    ),
    "fewer groups": (in_state("optimizer", lambda s: s["param_groups"].pop()), "param_groups is no list of 2"),
    "fewer parameters": (
        in_state("optimizer", lambda s: s["param_groups"][0]["params"].pop()),
        r"optimizer does not fit: .*param_groups\[0\] has 3 params, expected 4",
    ),
    "a negative rate": (in_state("optimizer", set_in("param_groups", 0, "lr", -1.0)), "Adam expects lr to be"),
    "a rate that is NaN": (
        in_state("optimizer", set_in("param_groups", 0, "lr", {"$float": "nan"})),
        "Adam expects lr to be",
    ),
    "a text as initial rate": (
        in_state("optimizer", set_in("param_groups", 0, "initial_lr", "high")),
        "initial_lr of .* is 'high', expected a number",
    ),
    "huge steps": (in_state("optimizer", lambda s: moment(s).update(step=10**400)), "optimizer does not fit: "),
    "a moment swapped for another": (
        in_state(
            "optimizer",
            lambda s: (
                moment(s).update(exp_avg=moment(s, 1)["exp_avg"]),
                moment(s, 1).update(exp_avg={"$array": "optimizer.state.0.exp_avg"}),
            ),
        ),
        r"exp_avg of parameter 0 is \[2\], expected \[2, 1, 3, 3\]",
    ),
    "a schedule's text": (in_state("schedule", set_in("gamma", "0.5")), "schedule does not fit: .* gamma is '0.5'"),
    "a schedule's method": (
        in_state("schedule", set_in("step", 3)),
        "schedule does not fit: StepLR cannot load this state: expected .*, got .*step",
    ),
    "another loader": (
        in_state("loader", lambda s: s["generators"].pop("loader")),
        "loader does not fit: .* has the gen",
    ),
    "a pass of -1 batches": (
        in_state("loader", set_in("pass", "batches", -1)),
        "loader does not fit: .* batches is -1",
    ),
    "another generator": (
        in_record(set_in("parts", "generator", "kind", "MT19937")),
        "generator is the state of MT19937, expected that of PCG64",
    ),
    "a generator's text": (
        in_state("generator", set_in("state", "inc", "1")),
        "generator does not fit: inc is '1', expected an int, at least 0",
    ),
    "a generator beyond its bits": (
        in_state("generator", set_in("state", "state", 2**128)),
        "generator does not fit: state is .*, expected an int, at least 0",
    ),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A checkpoint that fits, in the middle of an epoch."""
    run, folder = Run(1), tmp_path_factory.mktemp("good")
    list(run.epoch())
    next(run.epoch())
    return run.content(folder)


@pytest.mark.parametrize("name", MALFORMED)
def test_nothing_is_changed(name: str, good: bytes, tmp_path: Path) -> None:
    change, text = MALFORMED[name]
    run = Run(2)
    list(run.epoch())
    before = run.content(tmp_path)
    path = tmp_path / "bad.safetensors"
    path.write_bytes(change(good))
    with pytest.raises(CheckpointError, match=text) as caught:
        checkpoint.load(path, **run.parts)
    assert str(caught.value) == f"{path}: {caught.value.problem}"
    assert "\n" not in caught.value.problem
    assert len(caught.value.problem) < 1000
    assert run.content(tmp_path) == before


def test_the_good_one_fits(good: bytes, tmp_path: Path) -> None:
    run = Run(2)
    path = tmp_path / "good.safetensors"
    header, data = split(good)
    path.write_bytes(joined(json.dumps(header).encode(), data))  # written as the malformed ones are
    checkpoint.load(path, **run.parts)
    assert run.content(tmp_path) == good


@pytest.mark.parametrize("seed", range(5))
def test_any_byte_may_be_wrong(seed: int, good: bytes, tmp_path: Path) -> None:
    """A changed file is loaded as another, or gives the error, and then changes nothing."""
    random = np.random.default_rng()
    run, path = Run(seed), tmp_path / "bad.safetensors"
    before = run.content(tmp_path)
    length = 8 + int.from_bytes(good[:8], "little")
    for _ in range(100):
        bad = bytearray(good)
        for place in random.integers(length, size=int(random.integers(1, 4))):
            bad[place] = random.integers(256)
        path.write_bytes(bad)
        try:
            checkpoint.load(path, **run.parts)
        except CheckpointError:
            assert run.content(tmp_path) == before
        else:
            before = run.content(tmp_path)


def test_a_checkpoint_for_another_model_or_optimizer(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(good)
    run = Run(2)
    with pytest.raises(CheckpointError, match=r"x: Linear.2, 3. cannot load this state: weight is missing"):
        checkpoint.load(path, model=nn.Linear(2, 3))
    with pytest.raises(CheckpointError, match="x: optimizer is the state of Adam, expected that of SGD"):
        checkpoint.load(path, model=run.model, optimizer=optim.SGD(run.model.parameters()))
    with pytest.raises(CheckpointError, match=r"x: optimizer does not fit: .*param_groups is no list of 1"):
        checkpoint.load(path, model=run.model, optimizer=optim.Adam(run.model.parameters()))
    checkpoint.save_state(run.model.state_dict(), path)
    with pytest.raises(CheckpointError, match=r"x: .*expected a checkpoint; load_state reads plain weights"):
        checkpoint.load(path, model=run.model)


def test_there_is_no_file(tmp_path: Path) -> None:
    run = Run(2)
    before = run.content(tmp_path)
    for path, kind in ((tmp_path / "none", FileNotFoundError), (tmp_path, IsADirectoryError)):
        for load in (lambda path: checkpoint.load(path, **run.parts), checkpoint.load_state, checkpoint.load_metadata):
            with pytest.raises(kind):
                load(path)
    assert run.content(tmp_path) == before
