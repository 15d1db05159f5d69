package chainrule.experiments.dense;

import chainrule.backend.Scope;
import chainrule.data.Dataset;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.SavedRun;
import chainrule.experiments.study.Study;
import chainrule.experiments.study.StudyResults;
import chainrule.layer.Activation;
import chainrule.layer.Sequential;
import chainrule.train.History;
import chainrule.train.TrainingListener;

import picocli.CommandLine.Mixin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** A study of dense nets on MNIST: one net for each depth, activation and seed. */
abstract class DenseStudy<R extends Record & StudyResults> extends Study<R> implements SavedRun.Reporter {
    /** The values of --activations. */
    static final String ACTIVATIONS = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})";

    private final Class<R> results;
    @Mixin DenseNets nets;

    DenseStudy(Class<R> results) {
        this.results = results;
    }

    /** Every combination of depth, activation and seed, in this order. */
    final List<NetPlan> plans(List<Activation> activations, int seeds, int epochs) {
        List<NetPlan> plans = new ArrayList<>();
        for (int depth : nets.depths) {
            for (Activation activation : activations) {
                for (int i = 0; i < seeds; i++) {
                    long seed = common.seed() + i;
                    String name = activation.kind() + " " + depth + (seeds > 1 ? " seed " + seed : "");
                    plans.add(new NetPlan(name, depth, activation, seed, epochs));
                }
            }
        }
        return plans;
    }

    /** Trains one net after another; after an interruption, the nets that are finished. */
    final <T> List<T> trainAll(Run run, List<NetPlan> plans, BiFunction<NetPlan, Sequential, T> training) {
        List<T> finished = new ArrayList<>();
        run.untilInterrupted(
                finished,
                () -> {
                    for (NetPlan plan : plans) {
                        try (Scope _ = run.backend().openScope(plan.name())) {
                            finished.add(training.apply(plan, nets.build(run.backend(), plan)));
                        }
                    }
                });
        return finished;
    }

    /** Trains a net and evaluates it on the held-out data after every epoch; prints where it diverges. */
    final History train(
            Run run, NetPlan plan, Sequential net, Dataset train, Dataset heldOut, TrainingListener... listeners) {
        History history = nets.train(run, plan, net, train, heldOut, listeners);
        history.divergence().ifPresent(where -> System.out.println(plan.name() + ": " + where));
        return history;
    }

    @Override
    public final Report report(SavedRun run) {
        return report(run.facts(), run.results(results)).report();
    }
}
