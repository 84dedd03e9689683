"""Exports the standard networks to ONNX, trained where training is short.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python export.py --out DIR [--data DIR] [NAME ...]

Each network NAME.onnx comes with NAME.json: inputs in the habit of the field
({"input_data": [[...], ...]}), labels where there are true ones, and the
logits that onnxruntime computes, to compare with.

    digits   64-32-10 on scikit-learn's bundled digits, a fifth held back
    hosts    1024-32-2 on the permissive rows of DIR/domains (needs --data)
    mlp      784-56-10 with random weights, the network provers are compared on
    dense4m  4 x 1024x1024 with random weights
"""

import argparse
import csv
import json
import pathlib

import numpy as np
import onnxruntime
import torch
from sklearn.datasets import load_digits
from torch import nn

OPSET = 17
SEED = 1


def mlp(*widths):
    """Fully connected layers with ReLU between them."""
    layers = []
    for i, (cols, rows) in enumerate(zip(widths, widths[1:])):
        if i > 0:
            layers.append(nn.ReLU())
        layers.append(nn.Linear(cols, rows))
    return nn.Sequential(*layers)


def fit(model, x, y, epochs, rate=3e-3, decay=1e-4, batch=64):
    """Adam on the cross-entropy, in an order the seed decides."""
    order = torch.Generator().manual_seed(SEED)
    steps = epochs * -(-len(x) // batch)
    adam = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(epochs):
        for part in torch.randperm(len(x), generator=order).split(batch):
            adam.zero_grad()
            nn.functional.cross_entropy(model(x[part]), y[part]).backward()
            adam.step()
            cosine.step()


def digits():
    """1,797 images of 8x8 pixels, 0 to 16; every fifth is held back."""
    data = load_digits()
    x = torch.tensor(data.data, dtype=torch.float32)
    y = torch.tensor(data.target, dtype=torch.int64)
    held = torch.arange(len(x)) % 5 == 0
    model = mlp(64, 32, 10)
    # Pixels are brought to [0, 1] inside the network: importers fold this away.
    model = nn.Sequential(Scale(1 / 16), *model)
    fit(model, x[~held], y[~held], epochs=40)
    return model, x[held], y[held]


class Scale(nn.Module):
    """Multiplies its input by a constant."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor


WIDTH, COUNTS = 1024, 8


def fnv1a(data):
    """The 32-bit FNV-1a hash."""
    h = 0x811C9DC5
    for byte in data:
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    return h


def features(host):
    """The features of agon/nn/hosts, in the same order."""
    host = host.lower()
    x = np.zeros(WIDTH, dtype=np.float32)
    s = ("^" + host + "$").encode()
    for n in (2, 3, 4):
        for i in range(len(s) - n + 1):
            x[fnv1a(s[i : i + n]) % (WIDTH - COUNTS)] += 1
    labels = host.split(".")
    x[-COUNTS:] = (
        len(host.encode()) // 4,
        max(len(l) for l in labels) // 2,
        len(labels),
        sum(c.isdigit() for c in host),
        host.count("-"),
        sum(c in "aeiou" for c in host) // 2,
        len(labels[-1]),
        host.count("xn--"),
    )
    return np.minimum(x, 15)


def hosts(data):
    """Scam hosts split by date, honest ones by a hash of their site."""
    rows = ([], []), ([], [])
    machines = {"rpc", "api", "asset-host"}
    for name, label in (("scam_permissive.csv", 1), ("benign.csv", 0)):
        with open(data / "domains" / name, newline="", encoding="utf-8") as f:
            for row in csv.DictReader(f):
                if label == 1:
                    if row["first_seen"] == "unknown":
                        continue
                    held = row["first_seen"] >= "2025-09"
                else:
                    if row["kind"] in machines:
                        continue
                    site = ".".join(row["host"].split(".")[-2:])
                    held = fnv1a(site.encode()) % 5 == 0
                rows[held][0].append(features(row["host"]))
                rows[held][1].append(label)
    (x, y), (hx, hy) = rows
    model = mlp(WIDTH, 32, 2)
    fit(model, torch.tensor(np.stack(x)), torch.tensor(y), epochs=4, decay=0.1)
    pick = torch.randperm(len(hx), generator=torch.Generator().manual_seed(SEED))[:1000]
    return model, torch.tensor(np.stack(hx))[pick], torch.tensor(hy)[pick]


def pixels(width):
    """Random images of bytes, brought to [0, 1]."""
    order = torch.Generator().manual_seed(SEED)
    return torch.randint(0, 256, (100, width), generator=order) / 255


def export(name, model, x, y, out, keep):
    """Writes NAME.onnx and NAME.json and says how good the network is."""
    model.eval()
    path = out / (name + ".onnx")
    torch.onnx.export(
        model, (x[:1],), str(path), opset_version=OPSET, input_names=["input"],
        output_names=["logits"], dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
        dynamo=False,
    )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    logits = session.run(None, {"input": x.numpy()})[0]
    case = {
        "input_data": [[round(float(v), 6) for v in row] for row in x[:keep]],
        "logits": [[round(float(v), 4) for v in row] for row in logits[:keep]],
    }
    line = f"{name}: {path.stat().st_size} bytes"
    if y is not None:
        case["labels"] = y[:keep].tolist()
        right = (logits.argmax(1) == y.numpy()).mean()
        line += f", right on {right:.4f} of {len(y)} held back"
    text = json.dumps(case, separators=(",", ":")).replace(".0,", ",").replace(".0]", "]")
    (out / (name + ".json")).write_text(text + "\n", encoding="utf-8")
    print(line)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, help="folder that holds domains/")
    parser.add_argument("--keep", type=int, default=100, help="inputs written to NAME.json")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    makers = {
        "digits": digits,
        "hosts": lambda: hosts(args.data),
        "mlp": lambda: (mlp(784, 56, 10), pixels(784), None),
        "dense4m": lambda: (mlp(1024, 1024, 1024, 1024, 1024), pixels(1024), None),
    }
    for name in args.names or [n for n in makers if n != "hosts" or args.data]:
        if name not in makers:
            parser.error(f"no network {name!r}: choose among {', '.join(makers)}")
        if name == "hosts" and args.data is None:
            parser.error("hosts needs --data")
        torch.manual_seed(SEED)
        export(name, *makers[name](), args.out, args.keep)


if __name__ == "__main__":
    main()
