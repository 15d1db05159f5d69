package chainrule.experiments.study;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.train.History;

import org.junit.jupiter.api.Test;

import java.util.List;

class DivergedNetTest {
    private static DivergedNet diverged(String net, int epoch) {
        return new DivergedNet(net, new History.Divergence("loss", epoch, 7, "dense1", 3));
    }

    @Test
    void countsAndNamesDivergedNets() {
        List<DivergedNet> two = List.of(diverged("ReLU, seed 5", 11), diverged("tanh", 1));
        assertThat(DivergedNet.sentence(5, two))
                .isEqualTo("2 of 5 nets diverged: ReLU, seed 5 in epoch 11; tanh in epoch 1");
        assertThat(DivergedNet.sentence(1, two.subList(1, 2))).isEqualTo("1 of 1 net diverged: tanh in epoch 1");
        assertThat(DivergedNet.sentence(5, List.of())).isEmpty();
    }

    @Test
    void captionsExplainWhereLinesEnd() {
        assertThat(DivergedNet.caption(List.of(diverged("seed 5", 11), diverged("tanh", 1))))
                .isEqualTo(
                        "The line of seed 5 ends at epoch 10: the net diverged in the next. tanh has no line: it"
                                + " diverged in its first epoch.");
        assertThat(DivergedNet.caption(List.of())).isEmpty();
    }
}
