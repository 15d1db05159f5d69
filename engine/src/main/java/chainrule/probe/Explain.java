package chainrule.probe;

import chainrule.tensor.Parameter;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Formats a tape as a table: the ops that ran, the shapes of operands and results, and the formula of each gradient.
 */
public final class Explain {
    private static final int WIDEST = 60;
    private static final int LONGEST_FORMULA = 100;

    private Explain() {}

    /**
     * Returns one line per op in execution order. The forward pass reads from top to bottom, the backward pass from
     * bottom to top: each line receives dy from the lines below and adds to the gradients named in its formula. No
     * gradient is computed for operands that are constant or frozen.
     */
    public static String tape(Tape tape) {
        List<Tape.Entry> entries = tape.entries();
        int layerWidth = width(entries.stream().map(Tape.Entry::layer).toList());
        int opWidth = width(entries.stream().map(e -> e.op().name()).toList());
        int inputWidth = width(entries.stream().map(Explain::operands).toList());
        int shapeWidth = width(entries.stream().map(e -> e.output().shape().toString()).toList());
        String row =
                "%4s  %-" + layerWidth + "s  %-" + opWidth + "s  %-" + inputWidth + "s  %-" + shapeWidth + "s  %s%n";
        String nextLine =
                System.lineSeparator() + String.format(Locale.ROOT, row, "", "", "", "", "", "").replaceAll("\\R", "");
        StringBuilder text =
                new StringBuilder(String.format(Locale.ROOT, row, "", "layer", "op", "operands", "result", "backward"));
        int number = 1;
        for (Tape.Entry e : entries) {
            String formula = e.op().derivative();
            text.append(
                    String.format(
                            Locale.ROOT,
                            row,
                            number++,
                            e.layer(),
                            e.op().name(),
                            operands(e),
                            e.output().shape(),
                            formula.length() > LONGEST_FORMULA ? formula.replace("    ", nextLine) : formula));
        }
        return text.toString();
    }

    private static String operands(Tape.Entry entry) {
        return entry.op().inputs().stream().map(Explain::operand).collect(Collectors.joining(", "));
    }

    private static String operand(Tensor t) {
        if (t.differentiable()) {
            return t.shape().toString();
        }
        return t.shape() + (t instanceof Parameter p && p.trainable() ? " frozen" : " constant");
    }

    private static int width(List<String> cells) {
        return Math.min(WIDEST, cells.stream().mapToInt(String::length).max().orElse(0) + 1);
    }
}
