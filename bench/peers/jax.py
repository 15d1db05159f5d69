"""JAX: a training step is one function that XLA compiles; its state is donated, so it is updated in place."""
# /// script
# dependencies = ["jax==0.10.2", "jaxlib==0.10.2", "optax==0.2.8", "numpy==2.4.6"]
# ///
# chainrule-peer: jax — JAX, the whole step compiled by XLA
import os

import peer

if peer.GPU is None:
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):  # XLA starts as many threads as it may use processors
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: peer.THREADS])
    if peer.THREADS == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

jax.config.update("jax_default_matmul_precision", "float32")  # the same work, on a GPU too
DEVICE = jax.devices("cpu")[0] if peer.GPU is None else jax.devices("cuda")[peer.GPU]
jax.config.update("jax_default_device", DEVICE)
DESCRIPTION = f"JAX {jax.__version__}" + ("" if peer.GPU is None else f", {DEVICE.device_kind}")

ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": jax.nn.relu,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "lecun": lambda x: 1.7159 * jnp.tanh(x * (2 / 3)) + 0.01 * x,
}


def normalize(layer, p, running, x, training):
    """Batch normalization, and the running statistics after it."""
    mean, variance = running["mean"], running["variance"]
    if training:
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axes), x.var(axes)
        rows, m = x.size // x.shape[-1], layer.momentum
        after = {"mean": m * running["mean"] + (1 - m) * mean, "variance": running["variance"]}
        if rows > 1:
            after["variance"] = m * running["variance"] + (1 - m) * rows / (rows - 1) * variance
        running = {**running, **after}
    gamma = p["gamma"] if layer.scale else running["gamma"]
    return (x - mean) * (gamma * lax.rsqrt(variance + layer.epsilon)) + p["beta"], running


def pool(x, layer, start, combine):
    return lax.reduce_window(x, start, combine, (1, *layer.size, 1), (1, *layer.stride, 1), "VALID")


def apply(layer, p, running, x, training, key):
    """The output of a layer, and its running statistics."""
    match layer.type:
        case "dense":
            x = x @ p["weight"]
            return (x + p["bias"] if layer.bias else x), running
        case "conv2d":
            x = lax.conv_general_dilated(x, p["weight"], layer.stride, layer.pads, dimension_numbers=("NHWC", "HWIO", "NHWC"))
            return (x + p["bias"] if layer.bias else x), running
        case "batchnorm":
            return normalize(layer, p, running, x, training)
        case "activation" if layer.function == "leaky_relu":
            return jnp.where(x > 0, x, layer.slope * x), running
        case "activation" if layer.function in ACTIVATIONS:
            return ACTIVATIONS[layer.function](x), running
        case "maxpool2d":
            return pool(x, layer, -jnp.inf, lax.max), running
        case "avgpool2d":
            return pool(x, layer, 0.0, lax.add) / (layer.size[0] * layer.size[1]), running
        case "globalavgpool2d":
            return x.mean((1, 2)), running
        case "flatten" | "reshape":
            return x.reshape(-1, *layer.output), running
        case "dropout":
            if training and layer.rate > 0:
                x = jnp.where(jax.random.bernoulli(key, 1 - layer.rate, x.shape), x / (1 - layer.rate), 0)
            return x, running
        case "softmax":
            return jax.nn.softmax(x), running
        case "scaling":
            return layer.factor * x, running
    return peer.unsupported(layer)


def split(layer):
    """The weights that are trained, and those that are not."""
    w = {name: jnp.asarray(array) for name, array in layer.weights.items()}
    if layer.type != "batchnorm":
        return w, {}
    trained = {name: w[name] for name in ("gamma", "beta") if name == "beta" or layer.scale}
    kept = {} if layer.scale else {"gamma": w["gamma"]}
    return trained, {"mean": w["running_mean"], "variance": w["running_var"], **kept}


class Net:
    def __init__(self, net, x, y):
        layers = net.layers
        params, running = map(list, zip(*map(split, layers)))
        rate = net.optimizer["learning_rate"]
        optimizer = optax.adam(rate) if net.optimizer["type"] == "adam" else optax.sgd(rate)

        def forward(params, running, x, training, key):
            after, keys = [], jax.random.split(key, len(layers)) if training else [None] * len(layers)
            for layer, p, state, k in zip(layers, params, running, keys):
                x, state = apply(layer, p, state, x, training, k)
                after.append(state)
            return x, after

        def step(state, x, y):
            params, running, slots, key = state
            key, used = jax.random.split(key)

            def objective(params):
                logits, after = forward(params, running, x, True, used)
                return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean(), after

            (loss, running), gradients = jax.value_and_grad(objective, has_aux=True)(params)
            updates, slots = optimizer.update(gradients, slots, params)
            return (optax.apply_updates(params, updates), running, slots, key), loss

        self.x, self.y = x, jnp.asarray(y)
        if net.training:
            self.x = jnp.asarray(x)
            self.state = (params, running, optimizer.init(params), jax.random.PRNGKey(0))
            self.compiled = jax.jit(step, donate_argnums=0)
        else:
            self.state = (params, running)
            self.compiled = jax.jit(lambda state, x: forward(*state, x, False, None)[0])

    def step(self):
        self.state, loss = self.compiled(self.state, self.x, self.y)
        return loss

    def wait(self, loss):
        jax.block_until_ready(self.state)
        return float(loss)

    def infer(self):
        return np.asarray(self.compiled(self.state, jnp.asarray(self.x)))
