// /// script
// dependencies = [
//     "ai.djl:api:0.36.0",
//     "ai.djl.pytorch:pytorch-engine:0.36.0",
//     "ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0",
//     "ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64",
// ]
// ///
// chainrule-peer: djl — Deep Java Library with its PyTorch engine, CPU only (Linux on x86-64)

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.management.OperatingSystemMXBean;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/** Deep Java Library: speaks the protocol of bench/src/main/java/chainrule/bench/contender/Contender.java. */
public final class Djl {
    private static final int STEPS = 3; // of a check

    private final PrintStream answers;
    private Net net;
    private boolean training;

    private Djl(PrintStream answers) {
        this.answers = answers;
    }

    public static void main(String[] arguments) throws IOException {
        Djl djl = new Djl(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        System.setOut(System.err); // what libraries print does not get among the answers
        try (BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                if (line.stripLeading().startsWith("{")) {
                    djl.answer(JsonParser.parseString(line).getAsJsonObject());
                }
            }
        }
        System.exit(0); // without waiting for threads of a library
    }

    private void answer(JsonObject request) {
        JsonObject answer = new JsonObject();
        try {
            answer = request.has("run") ? measure(request.get("run").getAsDouble()) : prepare(request);
        } catch (Unsupported e) {
            answer.addProperty("error", e.getMessage());
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            e.printStackTrace();
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String message =
                    cause.getMessage() == null ? "" : ": " + cause.getMessage().strip().lines().findFirst().orElse("");
            answer.addProperty("error", cause.getClass().getSimpleName() + message);
        }
        answers.println(answer);
    }

