package chainrule.bench.versus;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.bench.contender.Net;
import chainrule.data.ByteImages;
import chainrule.layer.Sequential;
import chainrule.train.History;
import chainrule.train.TrainingListener;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Trains a net on MNIST until it classifies a given fraction of the test set correctly, and takes the time.
 *
 * <p>The time runs from before the net is built until the evaluation that reaches the target, so evaluations and the
 * compilation of code count, and reading the data does not. The net is evaluated after each epoch. As in MLPerf's training
 * rules, several seeds are trained, and the fastest and the slowest do not count.
 *
 * @param net the net, whose input must be MNIST's
 * @param batch examples in a step
 * @param target the fraction of the test set that must be classified correctly, 0 to 1
 * @param epochs the training stops after this number of epochs even if the target is not reached
 */
record TimeToAccuracy(Net net, int batch, double target, int epochs) {
    /** The number of seeds. */
    static final int SEEDS = 5;

    private static final int MNIST_PIXELS = 28 * 28;

    TimeToAccuracy {
        if (!(target > 0 && target <= 1)) {
            throw new IllegalArgumentException("target accuracy " + target + ", expected more than 0 and at most 1");
        }
        if (net.input().elements() != MNIST_PIXELS) {
            throw new IllegalArgumentException(
                    net.name()
                            + " expects an input of "
                            + net.input()
                            + ": time to accuracy is measured on MNIST, with nets such as mlp5 or mnist");
        }
    }

    /**
     * One training.
     *
     * @param contender the name of the contender
     * @param net the name of the net
     * @param width units or filters; 0 for the net's own
     * @param batch examples in a step
     * @param target the wanted accuracy on the test set
     * @param seed of the initial weights, the order of examples and all draws
     * @param reached false if the limit of epochs came first, or the loss was not finite
     * @param epochs the number of finished epochs
     * @param accuracy on the test set after the last of them
     * @param seconds until the target, or the end
     * @param joules energy in that time; 0 if the machine does not tell
     */
    record Result(
            String contender,
            String net,
            int width,
            int batch,
            double target,
            long seed,
            boolean reached,
            int epochs,
            double accuracy,
            double seconds,
            double joules) {}

    /**
     * Trains with one seed.
     *
     * @param contender the name in the result
     * @param train the training set; its images get the shape of the net's input
     * @param test the test set
     * @param joules the energy used so far, of an arbitrary zero; NaN if the machine does not tell
     */
    Result train(
            String contender, Backend backend, long seed, ByteImages train, ByteImages test, DoubleSupplier joules) {
        double energy = joules.getAsDouble();
        long start = System.nanoTime();
        History history = fit(backend, seed, train, test);
        double seconds = 1e-9 * (System.nanoTime() - start);
        double used = joules.getAsDouble() - energy;
        double accuracy = history.epochs().isEmpty() ? 0 : history.epochs().getLast().validation().accuracy();
        return new Result(
                contender,
                net.name(),
                net.width(),
                batch,
                target,
                seed,
                accuracy >= target,
                history.epochs().size(),
                accuracy,
                seconds,
                used > 0 ? used : 0);
    }

    private History fit(Backend backend, long seed, ByteImages train, ByteImages test) {
        try (Scope _ = backend.openScope("time to accuracy")) {
            return net.trainer(Sequential.build(backend, seed, net.input(), net.layers()))
                    .batchSize(batch)
                    .epochs(epochs)
                    .seed(seed)
                    .validation(test.reshaped(net.input()))
                    .listener(untilReached())
                    .fit(train.reshaped(net.input()));
        }
    }

    private TrainingListener untilReached() {
        return new TrainingListener() {
            @Override
            public boolean epoch(History.Epoch epoch) {
                return epoch.validation().accuracy() < target;
            }
        };
    }

    /**
     * The seeds of one contender and net together. With at least three seeds, the fastest and the slowest are dropped; a
     * training that did not reach the target is slower than all that did.
     *
     * @param seeds the number of trainings
     * @param reached how many of them reached the target
     * @param seconds the median of those that remain; infinite if it did not reach the target
     * @param fastest the fastest of those that remain
     * @param slowest the slowest of those that remain
     * @param epochs the median number of epochs of those that reached the target; NaN if none did
     * @param joules the median of those that reached the target; 0 if the machine does not tell
     */
    record Summary(
            int seeds, int reached, double seconds, double fastest, double slowest, double epochs, double joules) {
        /** @throws IllegalArgumentException without results */
        static Summary of(List<Result> results) {
            if (results.isEmpty()) {
                throw new IllegalArgumentException("no trainings to summarize");
            }
            List<Result> reached = results.stream().filter(Result::reached).toList();
            double[] times =
                    results.stream()
                            .mapToDouble(r -> r.reached() ? r.seconds() : Double.POSITIVE_INFINITY)
                            .sorted()
                            .toArray();
            double[] kept = times.length < 3 ? times : Arrays.copyOfRange(times, 1, times.length - 1);
            return new Summary(
                    results.size(),
                    reached.size(),
                    median(kept),
                    kept[0],
                    kept[kept.length - 1],
                    median(reached.stream().mapToDouble(Result::epochs).sorted().toArray()),
                    reached.isEmpty() ? 0 : median(reached.stream().mapToDouble(Result::joules).sorted().toArray()));
        }

        private static double median(double[] ascending) {
            int n = ascending.length;
            return n == 0 ? Double.NaN : (ascending[(n - 1) / 2] + ascending[n / 2]) / 2;
        }
    }
}
