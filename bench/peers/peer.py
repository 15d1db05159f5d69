"""Runs a peer: a library that `./run versus` measures against chainrule's backends.

    python peer.py FILE [ARGUMENTS…]

FILE describes one library. This program speaks the protocol of bench/src/main/java/chainrule/bench/contender/Contender.java
for it: it reads one JSON object a line, answers each with one line, and exits at the end of the input. It reads the first
line before it runs FILE, so FILE can use what the line asks for:

    peer.THREADS, peer.GPU     CPU threads; the number of a GPU, or None
    peer.ARGUMENTS             the arguments of this program after FILE

and defines

    DESCRIPTION                the library and its version, for people
    class Net:
        __init__(self, net, x, y)   builds the net, ready to train (net.training) or to infer, for one batch:
                                    x float32 [n, …], images as [n, height, width, channels]; y int64 [n], the classes
        step(self)                  one training step: clear the gradients, forward, loss, backward, update; returns the
                                    loss of the batch before the update, and need not wait for it
        wait(self, loss)            blocks until the step is done and returns its loss as a float
        infer(self)                 returns the logits of the batch as a numpy array [n, classes]
        steps(self, count)          as many steps, for a library that has a loop of its own; may be left out

net has training (True or False), optimizer ({"type": "sgd" or "adam", "learning_rate": …}), and layers. A layer has the
fields of chainrule's LayerJson, and besides: shape, output (of one example, images as height, width, channels), weights
(name → float32 array) and, for a conv2d, pads ((top, bottom), (left, right)).

This module imports no library before FILE runs: some libraries read the number of threads at their import.
"""
import importlib.util
import json
import math
import os
import platform
import sys
import time
from types import SimpleNamespace

STEPS = 3  # of a check
MAX_GROUP = 1 << 16
LONGEST = 300  # characters of an error message

THREADS, GPU, ARGUMENTS = 1, None, []


class Unsupported(Exception):
    """What a library cannot do. The message says what."""


def unsupported(layer):
    """Refuses a layer that the library does not have."""
    function = f" {layer.function}" if layer.type == "activation" else ""
    raise Unsupported(f"has no layer '{layer.type}{function}'")


def windows(size, kernel, stride, same):
    """The number of windows along an axis, and the padding before and after it. An odd pixel of padding goes to the end."""
    if not same:
        return (size - kernel) // stride + 1, (0, 0)
    count = -(-size // stride)
    total = max(0, (count - 1) * stride + kernel - size)
    return count, (total // 2, total - total // 2)


def complete(json_layer, shape):
    """A layer with the defaults of LayerJson, and its shapes."""
    layer = SimpleNamespace(**{"bias": True, "scale": True, **json_layer})
    layer.shape, layer.output, layer.pads = shape, shape, ((0, 0), (0, 0))
    match layer.type:
        case "dense":
            layer.output = (layer.units,)
        case "flatten":
            layer.output = (math.prod(shape),)
        case "reshape":
            layer.output = tuple(json_layer["shape"])
        case "globalavgpool2d":
            layer.output = shape[2:]
        case "conv2d" | "maxpool2d" | "avgpool2d":
            kernel = layer.kernel if layer.type == "conv2d" else layer.size
            same = layer.type == "conv2d" and layer.padding == "same"
            axes = [windows(*axis, same) for axis in zip(shape, kernel, layer.stride)]
            layer.pads = tuple(pads for _, pads in axes)
            layer.output = (*(count for count, _ in axes), layer.filters if layer.type == "conv2d" else shape[2])
    return layer


def initial(layer, random):
    """Weights for a net that is only timed: Glorot-uniform."""
    import numpy as np

    if layer.type == "batchnorm":
        ones = {name: np.ones(layer.shape[-1], np.float32) for name in ("gamma", "running_var")}
        return {**ones, **{name: np.zeros(layer.shape[-1], np.float32) for name in ("beta", "running_mean")}}
    if layer.type not in ("dense", "conv2d"):
        return {}
    shape = (*layer.kernel, layer.shape[2], layer.filters) if layer.type == "conv2d" else (layer.shape[0], layer.units)
    area = math.prod(shape[:-2])
    limit = math.sqrt(6 / (area * (shape[-2] + shape[-1])))
    weights = {"weight": random.uniform(-limit, limit, shape).astype(np.float32)}
    return {**weights, "bias": np.zeros(shape[-1], np.float32)} if layer.bias else weights


def read_safetensors(file):
    """name → array, all float32."""
    import numpy as np

    data = open(file, "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[start + begin : start + end], "<f4").reshape(entry["shape"]).copy()
    return tensors


def describe(request, tensors, dropout):
    """The net of a request, with the weights of a check's file, or initial weights if there are no tensors."""
    import numpy as np

    shape, layers, random = tuple(request["input"]), [], np.random.default_rng(1)
    for i, json_layer in enumerate(request["layers"]):
        layer = complete(json_layer, shape)
        prefix = f"layers.{i}."
        given = {name[len(prefix) :]: t for name, t in tensors.items() if name.startswith(prefix)}
        layer.weights = given if tensors else initial(layer, random)
        if layer.type == "dropout" and not dropout:
            layer.rate = 0.0
        layers.append(layer)
        shape = layer.output
    return SimpleNamespace(training=request["mode"] == "train", optimizer=request["optimizer"], layers=layers)


def channels_first(net):
    """The same layers for a library whose images are [channels, height, width].

    A convolution's weight becomes [out, in, height, width]. After a flatten the features are in the order channel, height,
    width, so the weights up to the next dense layer are permuted; where there is no such layer, the flatten gets
    permute = True: it must put the channels last itself.
    """
    layers = [SimpleNamespace(**{**vars(layer), "weights": dict(layer.weights), "permute": False}) for layer in net.layers]
    for i, layer in enumerate(layers):
        if layer.type == "conv2d":
            layer.weights["weight"] = layer.weights["weight"].transpose(3, 2, 0, 1).copy()
        elif layer.type == "flatten" and len(layer.shape) == 3:
            import numpy as np

            order = np.arange(math.prod(layer.shape)).reshape(layer.shape).transpose(2, 0, 1).ravel()
            after = []  # batch normalization between the flatten and its dense layer
            for follower in layers[i + 1 :]:
                after.append(follower)
                if follower.type not in ("activation", "dropout", "batchnorm", "scaling"):
                    break
            layer.permute = not after or after[-1].type != "dense"
            if not layer.permute:
                for follower in after:
                    permuted = ("weight",) if follower.type == "dense" else tuple(follower.weights)
                    follower.weights.update({name: follower.weights[name][order] for name in permuted})
    return layers


def cross_entropy(logits, labels):
    """The mean cross-entropy of the softmax, in float64."""
    import numpy as np

    z = np.asarray(logits, np.float64)
    z = z - z.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]))


