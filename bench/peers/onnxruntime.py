"""ONNX Runtime, which only infers."""
# /// script
# dependencies = ["onnx==1.23.1", "onnxruntime==1.30.0", "numpy==2.4.6"]
# ///
# chainrule-peer: onnxruntime — ONNX Runtime, which only infers
import numpy as np
import onnx
import onnxruntime
import peer
from onnx import helper, numpy_helper

OPSET, IR_VERSION = 20, 10  # the first opset with Gelu
PROVIDER = "CPUExecutionProvider" if peer.GPU is None else "CUDAExecutionProvider"
if PROVIDER not in onnxruntime.get_available_providers():
    raise peer.Unsupported("has no CUDA provider: install the package onnxruntime-gpu")
DESCRIPTION = f"ONNX Runtime {onnxruntime.__version__}" + ("" if peer.GPU is None else ", CUDA")

ACTIVATIONS = {"identity": "Identity", "relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "gelu": "Gelu"}


class Graph:
    """Nodes in a row, each with the output of the one before as its first input."""

    def __init__(self):
        self.nodes, self.weights, self.last = [], [], "x"

    def add(self, op, *arrays, **attributes):
        inputs = [self.last]
        for array in arrays:
            inputs.append(f"w{len(self.weights)}")
            self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), inputs[-1]))
        self.last = f"y{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [self.last], **attributes))

    def add_reshape(self, shape, output):
        if len(shape) == 3:
            self.add("Transpose", perm=[0, 2, 3, 1])
        self.add("Reshape", np.array([-1, *output], np.int64))
        if len(output) == 3:
            self.add("Transpose", perm=[0, 3, 1, 2])

    def add_layer(self, layer):
        w = layer.weights
        match layer.type:
            case "dense":
                self.add("Gemm", w["weight"], *([w["bias"]] if layer.bias else []))
            case "conv2d":
                (top, bottom), (left, right) = layer.pads
                bias = [w["bias"]] if layer.bias else []
                self.add("Conv", w["weight"], *bias, strides=layer.stride, pads=[top, left, bottom, right])
            case "batchnorm":
                statistics = [w[name] for name in ("gamma", "beta", "running_mean", "running_var")]
                self.add("BatchNormalization", *statistics, epsilon=layer.epsilon)
            case "activation" if layer.function == "leaky_relu":
                self.add("LeakyRelu", alpha=layer.slope)
            case "activation" if layer.function == "lecun":
                x = self.last
                self.add("Mul", np.float32(2 / 3))
                self.add("Tanh")
                self.add("Mul", np.float32(1.7159))
                bent, self.last = self.last, x
                self.add("Mul", np.float32(0.01))
                self.nodes.append(helper.make_node("Add", [bent, self.last], [f"y{len(self.nodes)}"]))
                self.last = self.nodes[-1].output[0]
            case "activation" if layer.function in ACTIVATIONS:
                self.add(ACTIVATIONS[layer.function])
            case "maxpool2d":
                self.add("MaxPool", kernel_shape=layer.size, strides=layer.stride)
            case "avgpool2d":
                self.add("AveragePool", kernel_shape=layer.size, strides=layer.stride)
            case "globalavgpool2d":
                self.add("GlobalAveragePool")
                self.add("Flatten")
            case "flatten" if layer.permute:
                self.add_reshape(layer.shape, layer.output)
            case "flatten":
                self.add("Flatten")
            case "reshape":
                self.add_reshape(layer.shape, layer.output)
            case "softmax":
                self.add("Softmax", axis=1)
            case "scaling":
                self.add("Mul", np.float32(layer.factor))
            case "dropout":
                pass  # it does nothing when a net infers
            case _:
                peer.unsupported(layer)


class Net:
    def __init__(self, net, x, y):
        if net.training:
            raise peer.Unsupported("only infers")
        self.x = np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x
        graph = Graph()
        for layer in peer.channels_first(net):
            graph.add_layer(layer)
        ends = [
            helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
            for name, shape in (("x", self.x.shape), (graph.last, (len(x), net.layers[-1].output[0])))
        ]
        model = helper.make_model(
            helper.make_graph(graph.nodes, "net", ends[:1], ends[1:], graph.weights),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = peer.THREADS
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        provider = PROVIDER if peer.GPU is None else (PROVIDER, {"device_id": str(peer.GPU), "use_tf32": "0"})
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options, [provider])

    def infer(self):
        return self.session.run(None, {"x": self.x})[0]
