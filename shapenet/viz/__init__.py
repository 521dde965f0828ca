"""Pictures of trainings and models, as figures of matplotlib: ``figure.savefig("curves.png")``.

No function shows anything or touches the state of ``pyplot``. The colours are told apart by everyone.
"""

from shapenet.viz.confusion import confusion_matrix
from shapenet.viz.curves import learning_curves
from shapenet.viz.grids import activations, filters, images

__all__ = ["activations", "confusion_matrix", "filters", "images", "learning_curves"]
