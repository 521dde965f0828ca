"""Loaders with workers: the same batches, and no process left, whatever happens."""

from __future__ import annotations

import gc
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError
from shapenet.backend import Array
from shapenet.data import DataLoader, Dataset, IterableDataset, TensorDataset, WorkerInfo, get_worker_info
from shapenet.data.settings import WorkerKind

KINDS: list[WorkerKind] = ["process", "thread"]


class Draws(Dataset[tuple[int, Array, int]]):
    """Its items tell their number, what the worker draws, and where they were made."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> tuple[int, Array, int]:
        return number, shapenet.rand(3).numpy(), os.getpid()


class Python(Dataset[tuple[float, float]]):
    def __len__(self) -> int:
        return 4

    def __getitem__(self, number: int) -> tuple[float, float]:
        return random.random(), float(np.random.random())  # noqa: NPY002


class Failing(Dataset[int]):
    """Item 5 does *how*."""

    def __init__(self, how: str) -> None:
        self.how = how

    def __len__(self) -> int:
        return 8

    def __getitem__(self, number: int) -> int:
        if number == 5:
            if self.how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            elif self.how == "exit":
                sys.exit(3)
            elif self.how == "sleep":
                time.sleep(1.5)
            elif self.how == "odd":
                raise Odd(1, 2)
            elif self.how == "shape":
                raise ShapeError("Failing", "expects nothing", "detail")
            elif self.how == "stop":
                raise StopIteration
            else:
                raise KeyError("no five")
        return number


class Odd(Exception):  # noqa: N818
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


class Large(Dataset[Array]):
    def __len__(self) -> int:
        return 6

    def __getitem__(self, number: int) -> Array:
        return np.full((3, 200, 301), number, np.float64)


class Counted(IterableDataset[int]):
    """The numbers below *count*, shared out among the workers."""

    def __init__(self, count: int, how: str = "shared") -> None:
        self.count, self.how = count, how

    def __iter__(self) -> Iterator[int]:
        info = get_worker_info()
        if self.how == "fails":
            raise OSError("no numbers")
        if info is None or self.how == "whole":
            return iter(range(self.count))
        return iter(range(info.id, self.count, info.num_workers))


class SizedCounted(Counted):
    def __len__(self) -> int:
        return self.count


class Unreadable(Dataset[int]):
    def __len__(self) -> int:
        return 1

    def __getitem__(self, number: int) -> int:
        return number

    def __setstate__(self, state: object) -> None:
        raise LookupError("not here")

    def __reduce__(self) -> tuple[Any, ...]:
        return Unreadable, (), {"a": 1}


def as_is(items: list[Any]) -> list[Any]:
    return items


def info_of(items: list[Any]) -> WorkerInfo | None:
    return get_worker_info()


def unsendable(items: list[Any]) -> Any:
    return threading.Lock()


def sequence(loader: DataLoader[Any]) -> list[int]:
    return [number for numbers, _, _ in loader for number in numbers.tolist()]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def children() -> set[int]:
    """The processes that work for this one."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == os.getpid() and b"spawn_main" in (path / "cmdline").read_bytes() and alive(int(path.name)):
                found.add(int(path.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("shapenet-data")]


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    gc.collect()
    deadline = time.monotonic() + 10
    while (children() or threads()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not children()
    assert not threads()


@pytest.mark.parametrize("worker", KINDS)
def test_the_order_does_not_depend_on_workers(worker: WorkerKind) -> None:
    orders = []
    for count in (0, 1, 3):
        loader = DataLoader(Draws(23), 4, True, num_workers=count, worker=worker, seed=5, prefetch_factor=count or None)
        orders.append([sequence(loader), sequence(loader)])
    assert orders[0] == orders[1] == orders[2]
    assert sorted(orders[0][0]) == sorted(orders[0][1]) == list(range(23))
    assert orders[0][0] != orders[0][1]


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize("worker", KINDS)
def test_draws_are_reproduced(worker: WorkerKind, persistent: bool) -> None:
    def draws() -> list[Any]:
        loader = DataLoader(Draws(10), 2, num_workers=2, worker=worker, seed=5, persistent_workers=persistent)
        return [[numbers.numpy() for _, numbers, _ in loader] for _ in range(2)]

    before = shapenet.manual_seed(0).bit_generator.state
    one, other = draws(), draws()
    np.testing.assert_array_equal(one, other)
    assert len({value.tobytes() for batches in one for batch in batches for value in batch}) == 20
    assert shapenet.backend.default_generator().bit_generator.state == before
    # What is documented: worker w of pass p starts from s + w.
    source = np.random.default_rng(5)
    seeds = [int(source.integers(2**63)) for _ in range(2)]
    for batches, seed in zip(one, seeds, strict=True):
        first = np.random.default_rng(seed + 1).random((2, 3), np.float32)
        np.testing.assert_array_equal(batches[1], first)


def test_python_and_numpy_are_seeded_in_processes() -> None:
    def draws() -> list[float]:
        parts = [part.tolist() for batch in DataLoader(Python(), 2, num_workers=2, seed=1) for part in batch]
        return [value for part in parts for value in part]

    first = draws()
    assert first == draws()
    assert len(set(first)) == 8


@pytest.mark.parametrize("worker", KINDS)
def test_worker_info(worker: WorkerKind) -> None:
    loader = DataLoader(Draws(6), 2, collate_fn=info_of, num_workers=2, worker=worker, seed=5)
    infos = [info for info in loader if info is not None]
    seed = int(np.random.default_rng(5).integers(2**63))
    assert [(info.id, info.num_workers, info.seed - seed) for info in infos] == [(0, 2, 0), (1, 2, 1), (0, 2, 0)]
    assert all(isinstance(info.dataset, Draws) and info.dataset.count == 6 for info in infos)
    assert get_worker_info() is None


@pytest.mark.parametrize("persistent", [False, True])
def test_processes_stay_only_if_asked_to(persistent: bool) -> None:
    loader = DataLoader(Draws(8), 2, num_workers=2, persistent_workers=persistent)
    passes = [{pid for _, _, pids in loader for pid in pids.tolist()} for _ in range(2)]
    assert all(len(pids) == 2 and os.getpid() not in pids for pids in passes)
    assert (passes[0] == passes[1]) == persistent
    assert children() == (passes[0] if persistent else set())


@pytest.mark.parametrize("worker", KINDS)
def test_large_batches(worker: WorkerKind) -> None:
    loader = DataLoader(Large(), 2, num_workers=2, worker=worker, batch_sampler=None)
    batches = list(loader)
    assert [batch.shape for batch in batches] == [(2, 3, 200, 301)] * 3
    for number, batch in enumerate(batches):
        assert batch.dtype == np.float64
        assert batch.data.flags.writeable
        np.testing.assert_array_equal(batch.data[0], 2 * number)
        np.testing.assert_array_equal(batch.data[1], 2 * number + 1)


@pytest.mark.parametrize("worker", KINDS)
def test_large_orders_and_batches_do_not_wait_for_each_other(worker: WorkerKind) -> None:
    dataset = TensorDataset(shapenet.arange(300_000))
    loader = DataLoader(dataset, 100_000, shuffle=True, num_workers=1, worker=worker, prefetch_factor=3, timeout=1200)
    assert sorted(number for (batch,) in loader for number in batch.tolist()) == list(range(300_000))


@pytest.mark.parametrize("worker", KINDS)
@pytest.mark.parametrize(
    ("how", "error", "text"),
    [("raise", KeyError, "no five"), ("odd", Exception, "1 and 2"), ("shape", ShapeError, "Failing expects nothing")],
)
def test_exceptions(how: str, error: type[Exception], text: str, worker: WorkerKind) -> None:
    loader = DataLoader(Failing(how), 2, num_workers=2, worker=worker)
    batches = iter(loader)
    assert [next(batches).tolist() for _ in range(2)] == [[0, 1], [2, 3]]
    with pytest.raises(error, match=text) as caught:
        next(batches)
    notes = "\n".join(caught.value.__notes__)
    assert "DataLoader asked the dataset for item 5" in notes
    assert "in worker 0 of DataLoader" in notes
    if worker == "process":
        assert "__getitem__" in notes
        assert f"{type(Odd(1, 2)).__name__}: 1 and 2" in notes or how != "odd"
    with pytest.raises(StopIteration):
        next(batches)


def test_an_exception_here_tells_the_item() -> None:
    with pytest.raises(KeyError, match="no five") as caught:
        list(DataLoader(Failing("raise"), 2))
    assert caught.value.__notes__ == ["DataLoader asked the dataset for item 5"]


@pytest.mark.parametrize("workers", [0, 1])
def test_stop_iteration_of_an_item_does_not_end_a_pass(workers: int) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        list(DataLoader(Failing("stop"), 2, num_workers=workers, worker="thread"))


@pytest.mark.parametrize(("how", "code"), [("kill", r"-9 \(SIGKILL\)"), ("exit", "3")])
def test_a_process_that_dies(how: str, code: str) -> None:
    loader = DataLoader(Failing(how), 1, num_workers=2, persistent_workers=True)
    batches = iter(loader)
    assert [next(batches).item() for _ in range(5)] == list(range(5))
    with pytest.raises(RuntimeError, match=rf"^worker 1 of DataLoader \(pid \d+\) died with exit code {code}$"):
        next(batches)
    assert not children()
    assert [batch.item() for _, batch in zip(range(2), loader, strict=False)] == [0, 1]  # new workers


def test_the_death_of_a_process_is_noticed_at_once() -> None:
    assert any(_seconds_until_a_death_is_noticed() < 10 for _ in range(3))  # the machine may pause us in one of them


def _seconds_until_a_death_is_noticed() -> float:
    loader = DataLoader(Slow(), 1, num_workers=1, prefetch_factor=1)
    batches = iter(loader)
    pid = int(next(batches))
    threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
    started = time.monotonic()
    with pytest.raises(
        RuntimeError, match=rf"^worker 0 of DataLoader \(pid {pid}\) died with exit code -9 \(SIGKILL\)$"
    ):
        next(batches)
    return time.monotonic() - started


class Slow(Dataset[int]):
    def __len__(self) -> int:
        return 100

    def __getitem__(self, number: int) -> int:
        if number:
            time.sleep(1000)
        return os.getpid()


def test_a_thread_that_exits() -> None:
    with pytest.raises(RuntimeError, match=r"^worker 1 of DataLoader \(a thread\) ended by SystemExit$"):
        list(DataLoader(Failing("exit"), 1, num_workers=2, worker="thread"))


@pytest.mark.parametrize("worker", KINDS)
def test_timeouts(worker: WorkerKind) -> None:
    loader = DataLoader(Failing("sleep"), 1, sampler=[0, 5], num_workers=1, worker=worker, persistent_workers=True)
    list(loader)  # the time to start is not to count
    crew = loader._crew
    assert crew is not None
    crew._timeout = 0.3
    with pytest.raises(RuntimeError, match=r"^worker 0 of DataLoader.* gave no batch in timeout=0.3 seconds$"):
        list(loader)


@pytest.mark.parametrize("worker", KINDS)
def test_workers_end_with_a_pass_that_is_given_up(worker: WorkerKind) -> None:
    for _ in DataLoader(Draws(100), 1, num_workers=2, worker=worker):
        break
    gc.collect()
    assert not children()
    batches = iter(DataLoader(Draws(100), 1, num_workers=2, worker=worker))  # not even begun
    del batches
    gc.collect()
    assert not children()
    assert not threads()


def test_a_process_that_does_not_end_is_ended() -> None:
    batches = iter(DataLoader(Slow(), 1, num_workers=1))
    next(batches)
    (pid,) = children()
    del batches
    gc.collect()
    assert not alive(pid)


@pytest.mark.parametrize("worker", KINDS)
def test_passes_of_persistent_workers(worker: WorkerKind) -> None:
    loader = DataLoader(Draws(20), 2, num_workers=2, worker=worker, persistent_workers=True)
    first = iter(loader)
    assert next(first)[0].tolist() == [0, 1]
    second = iter(loader)
    with pytest.raises(
        RuntimeError, match=r"one pass at a time to go on, as persistent_workers is True, got a newer one"
    ):
        next(first)
    assert [number for numbers, _, _ in second for number in numbers.tolist()] == list(range(20))
    assert sequence(loader) == list(range(20))


@pytest.mark.parametrize("worker", KINDS)
def test_the_init_function(worker: WorkerKind, tmp_path: Path) -> None:
    loader = DataLoader(
        Draws(6), 1, num_workers=2, worker=worker, worker_init_fn=Noting(tmp_path), persistent_workers=True
    )
    list(loader)
    list(loader)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1"]
    assert [(tmp_path / name).read_text() for name in "01"] == ["0 once ", "1 once "]
    with pytest.raises(KeyError, match="refused") as caught:
        list(DataLoader(Draws(6), 1, num_workers=2, worker=worker, worker_init_fn=refusing))
    assert "in worker 0 of DataLoader" in caught.value.__notes__


class Noting:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, number: int) -> None:
        info = get_worker_info()
        assert info is not None
        with (self.folder / str(number)).open("a") as file:
            file.write(f"{info.id} once ")


def refusing(number: int) -> None:
    raise KeyError("refused")


def test_what_cannot_be_sent() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError)) as caught:
        iter(DataLoader(Draws(2), num_workers=1, collate_fn=lambda items: items))
    assert "worker='thread' sends nothing" in caught.value.__notes__[0]
    assert len(list(DataLoader(Draws(2), num_workers=1, collate_fn=lambda items: items, worker="thread"))) == 2
    with pytest.raises(TypeError, match="pickle") as caught_there:
        list(DataLoader(Draws(2), num_workers=1, collate_fn=unsendable))
    assert (
        "while worker 0 of DataLoader sent a batch; with worker='thread' nothing is sent"
        in caught_there.value.__notes__
    )
    with pytest.raises(LookupError, match="not here") as caught_at_start:
        list(DataLoader(Unreadable(), num_workers=1))
    assert "while worker 0 of DataLoader read its dataset and functions" in caught_at_start.value.__notes__


