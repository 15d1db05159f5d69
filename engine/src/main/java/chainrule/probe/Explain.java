package chainrule.probe;

import chainrule.tensor.Parameter;
import chainrule.tensor.Tape;
import chainrule.tensor.Tensor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a tape: what ran, on what shapes, and the formula by which each op passes its gradient back. */
public final class Explain {
    private static final int WIDEST = 44;

    private Explain() {}

    /**
     * One line per op in execution order. Forward reads downwards, backward is the same list read upwards, each line
     * taking dy from below and adding to the gradients named in its formula.
     */
    public static String tape(Tape tape) {
        List<Tape.Entry> entries = tape.entries();
        int layerWidth = width(entries.stream().map(Tape.Entry::layer).toList());
        int opWidth = width(entries.stream().map(e -> e.op().name()).toList());
        int inputWidth = width(entries.stream().map(Explain::operands).toList());
        int shapeWidth = width(entries.stream().map(e -> e.output().shape().toString()).toList());
        String row =
                "%4s  %-" + layerWidth + "s  %-" + opWidth + "s  %-" + inputWidth + "s  %-" + shapeWidth + "s  %s%n";
        StringBuilder text =
                new StringBuilder(String.format(Locale.ROOT, row, "", "layer", "op", "operands", "result", "backward"));
        int number = 1;
        for (Tape.Entry e : entries) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            row,
                            number++,
                            e.layer(),
                            e.op().name(),
                            operands(e),
                            e.output().shape(),
                            e.op().derivative()));
        }
        return text.toString();
    }

    private static String operands(Tape.Entry entry) {
        return entry.op().inputs().stream().map(Explain::operand).collect(Collectors.joining(", "));
    }

    private static String operand(Tensor t) {
        String frozen = t instanceof Parameter p && p.trainable() && !p.differentiable() ? " frozen" : "";
        return t.shape() + frozen;
    }

    private static int width(List<String> cells) {
        return Math.min(WIDEST, cells.stream().mapToInt(String::length).max().orElse(0) + 1);
    }
}
