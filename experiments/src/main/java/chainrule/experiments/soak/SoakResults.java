package chainrule.experiments.soak;

import chainrule.experiments.study.DivergedNet;
import chainrule.experiments.study.StudyResults;

import java.util.List;

/**
 * The results of a soak.
 *
 * @param flat true if heap and resident memory stayed flat
 * @param nets the number of nets trained
 * @param steps of training, all nets together
 * @param codeAndClasses memory for classes and compiled code, a part of the resident memory
 * @param samples of the process' memory, in order
 */
record SoakResults(
        boolean flat,
        int nets,
        long steps,
        Growth heap,
        Growth codeAndClasses,
        Growth resident,
        List<MemorySample> samples,
        List<DivergedNet> diverged)
        implements StudyResults {
    SoakResults {
        samples = List.copyOf(samples);
        diverged = List.copyOf(diverged);
    }

    static SoakResults of(int nets, List<MemorySample> samples, List<DivergedNet> diverged) {
        Growth heap = Growth.of(samples, MemorySample::heap);
        Growth resident = Growth.of(samples, MemorySample::resident);
        return new SoakResults(
                heap.flat() && resident.flat(),
                nets,
                samples.getLast().steps(),
                heap,
                Growth.of(samples, MemorySample::nonHeap),
                resident,
                samples,
                diverged);
    }

    @Override
    public int netCount() {
        return nets;
    }
}
