package chainrule.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The size from which on the GPU is faster than the fastest CPU backend with any number of threads: the CPU finishes
 * small work before a launch reaches the device.
 *
 * @param rows one for each operation measured on both
 */
record Crossover(List<Row> rows) {

    /**
     * One operation.
     *
     * @param shape the smallest shape from which on the GPU is faster at all larger ones too; empty if there is none
     * @param factor the speed of the GPU relative to the CPU at that shape; NaN if there is none
     * @param largest the speed of the GPU relative to the CPU at the largest shape
     */
    record Row(String family, String operation, Optional<String> shape, double factor, double largest) {}

    private record Point(String shape, double amount, double factor) {}

    static Crossover of(List<Measurement> measurements) {
        Map<List<String>, List<Point>> operations = new LinkedHashMap<>();
        for (Measurement gpu : measurements) {
            OptionalDouble cpu =
                    measurements.stream()
                            .filter(m -> !m.backend().equals(Case.GPU) && !m.backend().equals(Case.MACHINE))
                            .filter(
                                    m ->
                                            m.family().equals(gpu.family())
                                                    && m.operation().equals(gpu.operation())
                                                    && m.shape().equals(gpu.shape()))
                            .mapToDouble(Measurement::median)
                            .min();
            if (gpu.backend().equals(Case.GPU) && cpu.isPresent()) {
                operations
                        .computeIfAbsent(List.of(gpu.family(), gpu.operation()), _ -> new ArrayList<>())
                        .add(new Point(gpu.shape(), gpu.amount(), cpu.getAsDouble() / gpu.median()));
            }
        }
        List<Row> rows = new ArrayList<>();
        operations.forEach((name, points) -> rows.add(row(name.getFirst(), name.getLast(), points)));
        return new Crossover(rows);
    }

    private static Row row(String family, String operation, List<Point> points) {
        points.sort(Comparator.comparingDouble(Point::amount));
        Optional<String> from = Optional.empty();
        double factor = Double.NaN;
        for (Point p : points.reversed()) {
            if (p.factor() <= 1) {
                break;
            }
            from = Optional.of(p.shape());
            factor = p.factor();
        }
        return new Row(family, operation, from, factor, points.getLast().factor());
    }
}