    /** What the library cannot do. The message says what. */
    private static final class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unsupported(String message) {
            super(message);
        }
    }

    private JsonObject prepare(JsonObject request) throws IOException, TranslateException {
        if (net != null) {
            net.close();
            net = null;
        }
        Engine engine = engine(request.get("threads").getAsInt());
        training = request.get("mode").getAsString().equals("train");
        JsonObject answer = new JsonObject();
        answer.add("losses", request.has("check") ? check(request) : new JsonArray());
        net = random(request);
        JsonObject facts = new JsonObject();
        String version = Engine.getDjlVersion();
        facts.addProperty("description", "Deep Java Library " + version + ", PyTorch " + engine.getVersion());
        facts.addProperty("threads", JniUtils.getNumThreads());
        facts.addProperty("JDK", System.getProperty("java.version"));
        answer.add("facts", facts);
        return answer;
    }

    /** The engine, which reads all that is set here when it loads its native library. */
    private static Engine engine(int threads) {
        if (threads == 0) {
            throw new Unsupported("finds no GPU: its native library has no CUDA");
        }
        if (!System.getProperty("os.name").equals("Linux") || !System.getProperty("os.arch").equals("amd64")) {
            throw new Unsupported("has a native library for Linux on x86-64 only");
        }
        System.setProperty("ai.djl.offline", "true"); // the native library is among the jars
        System.setProperty("DJL_CACHE_DIR", Path.of(System.getProperty("chainrule.environment"), "cache").toString());
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("slf4j.internal.verbosity", "ERROR"); // hides the warning about the missing logger
        return Engine.getEngine("PyTorch");
    }

    private JsonArray check(JsonObject request) throws IOException, TranslateException {
        JsonArray losses = new JsonArray();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                InputStream file = Files.newInputStream(Path.of(request.get("check").getAsString()))) {
            NDList tensors = NDList.decode(manager, file);
            NDArray x = tensors.get("input");
            float[] labels = tensors.get("target").toFloatArray();
            try (Net checked = new Net(request, tensors, training, x.toFloatArray(), x.getShape(), labels)) {
                if (training) {
                    for (int i = 0; i < STEPS; i++) {
                        losses.add(checked.step());
                    }
                } else {
                    losses.add(crossEntropy(checked.infer(), labels));
                }
            }
        }
        return losses;
    }

    /** The net for a measurement, with a random batch. */
    private Net random(JsonObject request) {
        Shape input = new Shape(longs(request.getAsJsonArray("input")));
        Shape batch = new Shape(request.get("batch").getAsLong()).addAll(input);
        Random random = new Random(2);
        float[] x = new float[Math.toIntExact(batch.size())];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        int classes = Math.toIntExact(Layer.of(request).getLast().output().size());
        float[] y = new float[Math.toIntExact(batch.get(0))];
        for (int i = 0; i < y.length; i++) {
            y[i] = random.nextInt(classes);
        }
        return new Net(request, new NDList(), training, x, batch, y);
    }

    /** The mean cross-entropy of the softmax, in float64. */
    private static double crossEntropy(float[] logits, float[] labels) {
        int classes = logits.length / labels.length;
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            float[] z = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
            double sum = 0;
            double max = Float.NEGATIVE_INFINITY;
            for (float value : z) {
                max = Math.max(max, value);
            }
            for (float value : z) {
                sum += Math.exp(value - max);
            }
            loss += Math.log(sum) + max - z[(int) labels[i]];
        }
        return loss / labels.length;
    }

    private static long[] longs(JsonArray array) {
        return array.asList().stream().mapToLong(element -> element.getAsLong()).toArray();
    }

    /** Runs whole steps for about that many seconds. */
    private JsonObject measure(double seconds) throws TranslateException {
        if (net == null) {
            throw new Unsupported("was asked to run before it had a net");
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        List<Double> latencies = new ArrayList<>();
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        long steps = 0;
        long now = start;
        do {
            long begin = now;
            if (training) {
                net.step();
            } else {
                net.infer();
            }
            now = System.nanoTime();
            if (!training) {
                latencies.add(1e-9 * (now - begin));
            }
            steps++;
        } while (now - start < 1e9 * seconds);
        JsonObject answer = new JsonObject();
        answer.addProperty("seconds", 1e-9 * (now - start));
        answer.addProperty("steps", steps);
        answer.addProperty("cpuSeconds", 1e-9 * (process.getProcessCpuTime() - cpu));
        answer.addProperty("peakBytes", peakBytes());
        if (!training) {
            latencies.sort(null);
            answer.addProperty("p50", quantile(latencies, 0.5));
            answer.addProperty("p99", quantile(latencies, 0.99));
        }
        return answer;
    }

    /** The smallest value that at least a fraction q of the sorted values does not exceed. */
    private static double quantile(List<Double> sorted, double q) {
        return sorted.get(Math.max(0, (int) Math.ceil(q * sorted.size()) - 1));
    }

    /** The most memory of this process so far. */
    private static long peakBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException _) {
            // Not Linux.
        }
        return Runtime.getRuntime().totalMemory();
    }

    /**
     * A layer of a request.
     *
     * @param json its fields, as chainrule's LayerJson writes them
     * @param shape of one example: images as [height, width, channels]
     * @param output the shape after the layer
     * @param pads the padding of a convolution: top, bottom, left, right
     */
    private record Layer(JsonObject json, Shape shape, Shape output, long[] pads) {
        static List<Layer> of(JsonObject request) {
            List<Layer> layers = new ArrayList<>();
            Shape shape = new Shape(longs(request.getAsJsonArray("input")));
            for (var json : request.getAsJsonArray("layers")) {
                layers.add(of(json.getAsJsonObject(), shape));
                shape = layers.getLast().output();
            }
            return layers;
        }

        private static Layer of(JsonObject json, Shape shape) {
            long[] pads = new long[4];
            Shape output =
                    switch (json.get("type").getAsString()) {
                        case "dense" -> new Shape(json.get("units").getAsLong());
                        case "flatten" -> new Shape(shape.size());
                        case "reshape" -> new Shape(longs(json.getAsJsonArray("shape")));
                        case "globalavgpool2d" -> shape.slice(2);
                        case "conv2d" ->
                                new Shape(
                                        windows(json, "kernel", shape, 0, pads),
                                        windows(json, "kernel", shape, 1, pads),
                                        json.get("filters").getAsLong());
                        case "maxpool2d", "avgpool2d" ->
                                new Shape(
                                        windows(json, "size", shape, 0, pads),
                                        windows(json, "size", shape, 1, pads),
                                        shape.get(2));
                        default -> shape;
                    };
            return new Layer(json, shape, output, pads);
        }

        /** The number of windows along an axis; also sets its padding. An odd pixel of padding goes to the end. */
        private static long windows(JsonObject json, String size, Shape shape, int axis, long[] pads) {
            long kernel = longs(json.getAsJsonArray(size))[axis];
            long stride = longs(json.getAsJsonArray("stride"))[axis];
            if (!json.has("padding") || !json.get("padding").getAsString().equals("same")) {
                return (shape.get(axis) - kernel) / stride + 1;
            }
            long count = Math.ceilDiv(shape.get(axis), stride);
            long total = Math.max(0, (count - 1) * stride + kernel - shape.get(axis));
            pads[2 * axis] = total / 2;
            pads[2 * axis + 1] = total - total / 2;
            return count;
        }

        String type() {
            return json.get("type").getAsString();
        }

        boolean image() {
            return shape.dimension() == 3;
        }

        /** An optional flag, by default true. */
        boolean flag(String name) {
            return !json.has(name) || json.get(name).getAsBoolean();
        }

        float number(String name) {
            return json.get(name).getAsFloat();
        }

        Shape pair(String name) {
            return new Shape(longs(json.getAsJsonArray(name)));
        }
    }

    /**
     * A net in the library, for one batch. Its images are [channels, height, width]. After a flatten its features are in the
     * order channel, height, width, so the weights up to the next dense layer are permuted; where there is no such layer, the
     * flatten puts the channels last itself.
     */
    private static final class Net implements AutoCloseable {
        private final Model model = Model.newInstance("net", Device.cpu(), "PyTorch");
        private final NDManager manager = model.getNDManager();
        private final NDArray x;
        private final NDArray y;
        private Trainer trainer;
        private Predictor<NDArray, float[]> predictor;

        /**
         * @param tensors the weights of a check, or empty for the library's initial weights
         * @param x images as [n, height, width, channels]
         * @param y n classes
         */
        Net(JsonObject request, NDList tensors, boolean training, float[] x, Shape shape, float[] y) {
            boolean images = shape.dimension() == 4;
            NDArray given = manager.create(x, shape);
            this.x = images ? given.transpose(0, 3, 1, 2).duplicate() : given;
            this.y = manager.create(y).toType(DataType.INT64, false);
            List<Layer> layers = Layer.of(request);
            SequentialBlock net = new SequentialBlock();
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < layers.size(); i++) {
                blocks.add(block(layers.get(i), permuted(layers, i), tensors.isEmpty()));
                net.add(blocks.getLast());
            }
            model.setBlock(net);
            net.initialize(manager, DataType.FLOAT32, this.x.getShape());
            if (!tensors.isEmpty()) {
                Shape flattened = null; // the image before a flatten
                for (int i = 0; i < layers.size(); i++) {
                    Layer layer = layers.get(i);
                    fill(blocks.get(i), layer, "layers." + i + ".", tensors, flattened);
                    if (layer.type().equals("flatten") && layer.image() && permuted(layers, i)) {
                        flattened = layer.shape();
                    } else if (layer.type().equals("dense")) {
                        flattened = null;
                    }
                }
            }
            if (training) {
                trainer = model.newTrainer(configuration(request.getAsJsonObject("optimizer")));
                trainer.initialize(this.x.getShape());
            } else {
                predictor = model.newPredictor(new Logits());
            }
        }

        private static DefaultTrainingConfig configuration(JsonObject optimizer) {
            Tracker rate = Tracker.fixed(optimizer.get("learning_rate").getAsFloat());
            return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                    .optDevices(new Device[] {Device.cpu()})
                    .optOptimizer(
                            optimizer.get("type").getAsString().equals("adam")
                                    ? Optimizer.adam().optLearningRateTracker(rate).build()
                                    : Optimizer.sgd().setLearningRateTracker(rate).build());
        }

        /** True if a dense layer follows whose weights, and those on the way to it, can be permuted instead of the features. */
        private static boolean permuted(List<Layer> layers, int flatten) {
            for (Layer layer : layers.subList(flatten + 1, layers.size())) {
                if (!List.of("activation", "dropout", "batchnorm", "scaling").contains(layer.type())) {
                    return layer.type().equals("dense");
                }
            }
            return false;
        }

        private static Block block(Layer layer, boolean permuted, boolean dropout) {
            return switch (layer.type()) {
                case "dense" -> Linear.builder().setUnits(layer.output().size()).optBias(layer.flag("bias")).build();
                case "conv2d" -> convolution(layer);
                case "batchnorm" ->
                        BatchNorm.builder()
                                .optMomentum(layer.number("momentum"))
                                .optEpsilon(layer.number("epsilon"))
                                .optScale(layer.flag("scale"))
                                .build();
                case "activation" -> activation(layer);
                case "maxpool2d" -> Pool.maxPool2dBlock(layer.pair("size"), layer.pair("stride"));
                case "avgpool2d" -> Pool.avgPool2dBlock(layer.pair("size"), layer.pair("stride"));
                case "globalavgpool2d" -> Pool.globalAvgPool2dBlock();
                case "flatten" -> layer.image() && !permuted ? reshape(layer) : Blocks.batchFlattenBlock();
                case "reshape" -> reshape(layer);
                case "dropout" -> Dropout.builder().optRate(dropout ? layer.number("rate") : 0).build();
                case "softmax" -> LambdaBlock.singleton(x -> x.softmax(1));
                case "scaling" -> {
                    float factor = layer.number("factor");
                    yield LambdaBlock.singleton(x -> x.mul(factor));
                }
                default -> throw new Unsupported("has no layer '" + layer.type() + "'");
            };
        }

        private static Block convolution(Layer layer) {
            long[] pads = layer.pads();
            boolean even = pads[0] == pads[1] && pads[2] == pads[3];
            Block convolution =
                    Conv2d.builder()
                            .setFilters(Math.toIntExact(layer.output().get(2)))
                            .setKernelShape(layer.pair("kernel"))
                            .optStride(layer.pair("stride"))
                            .optPadding(even ? new Shape(pads[0], pads[2]) : new Shape(0, 0))
                            .optBias(layer.flag("bias"))
                            .build();
            Shape uneven = new Shape(pads[2], pads[3], pads[0], pads[1]);
            Function<NDArray, NDArray> pad = x -> x.pad(uneven, 0);
            return even ? convolution : new SequentialBlock().add(LambdaBlock.singleton(pad)).add(convolution);
        }

        private static Block activation(Layer layer) {
            String function = layer.json().get("function").getAsString();
            return switch (function) {
                case "identity" -> Blocks.identityBlock();
                case "relu" -> Activation.reluBlock();
                case "tanh" -> Activation.tanhBlock();
                case "sigmoid" -> Activation.sigmoidBlock();
                case "gelu" -> Activation.geluBlock();
                case "leaky_relu" -> Activation.leakyReluBlock(layer.number("slope"));
                case "lecun" -> LambdaBlock.singleton(x -> x.mul(2 / 3f).tanh().mul(1.7159f).add(x.mul(0.01f)));
                default -> throw new Unsupported("has no layer 'activation " + function + "'");
            };
        }

        private static Block reshape(Layer layer) {
            Shape output = new Shape(-1).addAll(layer.output());
            return LambdaBlock.singleton(
                    x -> {
                        NDArray y = (layer.image() ? x.transpose(0, 2, 3, 1) : x).reshape(output);
                        return output.dimension() == 4 ? y.transpose(0, 3, 1, 2) : y;
                    });
        }

        /** Gives the parameters of a layer the values of a check. */
        private static void fill(Block block, Layer layer, String prefix, NDList tensors, Shape flattened) {
            for (var parameter : block.getParameters()) {
                String name = parameter.getKey().replaceFirst(".*_", "");
                NDArray given = tensors.get(prefix + name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
                if (given == null) {
                    continue; // gamma of a batch normalization without scale
                }
                if (name.equals("weight") && layer.type().equals("conv2d")) {
                    given = given.transpose(3, 2, 0, 1);
                } else if (name.equals("weight")) {
                    given = channelsFirst(given, flattened).transpose();
                } else if (layer.type().equals("batchnorm")) {
                    given = channelsFirst(given, flattened);
                }
                parameter.getValue().getArray().set(given.toFloatArray());
            }
        }

        /** The rows of a tensor, which belong to the pixels of a flattened image, in the order channel, height, width. */
        private static NDArray channelsFirst(NDArray tensor, Shape image) {
            return image == null
                    ? tensor
                    : tensor.reshape(image.add(-1)).transpose(2, 0, 1, 3).reshape(tensor.getShape());
        }

        /** One training step. Returns the loss of the batch before the update. */
        float step() {
            try (NDManager step = manager.newSubManager()) {
                NDList data = new NDList(x);
                NDList labels = new NDList(y);
                data.tempAttach(step);
                labels.tempAttach(step);
                NDArray loss;
                try (GradientCollector gradients = trainer.newGradientCollector()) {
                    loss = trainer.getLoss().evaluate(labels, trainer.forward(data));
                    gradients.backward(loss);
                }
                trainer.step();
                return loss.getFloat();
            }
        }

        /** The logits of the batch. */
        float[] infer() throws TranslateException {
            return predictor.predict(x);
        }

        @Override
        public void close() {
            if (trainer != null) {
                trainer.close();
            } else {
                predictor.close();
            }
            model.close();
        }
    }

    /** From a batch to its logits. */
    private static final class Logits implements NoBatchifyTranslator<NDArray, float[]> {
        @Override
        public NDList processInput(TranslatorContext context, NDArray x) {
            x.tempAttach(context.getNDManager());
            return new NDList(x);
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList y) {
            return y.singletonOrThrow().toFloatArray();
        }
    }
}
