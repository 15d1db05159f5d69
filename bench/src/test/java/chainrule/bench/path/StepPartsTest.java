package chainrule.bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import chainrule.backend.ElementwisePrimitives;
import chainrule.backend.ImagePrimitives;
import chainrule.backend.LossPrimitives;
import chainrule.backend.MatrixPrimitives;
import chainrule.backend.NormalizationPrimitives;
import chainrule.backend.RandomPrimitives;
import chainrule.backend.TransferPrimitives;
import chainrule.backend.UpdatePrimitives;
import chainrule.backend.provider.Backends;
import chainrule.backend.provider.Setup;
import chainrule.bench.contender.Net;
import chainrule.bench.path.StepParts.Part;
import chainrule.data.Batch;
import chainrule.train.Trainer;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

class StepPartsTest {
    private static Set<Part> parts(Class<?> family) {
        EnumSet<Part> parts = EnumSet.noneOf(Part.class);
        Arrays.stream(family.getMethods())
                .map(Method::getName)
                .forEach(primitive -> parts.add(Part.of(primitive, false)));
        return parts;
    }

    @Test
    void familiesOfPrimitivesBelongToTheirParts() {
        assertThat(parts(TransferPrimitives.class)).containsExactly(Part.UPLOAD, Part.WAITING);
        assertThat(parts(ElementwisePrimitives.class)).containsExactly(Part.ELEMENTWISE);
        assertThat(parts(RandomPrimitives.class)).containsExactly(Part.ELEMENTWISE);
        assertThat(parts(UpdatePrimitives.class)).containsExactly(Part.UPDATES);
        assertThat(parts(NormalizationPrimitives.class)).containsExactly(Part.OTHERS);
        assertThat(parts(LossPrimitives.class)).containsExactly(Part.OTHERS);
        assertThat(parts(MatrixPrimitives.class)).containsExactly(Part.PRODUCTS, Part.OTHERS);
        assertThat(parts(ImagePrimitives.class)).containsExactly(Part.PRODUCTS, Part.OTHERS);
    }

    @Test
    void onAGpuPrimitivesAreOnlyLaunched() {
        assertThat(Part.of("matmul", true)).isEqualTo(Part.LAUNCH);
        assertThat(Part.of("upload", true)).isEqualTo(Part.UPLOAD);
        assertThat(Part.of("scalars", true)).isEqualTo(Part.WAITING);
    }

    @Test
    void partsOfAStepAreItsTime() {
        Net net = Net.named("mlp5");
        Batch batch = net.batch(8, 1);
        try (var backend = Backends.open("ejml", new Setup(1, "", false)).backend();
                var _ = backend.openScope("step")) {
            long start = System.nanoTime();
            int[] steps = {0};
            Map<String, Double> parts =
                    StepParts.measure(
                            backend,
                            observed -> {
                                Trainer trainer = net.trainer(observed);
                                return () -> {
                                    trainer.step(batch);
                                    steps[0]++;
                                };
                            },
                            0.2,
                            false,
                            false);
            double elapsed = 1e-9 * (System.nanoTime() - start);
            double step = parts.values().stream().mapToDouble(seconds -> seconds).sum();
            assertThat(step * steps[0]).isBetween(0.3 * elapsed, 3 * elapsed);
            assertThat(parts.keySet()).startsWith("host", "upload").endsWith("waiting");
        }
    }
}
