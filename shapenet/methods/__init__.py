"""The methods of ``Tensor``, one module a family. They make tensors by ``Core._like``: the class itself comes later."""
