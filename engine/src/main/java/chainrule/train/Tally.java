package chainrule.train;

import chainrule.io.Snapshot;

/** Running sums over the current epoch. */
final class Tally {
    private long start = System.nanoTime();
    private long end = start;
    private double loss;
    private double correct;
    private long examples;
    private int batches;

    void add(Trainer.Step step, int size) {
        loss += step.loss() * size;
        correct += step.correct();
        examples += size;
        batches++;
        end = System.nanoTime();
    }

    /** Returns the number of finished batches of this epoch. */
    int batches() {
        return batches;
    }

    private double seconds() {
        return (end - start) / 1e9;
    }

    TrainingListener.Progress progress(int epoch, int epochs, int of) {
        return new TrainingListener.Progress(
                epoch, epochs, batches, of, loss / examples, correct / examples, examples / seconds());
    }

    History.Epoch epoch(int number, Evaluation validation) {
        return new History.Epoch(
                number, loss / examples, correct / examples, validation, seconds(), examples / seconds());
    }

    void save(Snapshot into) {
        into.put("batches", batches)
                .put("examples", examples)
                .put("loss sum", loss)
                .put("correct", correct)
                .put("nanoseconds", end - start);
    }

    /** Reads stored sums; the time since they were stored does not count. */
    static Tally read(Snapshot from) {
        Tally tally = new Tally();
        tally.start = tally.end - from.integer("nanoseconds", Long.MAX_VALUE);
        tally.loss = from.number("loss sum");
        tally.correct = from.number("correct");
        tally.examples = from.integer("examples", Long.MAX_VALUE);
        tally.batches = (int) from.integer("batches", Integer.MAX_VALUE);
        return tally;
    }
}
