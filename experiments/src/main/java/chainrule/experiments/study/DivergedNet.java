package chainrule.experiments.study;

import chainrule.train.History;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A net whose training ended because its loss or a gradient became NaN or infinite.
 *
 * @param net its name within the study: "ReLU, 40 layers, seed 5"
 * @param divergence when and how
 */
public record DivergedNet(String net, History.Divergence divergence) {
    /** "ReLU, 40 layers, seed 5 in epoch 11". */
    public String words() {
        return net + " in epoch " + divergence.epoch();
    }

    /** "diverged in epoch 11", for a table's cell. */
    public static String cell(History.Divergence divergence) {
        return "diverged in epoch " + divergence.epoch();
    }

    /** A caption for lines that end early; the empty string if none does. */
    public static String caption(List<DivergedNet> shown) {
        return shown.stream()
                .map(
                        d ->
                                d.divergence().epoch() == 1
                                        ? d.net() + " has no line: it diverged in its first epoch."
                                        : "The line of "
                                                + d.net()
                                                + " ends at epoch "
                                                + (d.divergence().epoch() - 1)
                                                + ": the net diverged in the next.")
                .collect(Collectors.joining(" "));
    }

    /** "1 of 5 nets diverged: ReLU, 40 layers, seed 5 in epoch 11"; the empty string if none diverged. */
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
