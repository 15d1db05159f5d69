package chainrule.bench.versus;

import chainrule.backend.Backend;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderFailure;
import chainrule.bench.contender.Net;
import chainrule.bench.machine.MachineState;
import chainrule.bench.worker.OwnBackend;
import chainrule.experiments.data.Mnist;
import chainrule.experiments.report.Json;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One training to an accuracy, in a JVM of its own. */
public final class AccuracyTrial {
    private AccuracyTrial() {}

    /**
     * Trains in a new JVM.
     *
     * @throws ContenderFailure if it fails, with the last line of its output
     */
    static TimeToAccuracy.Result run(TimeToAccuracy goal, Contender contender, long seed) {
        Net net = goal.net();
        List<String> command =
                OwnBackend.command(
                        AccuracyTrial.class,
                        contender.program(),
                        String.valueOf(Math.max(1, contender.threads())),
                        contender.device(),
                        contender.name(),
                        net.name(),
                        String.valueOf(net.width()),
                        String.valueOf(goal.batch()),
                        String.valueOf(goal.target()),
                        String.valueOf(goal.epochs()),
                        String.valueOf(seed));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            Thread killer = new Thread(process::destroyForcibly);
            Runtime.getRuntime().addShutdownHook(killer);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            Runtime.getRuntime().removeShutdownHook(killer);
            if (status != 0) {
                throw new ContenderFailure("ended with exit status " + status);
            }
            return Json.read(Json.read(output), TimeToAccuracy.Result.class);
        } catch (IOException e) {
            throw new ContenderFailure("cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContenderFailure("was interrupted", e);
        }
    }

    /** Arguments: backend, threads, device, contender, net, width, batch, target, epochs, seed. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // so that nothing but the result is on the standard output
        Net net = Net.named(args[4], Integer.parseInt(args[5]));
        TimeToAccuracy goal =
                new TimeToAccuracy(
                        net, Integer.parseInt(args[6]), Double.parseDouble(args[7]), Integer.parseInt(args[8]));
        Mnist mnist = Mnist.load(null);
        MachineState start = MachineState.now();
        try (Backend backend = Backends.open(args[0], new Setup(Integer.parseInt(args[1]), args[2], false)).backend()) {
            out.print(
                    Json.write(
                            goal.train(
                                    args[3],
                                    backend,
                                    Long.parseLong(args[9]),
                                    mnist.train(),
                                    mnist.test(),
                                    () -> joules(start))));
        }
        out.flush();
        System.exit(0); // without waiting for threads of a backend
    }

    private static double joules(MachineState start) {
        MachineState now = MachineState.now();
        return now.energy().isEmpty() ? Double.NaN : now.since(start).joules();
    }
}
