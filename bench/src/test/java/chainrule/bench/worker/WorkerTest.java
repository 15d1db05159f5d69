package chainrule.bench.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import chainrule.bench.contender.Check;
import chainrule.bench.contender.Contender;
import chainrule.bench.contender.ContenderFailure;
import chainrule.bench.contender.ContenderProcess;
import chainrule.bench.contender.Net;
import chainrule.bench.contender.Session;
import chainrule.bench.contender.Task;
import chainrule.bench.contender.Window;
import chainrule.bench.path.PrimitiveSet;

import com.google.gson.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class WorkerTest {
    @TempDir Path folder;

    private static JsonObject request(Task task, Contender contender) {
        return task.request(contender, task.check() != null);
    }

    @Test
    void trainsInfersAndRunsPrimitivesInOneProcess() {
        Contender ejml = OwnBackend.named("ejml", 1, "");
        Net net = Net.named("cifar", 2);
        Check check = Check.of(net, folder.resolve("check.safetensors"));
        try (Session session = ContenderProcess.start(ejml)) {
            assertThatThrownBy(() -> session.run(0.01)).hasMessageContaining("before it was told what");
            Session.Ready ready = session.prepare(request(Task.of(net, 2, true, check), ejml));
            assertThatCode(() -> check.require(ready.losses())).doesNotThrowAnyException();
            assertThat(ready.facts().get("description")).contains("EJML");
            Window training = session.run(0.02);
            assertThat(training.steps()).isPositive();
            assertThat(training.seconds()).isGreaterThan(0.02);
            assertThat(training.threadSeconds()).isPositive().isLessThanOrEqualTo(training.cpuSeconds() + 0.02);
            assertThat(training.peakBytes()).isGreaterThan(1e7);
            assertThat(training.p50()).isZero();

            assertThat(ready.hasParts()).isTrue();
            Session.Parts parts = session.parts(0.05);
            assertThat(parts.step())
                    .containsOnlyKeys("host", "upload", "products", "elementwise", "others", "updates", "waiting")
                    .allSatisfy((part, seconds) -> assertThat(seconds).as(part).isPositive());
            assertThat(parts.step().values().stream().mapToDouble(seconds -> seconds).sum()).isLessThan(1);
            assertThat(parts.alone()).isEmpty();

            Session.Ready inferring = session.prepare(request(Task.of(net, 3, false, check), ejml));
            assertThat(inferring.losses())
                    .hasSize(1)
                    .first()
                    .satisfies(l -> assertThat(l).isCloseTo(check.inference(), within(1e-4)));
            Window inference = session.run(0.02);
            assertThat(inference.p50()).isPositive().isLessThanOrEqualTo(inference.p99());

            JsonObject primitive = new JsonObject();
            primitive.addProperty("set", "gemm");
            primitive.addProperty("operation", PrimitiveSet.GEMM.operations().getFirst());
            primitive.addProperty("shape", "128x32x32");
            assertThat(session.prepare(new Task("gemm", primitive, null).request(ejml, false)).hasParts()).isFalse();
            assertThat(session.run(0.02).steps()).isPositive();

            primitive.addProperty("set", "nothing");
            assertThatThrownBy(() -> session.prepare(new Task("x", primitive, null).request(ejml, false)))
                    .isInstanceOf(ContenderFailure.class);
        }
    }

    @Test
    void aCheckFindsOtherLossesAndOtherNets() {
        Check check = Check.of(Net.named("mlp5", 4), folder.resolve("check.safetensors"));
        assertThat(check.training()).hasSize(3);
        assertThat(check.training().get(2)).isLessThan(check.training().getFirst());
        List<Double> slightly = check.training().stream().map(loss -> loss * 1.0005).toList();
        assertThatCode(() -> check.require(slightly)).doesNotThrowAnyException();
        List<Double> wrong = List.of(check.training().get(0), check.training().get(1), check.training().get(2) * 1.02);
        assertThatThrownBy(() -> check.require(wrong)).hasMessageContaining("computes something else");
        assertThatThrownBy(() -> check.require(List.of())).hasMessageContaining("computes something else");
        assertThatThrownBy(() -> check.require(List.of(Double.NaN))).hasMessageContaining("computes something else");
    }
}
