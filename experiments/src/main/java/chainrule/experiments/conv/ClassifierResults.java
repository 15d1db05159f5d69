package chainrule.experiments.conv;

import chainrule.experiments.model.Answers;
import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;
import chainrule.experiments.text.Numbers;
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
 * The results of training an image classifier.
 *
 * @param parameters the number of trainable weights
 * @param frozen the parameters that are not trained
 * @param epochsAsked the planned number of epochs
 * @param bestKept true if the net has the weights of the epoch with the best validation accuracy, false for the last
 *     ones
 * @param bestEpoch the epoch whose weights the net has
 * @param imagesPerSecond in the last epoch
 * @param confusion test images by true class (row) and predicted class (column)
 * @param noAnswer test images for which the net's outputs are not finite, by true class
 * @param epochs finished ones
 * @param explosions steps with exploding gradients
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

    /** The net before training, which may freeze more parameters. */
    record Net(String summary, long parameters, List<String> frozen) {
        static Net of(Sequential net) {
            return new Net(
                    net.summary(),
                    net.trainableParameterCount(),
                    net.parameters().stream().filter(Parameter::frozen).map(Parameter::name).toList());
        }
    }

    /**
     * The results of a finished training.
     *
     * @param study the name of the net if it diverged
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

    @Override
    public int netCount() {
        return 1;
    }

    /** "no answer for 3 of 10,000 test images"; the empty string if every image has an answer. */
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

    /** True if an epoch was evaluated on a validation set. */
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
