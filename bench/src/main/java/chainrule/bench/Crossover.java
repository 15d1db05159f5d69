package chainrule.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * From which size on the GPU is faster than the fastest CPU backend, on any number of threads: small work is done before
 * a launch has reached the device.
 *
 * @param rows one for each operation that both measured
 */
record Crossover(List<Row> rows) {

    /**
     * One operation.
     *
     * @param shape the smallest from which on the GPU is faster in every larger one too; empty if it never is
     * @param factor how many times as fast there; NaN if nowhere
     * @param largest how many times as fast at the largest shape
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