@pytest.mark.parametrize("worker", KINDS)
def test_iterable_datasets(worker: WorkerKind) -> None:
    def batches(count: int, workers: int, **options: Any) -> list[list[int]]:
        loader = DataLoader(
            Counted(count, options.pop("how", "shared")), 2, num_workers=workers, worker=worker, **options
        )
        return [batch.tolist() for batch in loader]

    assert batches(7, 2) == [[0, 2], [1, 3], [4, 6], [5]]
    items = DataLoader(Counted(5), None, num_workers=2, worker=worker)
    assert list(items) == [0, 1, 2, 3, 4]
    with pytest.raises(OSError, match="no numbers"):
        batches(4, 2, how="fails")
    if worker == "process":  # what follows is the same for both
        return
    assert batches(5, 0) == [[0, 1], [2, 3], [4]]
    assert batches(5, 0, drop_last=True) == [[0, 1], [2, 3]]
    assert batches(7, 2, drop_last=True) == [[0, 2], [1, 3], [4, 6]]
    assert batches(3, 2, how="whole") == [[0, 1], [0, 1], [2], [2]]
    assert batches(1, 3) == [[0]]
    assert batches(0, 2) == []


def test_lengths_of_iterable_datasets() -> None:
    assert len(DataLoader(SizedCounted(7), 2)) == len(list(DataLoader(SizedCounted(7), 2))) == 4
    assert len(DataLoader(SizedCounted(7), 2, drop_last=True)) == 3
    assert len(DataLoader(SizedCounted(7), None)) == 7
    with pytest.raises(TypeError, match="Counted"):
        len(DataLoader(Counted(7), 2))


