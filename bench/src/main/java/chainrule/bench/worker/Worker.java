package chainrule.bench.worker;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.check.PrimitiveCase;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.bench.contender.Check;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.Net;
import chainrule.bench.machine.Machine;
import chainrule.bench.path.PrimitiveSet;
import chainrule.bench.path.StepParts;
import chainrule.data.Batch;
import chainrule.io.LayerJson;
import chainrule.io.Safetensors;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.tensor.Shape;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;
import chainrule.train.Trainer;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.management.OperatingSystemMXBean;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One of our backends as a {@link Contender}: a program that is told what to run and answers how long it took.
 *
 * <p>Arguments: the name of the backend. Besides nets it runs single primitives, for comparisons of two builds: {@code {"set":
 * "gemm", "operation": "matmul A·B", "shape": "128x32x32", "threads": 1, "device": ""}}.
 */
public final class Worker {
    private static final int STEPS = 3;

    private final String name;
    private final PrintStream out;
    private Backend backend;
    private Scope scope;
    private Runnable step;
    private Function<Backend, Runnable> builder;
    private boolean latencies;

    private Worker(String name, PrintStream out) {
        this.name = name;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // so that nothing but answers is on the standard output
        Worker worker = new Worker(args[0], answers);
        try (BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                worker.answer(JsonParser.parseString(line).getAsJsonObject());
            }
        }
        System.exit(0); // without waiting for threads of a backend
    }

    private void answer(JsonObject request) {
        try {
            out.println(
                    request.has("run")
                            ? run(request.get("run").getAsDouble())
                            : request.has("parts") ? parts(request.get("parts").getAsDouble()) : prepare(request));
        } catch (OutOfMemoryError _) {
            release();
            error("needs more memory than the " + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB of the heap");
        } catch (RuntimeException e) {
            error(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void error(String message) {
        JsonObject answer = new JsonObject();
        answer.addProperty("error", message);
        out.println(answer);
    }

    private void release() {
        step = null;
        builder = null;
        if (scope != null) {
            scope.close();
            backend.memory().trim();
            scope = null;
        }
    }

    private JsonObject prepare(JsonObject request) {
        release();
        if (backend == null) {
            int threads = Math.max(1, request.get("threads").getAsInt());
            backend = Backends.open(name, new Setup(threads, request.get("device").getAsString(), false)).backend();
        }
        JsonArray losses = new JsonArray();
        if (request.has("set")) {
            scope = backend.openScope("measured primitive");
            PrimitiveCase.Arguments arguments =
                    PrimitiveSet.named(request.get("set").getAsString())
                            .find(request.get("operation").getAsString(), request.get("shape").getAsString())
                            .on(backend, false);
            step = arguments::call;
            latencies = false;
        } else {
            Net net = net(request);
            latencies = request.get("mode").getAsString().equals("infer");
            if (request.has("check")) {
                check(net, Path.of(request.get("check").getAsString())).forEach(losses::add);
            }
            scope = backend.openScope("measured net");
            Batch batch = net.batch(request.get("batch").getAsInt(), 1);
            boolean infers = latencies;
            builder = on -> infers ? inference(net, batch, on) : training(net, batch, on);
            step = builder.apply(backend);
        }
        JsonObject facts = new JsonObject();
        facts.addProperty("description", backend.description());
        facts.addProperty("JDK", System.getProperty("java.version"));
        JsonObject answer = new JsonObject();
        answer.add("losses", losses);
        answer.add("facts", facts);
        answer.addProperty("hasParts", builder != null);
        return answer;
    }

    private static Net net(JsonObject request) {
        int[] input = request.getAsJsonArray("input").asList().stream().mapToInt(size -> size.getAsInt()).toArray();
        JsonObject optimizer = request.getAsJsonObject("optimizer");
        return new Net(
                request.get("net").getAsString(),
                0,
                Shape.of(input),
                LayerJson.read(request.get("layers").toString()),
                optimizer.get("type").getAsString().equals("adam"));
    }

    private static Runnable training(Net net, Batch batch, Backend on) {
        Trainer trainer = net.trainer(on);
        return () -> trainer.step(batch);
    }

    private static Runnable inference(Net net, Batch batch, Backend on) {
        Sequential built = net.build(on);
        return () -> infer(built, batch, on);
    }

    /** Forward with the batch's upload and the output's download: what one answer of a service takes. */
    private static void infer(Sequential net, Batch batch, Backend on) {
        try (Scope _ = on.openScope("inference")) {
            Tape tape = new Tape(on);
            Tensor y = net.forward(tape, batch.uploadInputs(on));
            on.download(y);
        }
    }

    /** Where a step goes. The measured net makes way for one whose primitives are timed. */
    private JsonObject parts(double seconds) {
        Function<Backend, Runnable> build = builder;
        release();
        scope = backend.openScope("timed primitives");
        boolean gpu = backend.name().equals("cuda");
        JsonObject answer = new JsonObject();
        answer.add("step", json(StepParts.measure(backend, build, seconds, gpu, false)));
        answer.add("alone", json(gpu ? StepParts.measure(backend, build, seconds, gpu, true) : Map.of()));
        release();
        return answer;
    }

    private static JsonObject json(Map<String, Double> numbers) {
        JsonObject json = new JsonObject();
        numbers.forEach(json::addProperty);
        return json;
    }

    private List<Double> check(Net net, Path file) {
        Safetensors tensors = Safetensors.read(file);
        try (Scope _ = backend.openScope("check")) {
            Sequential built = net.deterministic().build(backend);
            for (int i = 0; i < built.stages().size(); i++) {
                for (Map.Entry<String, Parameter> own : built.stages().get(i).parameters().entrySet()) {
                    backend.upload(tensors.values("layers." + i + "." + own.getKey()), own.getValue());
                }
            }
            Batch batch = batch(net, tensors);
            if (latencies) {
                return List.of(Check.inferenceLoss(built, batch));
            }
            Trainer trainer = net.trainer(built);
            return IntStream.range(0, STEPS).mapToObj(_ -> trainer.step(batch).loss()).toList();
        } finally {
            backend.memory().trim();
        }
    }

    private static Batch batch(Net net, Safetensors tensors) {
        double[] values = tensors.values("input");
        double[] labels = tensors.values("target");
        float[] inputs = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            inputs[i] = (float) values[i];
        }
        int classes = net.classes();
        float[] targets = new float[labels.length * classes];
        for (int n = 0; n < labels.length; n++) {
            targets[n * classes + (int) labels[n]] = 1;
        }
        return new Batch(labels.length, net.input(), inputs, classes, targets);
    }

    private JsonObject run(double seconds) {
        if (step == null) {
            throw new IllegalStateException("was asked to run before it was told what");
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<Long> ends = latencies ? new ArrayList<>() : null;
        long cpu = process.getProcessCpuTime();
        long thread = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        long end = start + (long) (1e9 * seconds);
        long steps = 0;
        long now;
        do {
            step.run();
            backend.synchronize();
            steps++;
            now = System.nanoTime();
            if (latencies) {
                ends.add(now);
            }
        } while (now < end);
        JsonObject answer = new JsonObject();
        answer.addProperty("seconds", 1e-9 * (now - start));
        answer.addProperty("steps", steps);
        answer.addProperty("cpuSeconds", 1e-9 * (process.getProcessCpuTime() - cpu));
        answer.addProperty("threadSeconds", 1e-9 * (threads.getCurrentThreadCpuTime() - thread));
        answer.addProperty("peakBytes", Machine.peakBytes());
        if (latencies) {
            addLatencies(start, ends, answer);
        }
        return answer;
    }

    private static void addLatencies(long start, List<Long> ends, JsonObject answer) {
        double[] latencies = new double[ends.size()];
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = 1e-9 * (ends.get(i) - (i == 0 ? start : ends.get(i - 1)));
        }
        Arrays.sort(latencies);
        answer.addProperty("p50", latencies[(latencies.length - 1) / 2]);
        answer.addProperty("p99", latencies[(int) Math.ceil(0.99 * latencies.length) - 1]);
    }
}
