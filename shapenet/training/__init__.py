"""A loop of training, and what goes with it: progress, logs, early stopping. A loop of your own will do as well."""

from shapenet.training.clipping import ClipGradNorm, ClipGradValue
from shapenet.training.evaluating import evaluate
from shapenet.training.fitting import fit
from shapenet.training.history import History
from shapenet.training.logs import CSVLog, JSONLLog
from shapenet.training.metrics import accuracy
from shapenet.training.progress import Progress
from shapenet.training.run import Callback, Run
from shapenet.training.stopping import EarlyStopping
from shapenet.training.tensorboard import TensorBoard

__all__ = [
    "CSVLog",
    "Callback",
    "ClipGradNorm",
    "ClipGradValue",
    "EarlyStopping",
    "History",
    "JSONLLog",
    "Progress",
    "Run",
    "TensorBoard",
    "accuracy",
    "evaluate",
    "fit",
]