@pytest.mark.parametrize("worker", KINDS)
def test_items_without_batches(worker: WorkerKind) -> None:
    loader = DataLoader(Draws(5), None, sampler=[3, 1, 4], num_workers=2, worker=worker)
    assert [number for number, _, _ in loader] == [3, 1, 4]
    assert len(loader) == 3
    changed = DataLoader(Draws(3), None, collate_fn=first_part, num_workers=2, worker=worker)
    assert list(changed) == ["0", "1", "2"]


def first_part(item: tuple[int, Array, int]) -> str:
    return str(item[0])


PROGRAM = """
import os, signal, sys, time
from tests.data.test_workers import Slow, children
from shapenet.data import DataLoader

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background without
    batches = iter(DataLoader(Slow(), 1, num_workers=2))
    next(batches)
    print(*children(), flush=True)
    if len(sys.argv) > 1:
        fork = os.fork()  # it has all that the program has open
        if not fork:
            time.sleep(1000)
        print(fork, flush=True)
    next(batches), next(batches)
"""


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_the_program_ends(kind: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    program = subprocess.Popen(
        [sys.executable, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, start_new_session=True
    )
    assert program.stdout is not None
    pids = [int(pid) for pid in program.stdout.readline().split()]
    assert len(pids) == 2
    assert all(map(alive, pids))
    if kind == signal.SIGINT:
        os.killpg(program.pid, kind)  # as Ctrl-C does
    else:
        program.send_signal(kind)
    _, errors = program.communicate()
    assert program.returncode in (-kind, 1)
    assert errors.count(b"KeyboardInterrupt") == (kind == signal.SIGINT)  # that of the program, none of a worker
    deadline = time.monotonic() + 30
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(alive, pids))


def test_a_fork_of_the_program_does_not_keep_its_workers(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, path, "fork"], stdout=subprocess.PIPE, env=environment) as program:
        assert program.stdout is not None
        pids, (fork,) = ([int(pid) for pid in program.stdout.readline().split()] for _ in range(2))
        try:
            assert len(pids) == 2
            program.kill()
            deadline = time.monotonic() + 30
            while any(map(alive, pids)) and time.monotonic() < deadline:
                time.sleep(0.1)
            assert alive(fork)
            assert not any(map(alive, pids))
        finally:
            os.kill(fork, signal.SIGKILL)


def test_workers_leave_no_files_open() -> None:
    def count() -> int:
        gc.collect()
        return len(os.listdir("/proc/self/fd"))

    list(DataLoader(Draws(2), num_workers=1))  # the first process starts one that stays, of multiprocessing
    before = count()
    for _ in range(3):
        list(DataLoader(Draws(2), num_workers=1))
    assert count() <= before


def test_a_program_that_starts_itself_again(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.replace('if __name__ == "__main__":', "if True:"))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert "died with exit code 1" in done.stderr
    assert "begins with `if __name__ == '__main__':`" in done.stderr
