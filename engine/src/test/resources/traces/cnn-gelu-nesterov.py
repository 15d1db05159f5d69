"""Writes cnn-gelu-nesterov.safetensors: a small net of the kinds of layers that the fast CIFAR-10 net has, trained by
PyTorch in float64. Usage: python cnn-gelu-nesterov.py OUTPUT"""

import json
import struct
import sys

import torch
from torch import nn

STEPS = 10
LAYERS = [
    {"type": "conv2d", "filters": 8, "kernel": [2, 2], "stride": [1, 1], "padding": "valid", "bias": True},
    {"type": "activation", "function": "gelu"},
    {"type": "conv2d", "filters": 12, "kernel": [3, 3], "stride": [1, 1], "padding": "same", "bias": False},
    {"type": "maxpool2d", "size": [2, 2], "stride": [2, 2]},
    {"type": "batchnorm", "momentum": 0.6, "epsilon": 1e-12, "scale": False},
    {"type": "activation", "function": "gelu"},
    {"type": "conv2d", "filters": 12, "kernel": [3, 3], "stride": [1, 1], "padding": "same", "bias": False},
    {"type": "batchnorm", "momentum": 0.6, "epsilon": 1e-12, "scale": False},
    {"type": "activation", "function": "gelu"},
    {"type": "maxpool2d", "size": [3, 3], "stride": [3, 3]},
    {"type": "flatten"},
    {"type": "dense", "units": 10, "bias": False},
    {"type": "scaling", "factor": 0.5},
]
OPTIMIZER = {
    "type": "sgd",
    "learning_rate": 0.05,
    "momentum": 0.85,
    "nesterov": True,
    "weight_decay": 0.01,
    "groups": {"beta": {"rate": 8, "decay": 0.125}},
}


class NhwcFlatten(nn.Module):
    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class Scaling(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x


def module(layer, channels, features):
    kind = layer["type"]
    if kind == "conv2d":
        padding = "same" if layer["padding"] == "same" else 0
        return nn.Conv2d(channels, layer["filters"], layer["kernel"], padding=padding, bias=layer["bias"])
    if kind == "activation":
        return nn.GELU()
    if kind == "maxpool2d":
        return nn.MaxPool2d(layer["size"], layer["stride"])
    if kind == "batchnorm":
        norm = nn.BatchNorm2d(channels, eps=layer["epsilon"], momentum=1 - layer["momentum"])
        norm.weight.requires_grad = False
        return norm
    if kind == "dense":
        return nn.Linear(features, layer["units"], bias=False)
    return NhwcFlatten() if kind == "flatten" else Scaling(layer["factor"])


def build(dtype, image):
    torch.manual_seed(3)
    net, shape = nn.Sequential(), image.shape
    for layer in LAYERS:
        net.append(module(layer, shape[1], shape[-1]))
        shape = net(image).shape
    net = net.to(torch.float32)
    with torch.no_grad():
        for name, p in net.named_parameters():
            if name.endswith("bias"):
                p.normal_(0, 0.1)
        for norm in net:
            if isinstance(norm, nn.BatchNorm2d):
                norm.reset_running_stats()
    return net.to(dtype)


def ours(name, value):
    """Our name and layout of one of PyTorch's tensors; None for what is not recorded."""
    index, short = name.split(".")
    kind = LAYERS[int(index)]["type"]
    if kind == "batchnorm":
        short = {"bias": "beta"}.get(short)
    if short is None:
        return None
    if short == "weight":
        value = value.permute(2, 3, 1, 0) if kind == "conv2d" else value.T
    return f"layers.{index}.{short}", value.detach().clone().contiguous()


def train(dtype, image, target):
    net = build(dtype, image)
    x = image.to(dtype).requires_grad_()
    group = OPTIMIZER["groups"]["beta"]
    rate, decay = OPTIMIZER["learning_rate"], OPTIMIZER["weight_decay"]
    betas = [m.bias for m in net if isinstance(m, nn.BatchNorm2d)]
    others = [p for p in net.parameters() if p.requires_grad and all(p is not b for b in betas)]
    optimizer = torch.optim.SGD(
        [
            {"params": others, "lr": rate, "weight_decay": decay},
            {"params": betas, "lr": rate * group["rate"], "weight_decay": decay * group["decay"]},
        ],
        momentum=OPTIMIZER["momentum"],
        nesterov=True,
    )
    tensors, losses = {}, []

    def record(prefix, named):
        for name, value in named:
            entry = ours(name, value)
            if entry is not None:
                tensors[prefix + entry[0]] = entry[1]

    record("", [(n, p) for n, p in net.named_parameters() if p.requires_grad])
    for step in range(STEPS + 1):
        output = net(x)
        loss = nn.functional.cross_entropy(output, target.to(dtype))
        losses.append(loss.item())
        if step == STEPS:
            break
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            tensors["output"] = output.detach().clone()
            tensors["grad.input"] = x.grad.permute(0, 2, 3, 1).contiguous()
            record("grad.", [(n, p.grad) for n, p in net.named_parameters() if p.requires_grad])
            for i, norm in enumerate(net):
                if isinstance(norm, nn.BatchNorm2d):
                    tensors[f"after_one_forward.layers.{i}.running_mean"] = norm.running_mean.clone()
                    tensors[f"after_one_forward.layers.{i}.running_var"] = norm.running_var.clone()
        optimizer.step()
    record("final.", [(n, p) for n, p in net.named_parameters() if p.requires_grad])
    tensors["losses"] = torch.tensor(losses, dtype=torch.float64)
    return tensors


def error(a, b):
    return ((a.double() - b.double()).norm() / b.double().norm()).item()


def main():
    torch.manual_seed(1)
    image = torch.randn(20, 3, 16, 16)
    image = nn.functional.avg_pool2d(image, 3, 1, 1) * 2  # neighbouring pixels are alike, as in photos
    label = torch.randint(0, 10, (20,))
    target = 0.8 * nn.functional.one_hot(label, 10).float() + 0.02
    tensors = train(torch.float64, image, target)
    single = train(torch.float32, image, target)

    def worst(prefix):
        return max(error(single[n], tensors[n]) for n in tensors if n.startswith(prefix))

    errors = {"loss": worst("losses"), "grad": worst("grad."), "final": worst("final.")}
    print(errors, tensors["losses"])
    tensors["input"] = image.permute(0, 2, 3, 1).contiguous()
    tensors["target"] = target
    header = {
        "__metadata__": {
            "format": "chainrule-trace-1",
            "layers": json.dumps(LAYERS),
            "input_shape": "[16, 16, 3]",
            "loss": "softmax_cross_entropy",
            "optimizer": json.dumps(OPTIMIZER),
            "steps": str(STEPS),
            "float32_error": json.dumps({k: float(f"{v:.1e}") for k, v in errors.items()}),
        }
    }
    data = b""
    for name, value in tensors.items():
        wide = name == "losses"
        raw = (value.double() if wide else value.float()).detach().numpy().tobytes()
        header[name] = {
            "dtype": "F64" if wide else "F32",
            "shape": list(value.shape),
            "data_offsets": [len(data), len(data) + len(raw)],
        }
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(sys.argv[1], "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


main()
