"""Models: constructors with options, the Rust spelling, pairs, sequences."""

from typing import Any
from typing import Literal as L

from shapenet import IntTensor, Module, Tensor, nn
from shapenet.dims import B, N


class LeNet(Module):
    def __init__(self) -> None:
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(16 * 5 * 5, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)
        )

    def __call__(self, x: Tensor[B, L[1], L[28], L[28]]) -> Tensor[B, L[10]]:
        return self.classifier(self.features(x))


class Rust(Module):
    """Each layer from its type alone."""

    def __init__(self) -> None:
        self.conv = nn.Conv2d[L[3], L[16], L[3], L[2], L[1]]()
        self.same = nn.Conv2d[L[16], L[16], tuple[L[3], L[1]], L[1], L["same"]]()
        self.norm = nn.BatchNorm2d[L[16]]()
        self.pool = nn.MaxPool2d[L[2]]()
        self.linear = nn.Linear[L[16], L[10]]()

    def __call__(self, x: Tensor[B, L[3], L[32], L[32]]) -> Tensor[B, L[10]]:
        y: Tensor[B, L[16], Any, Any] = self.conv(x)
        z: Tensor[B, L[16], Any, Any] = self.pool(self.norm(self.same(y)))
        return self.linear(z.mean((2, 3)))


class Autoencoder(Module):
    def __init__(self, width: int) -> None:
        self.encoder = nn.Sequential(nn.Conv2d(1, width, (3, 3), stride=(2, 2), padding=(1, 1)), nn.SiLU())
        self.decoder = nn.ConvTranspose2d(width, 1, 2, stride=2)
        self.up = nn.Upsample(scale_factor=2)
        self.pad = nn.ZeroPad2d((1, 0, 1, 0))

    def __call__(self, x: Tensor[B, L[1], L[28], L[28]]) -> Tensor[B, L[1], L[28], L[28]]:
        code = self.encoder(x)
        self.pad(self.up(code)).relu()
        return self.decoder(code)


class Words(Module):
    """Embeddings and recurrent layers: tuples and options of results."""

    def __init__(self) -> None:
        self.embedding = nn.Embedding(1000, 32)
        self.lstm = nn.LSTM(32, 64, batch_first=True)
        self.gru = nn.GRU(64, 64, num_layers=2)
        self.cell = nn.LSTMCell(32, 64)
        self.scores = nn.Linear(64, 5)

    def __call__(self, words: IntTensor[B, N]) -> Tensor[B, L[5]]:
        embedded = self.embedding(words)
        output, (hidden, cell) = self.lstm(embedded)
        states, last = self.gru(output)
        h, c = self.cell(embedded[:, 0])
        h, c = self.cell(embedded[:, 1], (h, c))
        return self.scores(output[:, -1] + h)


class Pooled(Module):
    def __init__(self) -> None:
        self.plain = nn.MaxPool2d(2)
        self.places = nn.MaxPool2d(3, stride=2, padding=1, return_indices=True, ceil_mode=True)
        self.average = nn.AvgPool2d((2, 1))
        self.adaptive = nn.AdaptiveAvgPool2d((7, None))
        self.one = nn.AdaptiveMaxPool2d(1)

    def __call__(self, x: Tensor[B, L[8], L[32], L[32]]) -> Tensor[B, L[8]]:
        maxima, places = self.places(self.plain(x).relu())
        y = self.average(self.adaptive(maxima))
        return self.one(y).flatten(1)


def use(x: Tensor[L[32], L[1], L[28], L[28]], y: Tensor[L[4], L[3], L[32], L[32]]) -> None:
    scores: Tensor[L[32], L[10]] = LeNet()(x)
    more: Tensor[L[4], L[10]] = Rust()(y)
    same: Tensor[L[32], L[1], L[28], L[28]] = Autoencoder(8)(x)
    print(scores.shape[0], more.shape[1], same.softmax(-1))
