package chainrule.bench.contender;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A contender as a process of its own, which is spoken to as {@link Contender} says. */
public final class ContenderProcess implements Session {
    /** How long a contender may take to build a net: compilers of whole steps take minutes. */
    private static final double PREPARATION_SECONDS = 300;

    /** How much longer than asked a window may take: it ends with a whole step. */
    private static final double STEP_SECONDS = 120;

    private static final double EXIT_SECONDS = 2;
    private static final int LAST_LINES = 20;

    /** What the reader puts into the queue when the output ends. */
    private static final String END = "";

    private final Contender contender;
    private final Process process;
    private final double preparationSeconds;
    private final double stepSeconds;
    private final Writer input;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final List<String> errors = new ArrayList<>();
    private final Thread errorReader;
    private final Thread killer;

    private ContenderProcess(Contender contender, Process process, double preparationSeconds, double stepSeconds) {
        this.contender = contender;
        this.process = process;
        this.preparationSeconds = preparationSeconds;
        this.stepSeconds = stepSeconds;
        this.input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread.startVirtualThread(this::readAnswers);
        this.errorReader = Thread.startVirtualThread(this::readErrors);
    }

    /** Starts the program. @throws ContenderFailure if there is none */
    public static ContenderProcess start(Contender contender) {
        return start(contender, PREPARATION_SECONDS, STEP_SECONDS);
    }

    /**
     * Starts the program.
     *
     * @param preparationSeconds how long it may take to build a net
     * @param stepSeconds how much longer than asked a window may take
     */
    static ContenderProcess start(Contender contender, double preparationSeconds, double stepSeconds) {
        ProcessBuilder builder = new ProcessBuilder(contender.command());
        builder.environment().putAll(contender.environment());
        try {
            return new ContenderProcess(contender, builder.start(), preparationSeconds, stepSeconds);
        } catch (IOException e) {
            throw new ContenderFailure("cannot be started: " + e.getMessage(), e);
        }
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    answers.add(line);
                }
            }
        } catch (IOException _) {
            // The process was killed.
        }
        answers.add(END);
    }

    private void readErrors() {
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (errors) {
                    if (!line.isBlank()) {
                        errors.add(line.strip());
                    }
                    if (errors.size() > LAST_LINES) {
                        errors.removeFirst();
                    }
                }
            }
        } catch (IOException _) {
            // The process was killed.
        }
    }

    @Override
    public Ready prepare(JsonObject request) {
        JsonObject answer = ask(request, preparationSeconds);
        List<Double> losses = new ArrayList<>();
        if (answer.has("losses")) {
            answer.getAsJsonArray("losses").forEach(loss -> losses.add(loss.getAsDouble()));
        }
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        if (answer.has("facts")) {
            answer.getAsJsonObject("facts").entrySet().forEach(e -> facts.put(e.getKey(), text(e.getValue())));
        }
        boolean hasParts = answer.has("hasParts") && answer.get("hasParts").getAsBoolean();
        return new Ready(losses, facts, hasParts);
    }

    private static String text(JsonElement value) {
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    @Override
    public Window run(double seconds) {
        JsonObject request = new JsonObject();
        request.addProperty("run", seconds);
        return Window.of(ask(request, seconds + stepSeconds));
    }

    @Override
    public Parts parts(double seconds) {
        JsonObject request = new JsonObject();
        request.addProperty("parts", seconds);
        JsonObject answer = ask(request, seconds + preparationSeconds);
        return new Parts(numbers(answer, "step"), numbers(answer, "alone"));
    }

    private static SequencedMap<String, Double> numbers(JsonObject answer, String name) {
        SequencedMap<String, Double> numbers = new LinkedHashMap<>();
        if (answer.has(name)) {
            answer.getAsJsonObject(name).entrySet().forEach(e -> numbers.put(e.getKey(), e.getValue().getAsDouble()));
        }
        return numbers;
    }

    private JsonObject ask(JsonObject request, double seconds) {
        try {
            input.write(request + "\n");
            input.flush();
        } catch (IOException _) {
            throw crash();
        }
        String line;
        try {
            line = answers.poll(Math.round(1e3 * seconds), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContenderFailure("was interrupted", e);
        }
        if (line == null) {
            process.destroyForcibly();
            throw new ContenderFailure(String.format(Locale.ROOT, "did not answer within %.0f s", seconds));
        }
        if (line.equals(END)) {
            answers.add(END); // for the next request: writing to a process that has ended may fail silently
            throw crash();
        }
        try {
            JsonObject answer = JsonParser.parseString(line).getAsJsonObject();
            if (answer.has("error")) {
                throw new ContenderFailure(ContenderFailure.Kind.REFUSED, text(answer.get("error")), null);
            }
            return answer;
        } catch (JsonParseException | IllegalStateException e) {
            throw new ContenderFailure("answered what is not a JSON object: " + line, e);
        }
    }

    private ContenderFailure crash() {
        try {
            boolean ended = process.waitFor(1, TimeUnit.SECONDS) && errorReader.join(Duration.ofSeconds(1));
            synchronized (errors) {
                String status = ended ? "ended with exit status " + process.exitValue() : "closed its output";
                return new ContenderFailure(status + (errors.isEmpty() ? "" : ": " + telling(errors)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ContenderFailure("was interrupted", e);
        }
    }

    /** The line that says most: the last of a Python traceback, the first of a Java exception. */
    private static String telling(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("Exception in thread") || line.startsWith("Error: "))
                .findFirst()
                .orElse(lines.getLast());
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException _) {
            // It has ended already.
        }
        try {
            if (!process.waitFor(Math.round(1e3 * EXIT_SECONDS), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException _) {
            // The JVM is shutting down.
        }
    }

    @Override
    public String toString() {
        return contender.name();
    }
}
