package chainrule.experiments.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.backend.Backend;
import chainrule.backend.Backends;
import chainrule.backend.Scope;
import chainrule.data.ByteImages;
import chainrule.data.augment.TestTime;
import chainrule.layer.Dense;
import chainrule.layer.Flatten;
import chainrule.layer.Sequential;
import chainrule.loss.Loss;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;
import chainrule.train.Evaluation;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
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
    void withoutViewsLossAndAccuracyAreThoseOfTheEvaluation() {
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
    void aNetWithOneOutputAnswersWithTwoProbabilities() {
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

    /** Against the same thing done by hand: write the view, ask, weigh, add. */
    @ParameterizedTest
    @EnumSource
    void theProbabilitiesOfTheViewsAreAveraged(TestTime testTime) {
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

    /** Where a probability is too small for a number, its logarithm is not. */
    @Test
    void aConfidentMistakeHasAFiniteLoss() {
        Sequential net = net(1);
        k.upload(new double[] {-1e4}, net.parameter("dense1.bias").buffer());
        Answers answers = Classifier.ask(net, images(4, 2), TestTime.FLIP);
        assertThat(answers.probabilities().getFirst()[1]).isZero();
        assertThat(answers.loss()).isCloseTo(5e3, within(10.0));
    }

    @Test
    void vectorsHaveNoViews() {
        Sequential net = Sequential.build(k, 3, Shape.of(60), new Dense(4));
        assertThatThrownBy(() -> Classifier.ask(net, images(4, 4).reshaped(Shape.of(60)), TestTime.FLIP))
                .isInstanceOf(ShapeException.class);
    }
}
