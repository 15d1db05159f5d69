package chainrule.experiments.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Scope;
import chainrule.backend.provider.Backends;
import chainrule.data.ByteImages;
import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.experiments.predict.EvaluateCommand;
import chainrule.experiments.predict.TestImages;
import chainrule.io.ModelFile;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.Parameter;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.train.Evaluation;
import chainrule.train.metric.Argmax;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

class ClassifierTest {
    private static final Shape SHAPE = Shape.of(4, 5, 3);

    private Backend k;
    private Scope scope;

    @BeforeEach
    void open() {
        k = Backends.open("reference", 1).backend();
        scope = k.openScope("test");
    }

    @AfterEach
    void close() {
        scope.close();
        k.close();
    }

    private static ByteImages images(int count, int classes) {
        byte[] pixels = new byte[count * SHAPE.elements()];
        byte[] labels = new byte[count];
        RandomStream random = RandomStream.of(1, "pixels");
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.below(256, i);
            labels[i % count] = (byte) (i % count % classes);
        }
        List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return new ByteImages("noise", SHAPE, pixels, labels, names);
    }

    private Sequential net(int outputs) {
        return Sequential.build(k, 3, SHAPE, new Flatten(), new Dense(outputs));
    }

    /** More images than one batch, the last batch smaller. */
    @Test
    void matchesTheEvaluationWithoutViews() {
        ByteImages images = images(260, 4);
        Sequential net = net(4);
        Answers answers = Classifier.ask(net, images, TestTime.NONE);
        Evaluation expected = Evaluation.of(net, Loss.SOFTMAX_CROSS_ENTROPY, images, 100);
        assertThat(answers.loss()).isCloseTo(expected.loss(), within(1e-12));
        assertThat(answers.accuracy()).isEqualTo(expected.accuracy());
        assertThat(answers.correct()).isEqualTo(Math.round(260 * expected.accuracy()));
        assertThat(answers.probabilities()).hasSize(260);
    }

    @Test
    void oneOutputGivesTwoProbabilities() {
        ByteImages images = images(260, 2);
        Sequential net = net(1);
        Answers answers = Classifier.ask(net, images, TestTime.NONE);
        Evaluation expected = Evaluation.of(net, Loss.BINARY_CROSS_ENTROPY, images, 100);
        assertThat(answers.loss()).isCloseTo(expected.loss(), within(1e-12));
        assertThat(answers.accuracy()).isEqualTo(expected.accuracy()).isBetween(0.2, 0.8);
        assertThat(answers.confusion().predicted(1)).isBetween(1L, 259L);
        for (double[] row : answers.probabilities()) {
            assertThat(row).hasSize(2);
            assertThat(row[0] + row[1]).isCloseTo(1, within(1e-12));
        }
    }

    /** Logits of 1e16 absorb log 4 in one sum, which would make each class certain. */
    @Test
    void equalLargeLogitsHaveEqualProbabilities() {
        Sequential net = net(4);
        for (Parameter p : net.parameters()) {
            k.fill(p.buffer(), p.shape().rank() == 1 ? 1e16 : 0);
        }
        for (double[] row : Classifier.ask(net, images(3, 4), TestTime.NONE).probabilities()) {
            assertThat(row).containsExactly(new double[] {0.25, 0.25, 0.25, 0.25}, within(1e-12));
        }
    }

    /** For two classes, also metrics that do not depend on their frequencies. */
    @Test
    void printsBalancedAccuracyAndRocAucForTwoClasses() {
        ByteImages images = images(40, 2);
        Answers answers = Classifier.ask(net(1), images, TestTime.NONE);
        double balanced = (answers.confusion().recall(0) + answers.confusion().recall(1)) / 2;
        double[] scores = answers.probabilities().stream().mapToDouble(row -> row[1]).toArray();
        double pairs = 0;
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                pairs += images.label(i) == 1 && images.label(j) == 0 && scores[i] > scores[j] ? 1 : 0;
            }
        }
        assertThat(EvaluateCommand.figures(answers, images))
                .startsWith(
                        String.format(
                                Locale.ROOT, "test accuracy %.4f (%d of 40)", answers.accuracy(), answers.correct()))
                .contains(String.format(Locale.ROOT, "balanced accuracy %.4f, ROC-AUC %.4f", balanced, pairs / 400))
                .contains("Class by class");
        Answers four = Classifier.ask(net(4), images(40, 4), TestTime.NONE);
        assertThat(EvaluateCommand.figures(four, images(40, 4))).doesNotContain("ROC-AUC");
    }

    @Test
    void rejectsModelsWithoutTestImages(@TempDir Path temporary) {
        Path file = temporary.resolve("net.safetensors");
        ModelFile.save(file, net(4), "fruit", images(1, 4).classNames(), Preprocessing.none(3));
        assertThatThrownBy(() -> TestImages.of(ModelFile.read(file), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + " was trained on 'fruit'; this version can evaluate models of: ")
                .hasMessageContaining("cifar10")
                .hasMessageContaining("mnist");
    }

    @Test
    void rejectsModelsOfOtherImages(@TempDir Path temporary) throws URISyntaxException {
        Path file = temporary.resolve("net.safetensors");
        Path data = Path.of(ClassifierTest.class.getResource("/cifar10/test_batch.bin").toURI()).getParent();
        ModelFile.save(file, net(4), "cifar10", images(1, 4).classNames(), Preprocessing.none(3));
        assertThatThrownBy(() -> TestImages.of(ModelFile.read(file), data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        file
                                + " takes images [4 × 5 × 3] of 4 classes, but 'CIFAR-10 test' has images [32 × 32 × 3]"
                                + " of 10 classes");
    }

    /** Compares with explicit steps: write each view, classify it, weight and add the probabilities. */
    @ParameterizedTest
    @EnumSource
    void averagesTheProbabilitiesOfTheViews(TestTime testTime) {
        ByteImages images = images(7, 4);
        Sequential net = net(4);
        Answers answers = Classifier.ask(net, images, testTime);
        double loss = 0;
        float[] image = new float[SHAPE.elements()];
        float[] seen = new float[SHAPE.elements()];
        for (int i = 0; i < 7; i++) {
            images.input(i, image, 0);
            double[] expected = new double[4];
            for (TestTime.View view : testTime.views()) {
                view.write(image, seen, 0, SHAPE);
                double[] one = Classifier.probabilities(net, seen, TestTime.NONE);
                for (int c = 0; c < 4; c++) {
                    expected[c] += view.weight() * one[c];
                }
            }
            assertThat(answers.probabilities().get(i)).containsExactly(expected, within(1e-12));
            assertThat(Classifier.probabilities(net, image, testTime)).containsExactly(expected, within(1e-12));
            loss -= Math.log(expected[images.label(i)]) / 7;
        }
        assertThat(answers.loss()).isCloseTo(loss, within(1e-12));
    }

    /** The logarithm of a probability that underflows is finite. */
    @Test
    void confidentMistakesHaveAFiniteLoss() {
        Sequential net = net(1);
        k.upload(new double[] {-1e4}, net.parameter("dense1.bias").buffer());
        Answers answers = Classifier.ask(net, images(4, 2), TestTime.FLIP);
        assertThat(answers.probabilities().getFirst()[1]).isZero();
        assertThat(answers.loss()).isCloseTo(5e3, within(10.0));
    }

    /** Tests a NaN at every position, with and without views: a class in its place would be correct for some image. */
    @ParameterizedTest
    @EnumSource
    void nonFiniteOutputsAreNoAnswer(TestTime testTime) {
        ByteImages images = images(8, 4);
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            for (int c = 0; c < 4; c++) {
                Sequential net = net(4);
                double[] bias = new double[4];
                bias[c] = value;
                k.upload(bias, net.parameter("dense1.bias").buffer());
                Answers answers = Classifier.ask(net, images, testTime);
                assertThat(answers.correct()).isZero();
                assertThat(answers.accuracy()).isZero();
                assertThat(answers.confusion().noAnswer()).isEqualTo(8);
                assertThat(answers.loss()).isNaN();
                assertThat(answers.notFinite()).contains("no answer for 8 of 8 images");
                assertThat(answers.probabilities()).allSatisfy(row -> assertThat(row).containsOnly(Double.NaN));
                assertThat(answers.probabilities()).allMatch(row -> Classifier.argMax(row) == Argmax.NO_ANSWER);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptsClassesOfProbabilityZero(TestTime testTime) {
        ByteImages images = images(8, 4);
        Sequential net = net(4);
        k.upload(
                new double[] {Double.NEGATIVE_INFINITY, 0, Double.NEGATIVE_INFINITY, 100},
                net.parameter("dense1.bias").buffer());
        Answers answers = Classifier.ask(net, images, testTime);
        assertThat(answers.confusion().noAnswer()).isZero();
        assertThat(answers.confusion().predicted(3)).isEqualTo(8);
        assertThat(answers.correct()).isEqualTo(2);
        assertThat(answers.probabilities()).allSatisfy(row -> assertThat(row[0] + row[2]).isZero());
        assertThat(answers.loss()).isInfinite(); // two images of the impossible classes
        assertThat(answers.notFinite()).contains("the loss is Infinity");
    }

    @Test
    void hasNoRocAucWithoutAnswers() {
        Sequential net = net(1);
        k.upload(new double[] {Double.NaN}, net.parameter("dense1.bias").buffer());
        ByteImages images = images(6, 2);
        assertThat(EvaluateCommand.figures(Classifier.ask(net, images, TestTime.NONE), images))
                .startsWith("test accuracy 0.0000 (0 of 6), no answer for 6 of 6, loss NaN")
                .contains("balanced accuracy 0.0000, ROC-AUC NaN", "no answer");
    }

    @Test
    void rejectsViewsOfVectors() {
        Sequential net = Sequential.build(k, 3, Shape.of(60), new Dense(4));
        assertThatThrownBy(() -> Classifier.ask(net, images(4, 4).reshaped(Shape.of(60)), TestTime.FLIP))
                .isInstanceOf(ShapeException.class);
    }
}
