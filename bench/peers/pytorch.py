"""PyTorch: with its defaults, tuned, and compiled."""
# /// script
# dependencies = ["torch==2.13.0", "numpy==2.4.6"]
# ///
# chainrule-peer: pytorch — PyTorch with its defaults
# chainrule-peer: pytorch-tuned tuned MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=268435456 — PyTorch with channels_last images and an allocator that keeps its memory
# chainrule-peer: torch-compile tuned compile MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=268435456 — the same through torch.compile (Inductor; needs g++)
import peer
import torch
import torch.nn as nn
import torch.nn.functional as F

TUNED, COMPILED = "tuned" in peer.ARGUMENTS, "compile" in peer.ARGUMENTS
if peer.GPU is not None and not torch.cuda.is_available():
    raise peer.Unsupported("finds no GPU: this PyTorch has " + (f"CUDA {torch.version.cuda}" if torch.version.cuda else "no CUDA"))
DEVICE = torch.device("cpu" if peer.GPU is None else f"cuda:{peer.GPU}")
DESCRIPTION = f"PyTorch {torch.__version__}" + (", torch.compile" if COMPILED else ", tuned" if TUNED else "")
DESCRIPTION += "" if peer.GPU is None else f", {torch.cuda.get_device_name(DEVICE)}"
torch.set_num_threads(peer.THREADS)
torch.manual_seed(0)
torch.backends.cudnn.allow_tf32 = False  # the same work: float32
if DEVICE.type == "cuda":
    torch.backends.cudnn.benchmark = TUNED


class Apply(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.forward = function


ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "lecun": lambda: Apply(lambda x: 1.7159 * torch.tanh(x * (2 / 3)) + 0.01 * x),
}


def reshape(shape, output):
    def forward(x):
        x = (x.permute(0, 2, 3, 1) if len(shape) == 3 else x).reshape(-1, *output)
        return x.permute(0, 3, 1, 2) if len(output) == 3 else x

    return Apply(forward)


def filled(module, layer):
    """The module with the weights of the layer."""
    with torch.no_grad():
        w = {name: torch.from_numpy(array) for name, array in layer.weights.items()}
        if layer.type == "batchnorm":
            module.weight.copy_(w["gamma"]).requires_grad_(layer.scale)
            module.bias.copy_(w["beta"])
            module.running_mean.copy_(w["running_mean"])
            module.running_var.copy_(w["running_var"])
        else:
            module.weight.copy_(w["weight"].T if layer.type == "dense" else w["weight"])
            if layer.bias:
                module.bias.copy_(w["bias"])
    return module


def module(layer):
    match layer.type:
        case "dense":
            return filled(nn.Linear(layer.shape[0], layer.units, layer.bias), layer)
        case "conv2d":
            (top, bottom), (left, right) = layer.pads
            even = top == bottom and left == right
            conv = nn.Conv2d(layer.shape[2], layer.filters, layer.kernel, layer.stride, (top, left) if even else 0, bias=layer.bias)
            return filled(conv, layer) if even else nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), filled(conv, layer))
        case "batchnorm":
            norm = nn.BatchNorm2d if len(layer.shape) == 3 else nn.BatchNorm1d
            return filled(norm(layer.shape[-1], layer.epsilon, 1 - layer.momentum), layer)
        case "activation" if layer.function == "leaky_relu":
            return nn.LeakyReLU(layer.slope)
        case "activation" if layer.function in ACTIVATIONS:
            return ACTIVATIONS[layer.function]()
        case "maxpool2d":
            return nn.MaxPool2d(layer.size, layer.stride)
        case "avgpool2d":
            return nn.AvgPool2d(layer.size, layer.stride)
        case "globalavgpool2d":
            return Apply(lambda x: x.mean((2, 3)))
        case "flatten" if len(layer.shape) == 3 and layer.permute:
            return reshape(layer.shape, layer.output)
        case "flatten":
            return nn.Flatten()
        case "reshape":
            return reshape(layer.shape, layer.output)
        case "dropout":
            return nn.Dropout(layer.rate)
        case "softmax":
            return nn.Softmax(1)
        case "scaling":
            return Apply(lambda x: layer.factor * x)
    return peer.unsupported(layer)


class Net:
    def __init__(self, net, x, y):
        self.net = nn.Sequential(*map(module, peer.channels_first(net))).to(DEVICE).train(net.training)
        self.x = torch.from_numpy(x)
        if self.x.dim() == 4:
            layout = torch.channels_last if TUNED else torch.contiguous_format
            self.net = self.net.to(memory_format=layout)
            self.x = self.x.permute(0, 3, 1, 2).contiguous(memory_format=layout)
        rate = net.optimizer["learning_rate"]
        weights = [p for p in self.net.parameters() if p.requires_grad]
        if net.training:
            self.x, self.y = self.x.to(DEVICE), torch.from_numpy(y).to(DEVICE)
            adam = net.optimizer["type"] == "adam"
            self.optimizer = torch.optim.Adam(weights, lr=rate) if adam else torch.optim.SGD(weights, lr=rate)
        self.forward, self.loss = self.net, lambda x, y: F.cross_entropy(self.net(x), y)
        if COMPILED:
            torch._dynamo.reset()
            self.forward, self.loss = torch.compile(self.net, dynamic=False), torch.compile(self.loss, dynamic=False)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.x, self.y)
        loss.backward()
        self.optimizer.step()
        return loss

    def wait(self, loss):
        if DEVICE.type == "cuda":
            torch.cuda.synchronize(DEVICE)
        return loss.item()

    @torch.inference_mode()
    def infer(self):
        return self.forward(self.x.to(DEVICE)).cpu().numpy()
