"""What a model does with shapes, told without running it: ``shapenet.summary``."""

from shapenet.summaries.report import Drawn, Row, Summary, summary
from shapenet.summaries.work import Amount

__all__ = ["Amount", "Drawn", "Row", "Summary", "summary"]
