package chainrule.experiments.conv;

import chainrule.experiments.cli.NotFinite;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.model.Answers;
import chainrule.experiments.report.DivergedNet;
import chainrule.experiments.report.Numbers;
import chainrule.experiments.report.StudyResults;
import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;
import chainrule.train.History;
import chainrule.train.metric.Argmax;
import chainrule.train.metric.ConfusionMatrix;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the training of an image classifier found.
 *
 * @param parameters how many weights are trained
 * @param frozen the parameters that training leaves as they are
 * @param epochsAsked how many epochs were asked for
 * @param bestKept whether the weights are those of the epoch with the best validation accuracy, else the last ones
 * @param bestEpoch the epoch whose weights the net has
 * @param imagesPerSecond in the last epoch
 * @param confusion counts of test images: row by true class, column by predicted class
 * @param noAnswer counts of test images to which the net's outputs are not finite, by true class
 * @param epochs that were finished
 * @param explosions of the gradients
 * @param diverged the net, if it diverged
 */
record ClassifierResults(
        long parameters,
        List<String> frozen,
        int epochsAsked,
        boolean bestKept,
        double testAccuracy,
        double testLoss,
        long testMistakes,
        History.Epoch bestEpoch,
        double imagesPerSecond,
        int[][] confusion,
        int[] noAnswer,
        List<History.Epoch> epochs,
        List<History.Explosion> explosions,
        List<DivergedNet> diverged)
        implements StudyResults {
    ClassifierResults {
        frozen = List.copyOf(frozen);
        confusion = Arrays.stream(confusion).map(int[]::clone).toArray(int[][]::new);
        noAnswer = noAnswer.clone();
        epochs = List.copyOf(epochs);
        explosions = List.copyOf(explosions);
        diverged = List.copyOf(diverged);
    }

    /** What is known of a net before the first step: later, more parameters may have been frozen. */
    record Net(String summary, long parameters, List<String> frozen) {
        static Net of(Sequential net) {
            return new Net(
                    net.summary(),
                    net.trainableNumbers(),
                    net.parameters().stream().filter(Parameter::frozen).map(Parameter::name).toList());
        }
    }

    /**
     * What a finished training and its answers to the test images amount to.
     *
     * @param study names the net if it diverged
     * @param chosen the epoch whose weights the net has
     */
    static ClassifierResults of(
            String study,
            Net net,
            int epochsAsked,
            boolean bestKept,
            History.Epoch chosen,
            History history,
            Answers test) {
        return new ClassifierResults(
                net.parameters,
                net.frozen,
                epochsAsked,
                bestKept,
                test.accuracy(),
                test.loss(),
                test.confusion().total() - test.correct(),
                chosen,
                history.last().imagesPerSecond(),
                counts(test.confusion()),
                noAnswers(test.confusion()),
                history.epochs(),
                history.explosions(),
                history.divergence().map(where -> new DivergedNet(study, where)).stream().toList());
    }

    /**
     * Prints where a net diverged, and ends a run of which nothing is left.
     *
     * @throws NotFinite if it diverged before its first epoch ended
     */
    static void requireAnEpoch(Run run, History history) {
        if (history.epochs().isEmpty()) {
            run.requireUninterrupted();
            throw new NotFinite(
                    "diverged before the first epoch ended: "
                            + history.divergence().map(Object::toString).orElse("no step was finite"));
        }
        history.divergence().ifPresent(System.out::println);
    }

    /** The circumstances of a run, with the time that training waited for its images. */
    static RunFacts facts(Run run, History history) {
        if (!Double.isNaN(history.waiting())) {
            run.fact("input", "waited for " + Numbers.percent(history.waiting(), 1) + " of the training time");
        }
        return run.facts();
    }

    @Override
    public int netCount() {
        return 1;
    }

    /** "no answer for 3 of 10,000 test images"; the empty string if there are none. */
    String unanswered() {
        ConfusionMatrix matrix = matrix();
        return matrix.noAnswer() == 0
                ? ""
                : "no answer for "
                        + Numbers.count(matrix.noAnswer())
                        + " of "
                        + Numbers.count(matrix.total())
                        + " test images";
    }

    @Override
    public String notFinite() {
        return Stream.of(StudyResults.super.notFinite(), unanswered())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    Optional<History.Divergence> divergence() {
        return diverged.stream().map(DivergedNet::divergence).findFirst();
    }

    /** Whether any epoch was measured on a validation set. */
    boolean validated() {
        return epochs.stream().anyMatch(epoch -> epoch.validation() != null);
    }

    ConfusionMatrix matrix() {
        ConfusionMatrix matrix = new ConfusionMatrix(confusion.length);
        for (int actual = 0; actual < confusion.length; actual++) {
            for (int predicted = 0; predicted < confusion.length; predicted++) {
                for (int i = 0; i < confusion[actual][predicted]; i++) {
                    matrix.add(actual, predicted);
                }
            }
            for (int i = 0; i < noAnswer[actual]; i++) {
                matrix.add(actual, Argmax.NO_ANSWER);
            }
        }
        return matrix;
    }

    static int[] noAnswers(ConfusionMatrix confusion) {
        return IntStream.range(0, confusion.classes()).map(c -> (int) confusion.noAnswer(c)).toArray();
    }

    static int[][] counts(ConfusionMatrix confusion) {
        int[][] counts = new int[confusion.classes()][confusion.classes()];
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < counts.length; j++) {
                counts[i][j] = (int) confusion.count(i, j);
            }
        }
        return counts;
    }
}
