package chainrule.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Comparator.reverseOrder;

import chainrule.backend.provider.KernelCost;
import chainrule.cuda.emulator.EmulatedDevice;
import chainrule.cuda.emulator.Settings;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kernels move hardly more than their formulas need, counted on the emulated device. */
class KernelCostsTest {
    private static final int IMAGES = 2;

    /** Families without any exception. */
    private static final Set<String> LEAN =
            Set.of("elementwise", "matrices: rows and columns", "normalization", "updates", "random", "transfers");

    private static final Set<String> TILED = Set.of("images: convolution", "matrices: products");

    private static final List<KernelCost> REPORTED = new ArrayList<>();
    private static List<KernelCost> costs;

    @BeforeAll
    static void countAll() {
        Emulated.require();
        costs = count(_ -> true, REPORTED::add);
    }

    private static List<KernelCost> count(Predicate<String> wanted, Consumer<KernelCost> progress) {
        EmulatedDevice device = Emulated.device();
        try (CudaBackend backend = Emulated.backend(Settings.standard().withCount(true), false)) {
            return KernelCosts.count(device, backend, IMAGES, wanted, progress);
        } finally {
            device.configure(Settings.standard());
        }
    }

    @Test
    void everyCostIsNearTheIdealOrNotesWhyNot() {
        assertThat(REPORTED).isEqualTo(costs);
        assertThat(costs).allMatch(c -> c.threads() > 0 && !c.kernels().isEmpty());
        // A kernel cannot move less than the formula needs.
        assertThat(costs).allMatch(c -> c.moved() >= c.needed() && c.distinct() > 0);
        for (KernelCost c : costs) {
            boolean within = c.lean() && c.coalesced();
            assertThat(c.note().isEmpty()).as(c.toString()).isEqualTo(within);
            if (LEAN.contains(c.family()) || c.shape().endsWith("2 × 2") || c.shape().equals("128 × 10")) {
                assertThat(within).as(c.toString()).isTrue();
            }
            if (TILED.contains(c.family())) {
                assertThat(c.bankConflicts()).as(c.toString()).isZero();
            }
        }
        Set<String> counted = costs.stream().flatMap(c -> c.kernels().stream()).collect(Collectors.toSet());
        assertThat(Arrays.stream(Kernel.values()).map(Kernel::entry))
                .filteredOn(name -> !name.startsWith("convolution_")) // whose tiles depend on the size of the batch
                .isSubsetOf(counted);
    }

    /** The counts of bench/results/kernels, with a batch large enough for every tile. */
    @Test
    void theCommittedCountsHaveEveryKernel() throws IOException {
        String results = Files.readString(Path.of("../bench/results/kernels/results.json"));
        Set<String> counted =
                Pattern.compile("\"kernels\": \\[([^\\]]*)\\]")
                        .matcher(results)
                        .results()
                        .flatMap(m -> Arrays.stream(m.group(1).split("[\\s,\"]+")))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toSet());
        assertThat(counted)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Kernel.values()).map(Kernel::entry).toList());
    }

    @Test
    void runsOnlyWhatIsWanted() {
        assertThat(count(name -> name.contains("updates, adam"), _ -> {}))
                .extracting(KernelCost::primitive)
                .containsExactly("adam");
        assertThat(count(_ -> false, _ -> {})).isEmpty();
    }

    /** What the three ladders show. */
    @Test
    void everyRungImprovesOnTheOneBelow() {
        List<KernelCost> rungs = costs.stream().filter(c -> c.family().startsWith("ladder")).toList();
        assertThat(rungs).hasSize(10);
        assertThat(rungs.subList(0, 4)).extracting(KernelCost::traffic).isSortedAccordingTo(reverseOrder());
        assertThat(rungs.subList(4, 7)).extracting(KernelCost::coalescing).isSortedAccordingTo(reverseOrder());
        assertThat(rungs.subList(7, 10)).extracting(KernelCost::threads).isSorted();
    }
}
