"""Training steps per second of PyTorch on the nets that ./run bench --set steps trains. Nothing in the build needs it.

Set up once:   python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu numpy \\
                   --extra-index-url https://download.pytorch.org/whl/cpu
Run:           venv/bin/python bench/pytorch_steps.py [--threads 2] [--nets mlp40,cifar] [--tuned] [--compile]
Compare:       python3 bench/alternate.py --help

One step is zero_grad, forward, loss, backward and optimizer step, on synthetic data already in memory.
--tuned uses channels_last and an allocator that keeps its memory; without it PyTorch runs with its defaults. --compile
puts forward and loss through torch.compile (Inductor; needs g++), with or without --tuned.
Prints one line per net: median and best steps per second, images per second.
"""
import argparse
import os
import sys
import time

TUNED_MALLOC = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "8589934592", "MALLOC_TOP_PAD_": "268435456"}

options = argparse.ArgumentParser()
options.add_argument("--threads", type=int, default=2)
options.add_argument("--nets", default="mlp5,mlp20,mlp40,mnist,cifar")
options.add_argument("--batch", type=int, default=128)
options.add_argument("--seconds", type=float, default=4.0)
options.add_argument("--tuned", action="store_true")
options.add_argument("--compile", action="store_true")
args = options.parse_args()

if args.tuned and not all(name in os.environ for name in TUNED_MALLOC):
    os.execve(sys.executable, [sys.executable] + sys.argv, {**os.environ, **TUNED_MALLOC})

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(args.threads)
torch.manual_seed(0)


def mlp(depth):
    layers, width = [], 784
    for _ in range(depth):
        layers += [nn.Linear(width, 32), nn.Tanh()]
        width = 32
    return nn.Sequential(*layers, nn.Linear(32, 10))


def mnist():
    """28x28x1, three blocks of conv 3x3 'same', ReLU, max-pool 2; dense 64; dense 10."""
    layers, channels = [], 1
    for filters in (32, 64, 64):
        layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels = filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 9, 64), nn.ReLU(), nn.Linear(64, 10))


def cifar():
    """32x32x3, three blocks of (conv 3x3 'same', ReLU, batch norm) twice, max-pool 2, dropout; dense 128; dense 10."""
    layers, channels = [], 3
    for filters, rate in ((32, .2), (64, .3), (128, .4)):
        for _ in range(2):
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(filters)]
            channels = filters
        layers += [nn.MaxPool2d(2), nn.Dropout(rate)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 16, 128), nn.ReLU(), nn.BatchNorm1d(128), nn.Dropout(.5), nn.Linear(128, 10))


def setup(name):
    if name.startswith("mlp"):
        net, x = mlp(int(name[3:])), torch.randn(args.batch, 784)
        return net, x, torch.optim.SGD(net.parameters(), lr=.01)
    net, shape = (mnist(), (1, 28, 28)) if name == "mnist" else (cifar(), (3, 32, 32))
    x = torch.randn(args.batch, *shape)
    if args.tuned:
        net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    return net, x, torch.optim.Adam(net.parameters(), lr=1e-3)


for name in args.nets.split(","):
    net, x, optimizer = setup(name)
    labels = torch.randint(0, 10, (args.batch,))
    net.train()
    loss = lambda x, labels: F.cross_entropy(net(x), labels)
    if args.compile:
        torch._dynamo.reset()
        loss = torch.compile(loss)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(x, labels).backward()
        optimizer.step()

    for _ in range(6):
        step()
    start = time.perf_counter()
    step()
    inner = max(1, int(.15 / (time.perf_counter() - start)))
    seconds, end = [], time.perf_counter() + args.seconds
    while time.perf_counter() < end or len(seconds) < 3:
        start = time.perf_counter()
        for _ in range(inner):
            step()
        seconds.append((time.perf_counter() - start) / inner)
    seconds.sort()
    median, best = seconds[len(seconds) // 2], seconds[0]
    print(f"pytorch {torch.__version__} {'tuned' if args.tuned else 'default'}{' compiled' if args.compile else ''} threads {args.threads} {name:6s} batch {args.batch}: "
          f"median {1 / median:.1f} steps/s, best {1 / best:.1f} steps/s, median {args.batch / median:.0f} images/s", flush=True)
