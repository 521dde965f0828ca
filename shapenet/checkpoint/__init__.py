"""Weights, and whole training runs, in files: safetensors with JSON, which other libraries read; never pickle."""

from shapenet.checkpoint.folder import Checkpoints
from shapenet.checkpoint.resuming import Loaded, Stateful, load, save
from shapenet.checkpoint.states import load_metadata, load_state, save_state

__all__ = ["Checkpoints", "Loaded", "Stateful", "load", "load_metadata", "load_state", "save", "save_state"]