def quantile(values, q):
    """The smallest value that at least a fraction q of the sorted values does not exceed."""
    return values[max(0, math.ceil(q * len(values)) - 1)]


def peak_bytes():
    """The most memory of this process so far."""
    try:
        with open("/proc/self/status") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def steps_of(program, count):
    """Runs steps and returns the loss of the last."""
    if hasattr(program, "steps"):
        return program.steps(count)
    for _ in range(count):
        loss = program.step()
    return loss


def measure(program, training, seconds):
    """Runs whole steps for about that many seconds.

    A library that returns before a step is done runs ahead, as it does in a training loop: only the last step of a group is
    waited for. Groups are as long as the time that is left allows, so that few steps are waited for.
    """
    latencies, steps, group = [], 0, 1
    cpu, start = time.process_time(), time.perf_counter()
    while True:
        if training:
            program.wait(steps_of(program, group))
        else:
            for _ in range(group):
                begin = time.perf_counter()
                program.infer()
                latencies.append(time.perf_counter() - begin)
        steps += group
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            break
        group = max(1, min(2 * group, MAX_GROUP, int((seconds - elapsed) * steps / elapsed)))
    answer = {"seconds": elapsed, "steps": steps, "cpuSeconds": time.process_time() - cpu, "peakBytes": peak_bytes()}
    if latencies:
        latencies.sort()
        answer |= {"p50": quantile(latencies, 0.5), "p99": quantile(latencies, 0.99)}
    return answer


class Runner:
    """Answers requests."""

    def __init__(self, file):
        self.file, self.module, self.program, self.training = file, None, None, True

    def load(self):
        spec = importlib.util.spec_from_file_location("chainrule_peer", self.file)
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.module = module

    def answer(self, request):
        global THREADS, GPU
        if "run" in request:
            if self.program is None:
                raise Unsupported("was asked to run before it had a net")
            return measure(self.program, self.training, request["run"])
        self.program = None
        if self.module is None:
            # A GPU's contender has no threads; device "" is the default one.
            on_gpu = request["threads"] == 0 or request["device"]
            GPU = int(request["device"] or 0) if on_gpu else None
            THREADS = request["threads"] or os.cpu_count()
            self.load()
        self.training = request["mode"] == "train"
        losses = self.check(request) if request.get("check") else []
        self.program = self.prepare(request)
        facts = {"description": self.module.DESCRIPTION, "python": platform.python_version()}
        return {"losses": losses, "facts": facts}

    def check(self, request):
        tensors = read_safetensors(request["check"])
        labels = tensors["target"].astype("int64")
        program = self.module.Net(describe(request, tensors, dropout=False), tensors["input"], labels)
        if self.training:
            return [program.wait(program.step()) for _ in range(STEPS)]
        return [cross_entropy(program.infer(), labels)]

    def prepare(self, request):
        import numpy as np

        net, random = describe(request, {}, dropout=True), np.random.default_rng(2)
        x = random.standard_normal((request["batch"], *request["input"]), dtype=np.float32)
        y = random.integers(0, net.layers[-1].output[0], request["batch"], dtype=np.int64)
        return self.module.Net(net, x, y)


def message(error):
    """One line that says what is wrong."""
    lines = [line.strip()[:LONGEST] for line in str(error).splitlines() if line.strip()]
    if isinstance(error, Unsupported):
        return lines[0]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def main():
    global ARGUMENTS
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print does not get among the answers
    sys.modules["peer"] = sys.modules[__name__]
    sys.path.pop(0)  # this folder: its jax.py would hide the library
    ARGUMENTS = sys.argv[2:]
    runner = Runner(sys.argv[1])
    for line in sys.stdin:
        if not line.lstrip().startswith("{"):
            continue
        try:
            answer = runner.answer(json.loads(line))
        except Exception as error:
            if not isinstance(error, Unsupported):
                import traceback

                traceback.print_exc()
            answer = {"error": message(error)}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    os._exit(0)  # without waiting for threads of a library
