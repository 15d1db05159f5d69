package chainrule.experiments.report;

import chainrule.train.History;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A net whose training broke off because its loss or a gradient became NaN or infinite.
 *
 * @param net its name within the study: "ReLU, 40 layers, seed 5"
 * @param divergence where, and after what
 */
public record DivergedNet(String net, History.Divergence divergence) {
    /** "ReLU, 40 layers, seed 5 in epoch 11". */
    public String words() {
        return net + " in epoch " + divergence.epoch();
    }

    /** "1 of 5 nets diverged: ReLU, 40 layers, seed 5 in epoch 11"; the empty string if none did. */
    public static String sentence(int nets, List<DivergedNet> diverged) {
        return diverged.isEmpty()
                ? ""
                : diverged.size()
                        + " of "
                        + nets
                        + (nets == 1 ? " net" : " nets")
                        + " diverged: "
                        + diverged.stream().map(DivergedNet::words).collect(Collectors.joining("; "));
    }
}
