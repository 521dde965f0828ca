"""How a batch is made of an order, here or in a worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shapenet.data.collate import default_collate, gathered
from shapenet.data.dataset import Dataset, IterableDataset

Order = list[int] | int | None
"""The numbers of a batch; the number of an item, where there are no batches; None for what comes next."""

Fetch = Callable[[Order], Any]


class Exhausted(Exception):  # noqa: N818  (it is no error)
    """There is no further batch."""


@dataclass(frozen=True)
class Recipe:
    """What batches are made of.

    Args:
        dataset: the items.
        batch_size: items in a batch of an ``IterableDataset``; None for items instead of batches.
        drop_last: whether to leave out its last batch if that is not full.
        in_order: whether the numbers of each batch follow each other.
        collate_fn: makes a batch of a list of items, or, without batches, of an item; None for the usual.
        transform: applied to each batch.
    """

    dataset: Dataset[Any] | IterableDataset[Any]
    batch_size: int | None
    drop_last: bool
    in_order: bool
    collate_fn: Callable[[Any], Any] | None
    transform: Callable[[Any], Any] | None

    def start(self) -> Fetch:
        """Begin a pass: what makes its batches, one after the other. It raises ``Exhausted`` at the end."""
        if isinstance(self.dataset, IterableDataset):
            items = iter(self.dataset)
            return lambda order: self._finished(self._next(items))
        dataset = self.dataset
        return lambda order: self._finished(self._picked(dataset, order))

    def _finished(self, batch: Any) -> Any:
        return batch if self.transform is None else self.transform(batch)

    def _picked(self, dataset: Dataset[Any], order: Order) -> Any:
        if isinstance(order, list):
            batch = gathered(dataset, order, self.in_order) if order and self.collate_fn is None else None
            return self._collated([_item(dataset, number) for number in order]) if batch is None else batch
        item = _item(dataset, order)
        return item if self.collate_fn is None else self.collate_fn(item)

    def _next(self, items: Iterator[Any]) -> Any:
        if self.batch_size is None:
            for item in items:
                return item if self.collate_fn is None else self.collate_fn(item)
            raise Exhausted
        batch = list(itertools.islice(items, self.batch_size))
        if not batch or (self.drop_last and len(batch) < self.batch_size):
            raise Exhausted
        return self._collated(batch)

    def _collated(self, items: list[Any]) -> Any:
        return (self.collate_fn or default_collate)(items)


def made(fetch: Fetch, orders: Iterator[Order]) -> Iterator[Any]:
    """The batches of *orders*, each made when it is asked for."""
    for order in orders:
        try:
            batch = [fetch(order)]
        except Exhausted:
            return
        yield batch.pop()  # a batch that is kept here as well would keep its memory


def _item(dataset: Dataset[Any], number: Any) -> Any:
    try:
        return dataset[number]
    except Exception as error:
        error.add_note(f"DataLoader asked the dataset for item {number}")
        raise
