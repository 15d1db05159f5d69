"""Keras 3 on JAX, trained by model.fit as users do."""
# /// script
# dependencies = ["keras==3.15.1", "jax==0.10.2", "jaxlib==0.10.2", "numpy==2.4.6"]
# ///
# chainrule-peer: keras — Keras on JAX, trained by model.fit
import itertools
import os

import peer

os.environ["KERAS_BACKEND"] = "jax"
if peer.GPU is None:
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):  # XLA starts as many threads as it may use processors
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: peer.THREADS])
    if peer.THREADS == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
else:
    os.environ["CUDA_VISIBLE_DEVICES"] = str(peer.GPU)

import jax
import keras
import numpy as np
from keras import layers as L
from keras import ops

jax.config.update("jax_default_matmul_precision", "float32")  # the same work, on a GPU too
DEVICE = jax.devices("cpu" if peer.GPU is None else "cuda")[0]
DESCRIPTION = f"Keras {keras.__version__}, JAX {jax.__version__}" + ("" if peer.GPU is None else f", {DEVICE.device_kind}")
keras.utils.set_random_seed(0)

ACTIVATIONS = {
    "identity": "linear",
    "relu": "relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "gelu": "gelu",
    "lecun": lambda x: 1.7159 * ops.tanh(x * (2 / 3)) + 0.01 * x,
}


def keras_layer(layer):
    match layer.type:
        case "dense":
            return L.Dense(layer.units, use_bias=layer.bias)
        case "conv2d":
            return L.Conv2D(layer.filters, layer.kernel, layer.stride, layer.padding, use_bias=layer.bias)
        case "batchnorm":
            return L.BatchNormalization(momentum=layer.momentum, epsilon=layer.epsilon, scale=layer.scale)
        case "activation" if layer.function == "leaky_relu":
            return L.LeakyReLU(layer.slope)
        case "activation" if layer.function in ACTIVATIONS:
            return L.Activation(ACTIVATIONS[layer.function])
        case "maxpool2d":
            return L.MaxPooling2D(layer.size, layer.stride)
        case "avgpool2d":
            return L.AveragePooling2D(layer.size, layer.stride)
        case "globalavgpool2d":
            return L.GlobalAveragePooling2D()
        case "flatten":
            return L.Flatten()
        case "reshape":
            return L.Reshape(layer.output)
        case "dropout":
            return L.Dropout(layer.rate)
        case "softmax":
            return L.Softmax()
        case "scaling":
            return L.Rescaling(layer.factor)
    return peer.unsupported(layer)


class Net:
    def __init__(self, net, x, y):
        self.x, self.y = x, y
        self.model = keras.Sequential([keras.Input(net.layers[0].shape), *map(keras_layer, net.layers)])
        for layer, built in zip(net.layers, self.model.layers):
            names = ["weight", "bias", "gamma", "beta", "running_mean", "running_var"]
            if layer.weights:
                kept = [name for name in names if name in layer.weights and (name != "gamma" or layer.scale)]
                built.set_weights([layer.weights[name] for name in kept])
        rate = net.optimizer["learning_rate"]
        optimizer = keras.optimizers.Adam(rate, epsilon=1e-8) if net.optimizer["type"] == "adam" else keras.optimizers.SGD(rate)
        self.model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))

    def steps(self, count):
        """As many steps in one call of fit, whose own cost is small beside them."""
        batches = (batch for batch in itertools.repeat((self.x, self.y)))  # Keras asks for a generator
        return self.model.fit(batches, steps_per_epoch=count, verbose=0, shuffle=False).history["loss"][0]

    def step(self):
        return self.steps(1)

    def wait(self, loss):
        return float(loss)

    def infer(self):
        return np.asarray(self.model.predict_on_batch(self.x))
