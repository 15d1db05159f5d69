package chainrule.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.bench.path.Work;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class UploadFractionTest {
    private static Measurement of(String family, String operation, String shape, String backend, double nanos) {
        return new Measurement(family, operation, shape, backend, 1, Work.traffic(1, 0, 0), List.of(List.of(nanos)));
    }

    @Test
    void comparesAStepWithTheUploadOfItsInputs() {
        List<Measurement> measured =
                List.of(
                        of("steps", "step", "mnist", "cuda", 1000),
                        of("steps", "step", "mnist", "simd", 9000),
                        of("steps", "step", "cifar", "cuda", 2000),
                        of("transfer", "upload", "100352", "simd", 1), // 128 × 28 × 28
                        of("transfer", "download", "100352", "cuda", 7),
                        of("transfer", "upload", "100352", "cuda", 250));
        assertThat(UploadFraction.of(measured).rows())
                .as("cifar's inputs were not measured")
                .containsExactly(new UploadFraction.Row("mnist", 100_352, 250, 1000));
        assertThat(UploadFraction.of(measured).rows().getFirst().fraction()).isEqualTo(0.25);
    }

    /** Otherwise the table would be empty on a machine with a GPU. */
    @Test
    void measuresTheUploadOfEveryNet() {
        List<String> transfers =
                Family.TRANSFER.cases(Family.TRANSFER.shapes(List.of()), List.of("cuda"), List.of(1)).stream()
                        .map(Case::shape)
                        .distinct()
                        .toList();
        List<Measurement> measured =
                new ArrayList<>(transfers.stream().map(shape -> of("transfer", "upload", shape, "cuda", 1)).toList());
        List<Case> steps = Family.STEPS.cases(Family.STEPS.shapes(List.of()), List.of("cuda"), List.of(1));
        steps.forEach(step -> measured.add(of("steps", "step", step.shape(), "cuda", 1)));
        assertThat(UploadFraction.of(measured).rows()).hasSameSizeAs(steps).hasSize(5);
    }
}
