package chainrule.bench.path;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The machine's bandwidth: vector loops over arrays that fit the first-level caches up to arrays of four times the last-level
 * cache. Each thread passes over its own part of the arrays again and again, so a size that fits the caches stays in them.
 *
 * <p>A written element counts once, although the machine may read its line first: primitives are counted in the same way and
 * compared with a loop of the same mix of reads and writes. Writing and copying are also measured through the JDK's intrinsics,
 * which may bypass the caches.
 */
final class BandwidthPeak {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int UNROLLED = 8 * LANES;
    private static final int SIZES = 12;
    private static final long SMALLEST = 16L << 10;

    /** An element at the start of a cache line, if the array is at the start of a region of the heap as large arrays are. */
    private static final int ALIGNED = 12;

    /** Passes of a sample while loops are compiled. */
    private static final int WARM_UP_PASSES = 50;

    /** Elements between two arrays, so that equal indices do not compete for the same sets of the caches. */
    private static final int APART = 5 * 64 + 16;

    private final Team team;
    private final float[] memory;
    private final float[] sink;

    BandwidthPeak(Team team, long largest) {
        this.team = team;
        this.memory = new float[Math.toIntExact(largest / Float.BYTES) + ALIGNED + 3 * (APART + UNROLLED)];
        this.sink = new float[64 * team.threads()];
        // Each thread writes its part first: the system places a page near the thread that does.
        team.nanos(
                part ->
                        Arrays.fill(
                                memory,
                                Team.from(part, team.threads(), memory.length, UNROLLED),
                                Team.from(part + 1, team.threads(), memory.length, UNROLLED),
                                1));
    }

    /**
     * The sizes that are measured, in bytes of all arrays together: twelve from 16 KB for each thread to four times the
     * last-level cache, in equal ratios.
     *
     * @param memory the most bytes that there are
     */
    static long[] footprints(int threads, long lastLevelCache, long memory) {
        double least = SMALLEST * (double) threads;
        double most = Math.max(2 * least, Math.min(Math.min(4.0 * lastLevelCache, memory), 4.0 * (1 << 30)));
        double ratio = Math.pow(most / least, 1.0 / (SIZES - 1));
        return IntStream.range(0, SIZES).mapToLong(i -> Math.round(least * Math.pow(ratio, i))).toArray();
    }

    /** Elements of each array for a footprint, so that each thread has whole blocks of vectors. */
    static int length(Traffic kind, long footprint, int threads) {
        long block = (long) UNROLLED * threads;
        return (int) (Math.max(1, footprint / Float.BYTES / kind.arrays() / block) * block);
    }

    /** The work of one pass. */
    Work work(Traffic kind, long footprint) {
        return kind.work((double) Float.BYTES * length(kind, footprint, team.threads()));
    }

    /** Runs the loops of a kind until they are compiled: before that they are a hundred times slower. */
    void warmUp(Traffic kind, long footprint) {
        int length = length(kind, footprint, team.threads());
        double bytes = work(kind, footprint).moved();
        for (boolean intrinsic : new boolean[] {false, true}) {
            Team.warmUp(() -> bytes / sample(kind, intrinsic, length, WARM_UP_PASSES));
        }
    }

    /** Nanoseconds of one pass, for each sample; for two programs of the same kind, the times of the faster one. */
    double[] samples(Traffic kind, long footprint, int count, double sampleNanos) {
        double[] loop = samples(kind, false, length(kind, footprint, team.threads()), count, sampleNanos);
        if (kind != Traffic.WRITE && kind != Traffic.COPY) {
            return loop;
        }
        double[] intrinsic = samples(kind, true, length(kind, footprint, team.threads()), count, sampleNanos);
        return least(intrinsic) < least(loop) ? intrinsic : loop;
    }

    private static double least(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private double[] samples(Traffic kind, boolean intrinsic, int length, int count, double sampleNanos) {
        int passes = 1;
        double nanos = sample(kind, intrinsic, length, passes);
        while (nanos * passes < sampleNanos / 4) {
            passes *= 2;
            nanos = sample(kind, intrinsic, length, passes);
        }
        int enough = (int) Math.max(1, sampleNanos / nanos);
        return DoubleStream.generate(() -> sample(kind, intrinsic, length, enough)).limit(count).toArray();
    }

    private double sample(Traffic kind, boolean intrinsic, int length, int passes) {
        double nanos =
                team.nanos(
                        part -> {
                            int from = Team.from(part, team.threads(), length, UNROLLED);
                            int to = Team.from(part + 1, team.threads(), length, UNROLLED);
                            for (int i = 0; i < passes; i++) {
                                pass(kind, intrinsic, length, from, to, part);
                            }
                        });
        return nanos / passes;
    }

    private void pass(Traffic kind, boolean intrinsic, int length, int from, int to, int part) {
        int x = ALIGNED;
        int y = x + length + APART;
        int z = y + length + APART;
        switch (kind) {
            case READ -> sink[64 * part] = read(memory, x + from, x + to);
            case WRITE -> {
                if (intrinsic) {
                    Arrays.fill(memory, x + from, x + to, 1);
                } else {
                    write(memory, x + from, x + to);
                }
            }
            case COPY -> {
                if (intrinsic) {
                    System.arraycopy(memory, x + from, memory, y + from, to - from);
                } else {
                    copy(memory, x + from, x + to, y - x);
                }
            }
            case TRIAD -> triad(memory, x + from, x + to, y - x, z - x);
            case IN_PLACE -> scale(memory, x + from, x + to, 1);
        }
    }

    private static FloatVector load(float[] a, int i) {
        return FloatVector.fromArray(SPECIES, a, i);
    }

    private static float read(float[] a, int from, int to) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int i = from; i <= to - UNROLLED; i += UNROLLED) {
            s0 = s0.add(load(a, i));
            s1 = s1.add(load(a, i + LANES));
            s2 = s2.add(load(a, i + 2 * LANES));
            s3 = s3.add(load(a, i + 3 * LANES));
            s4 = s4.add(load(a, i + 4 * LANES));
            s5 = s5.add(load(a, i + 5 * LANES));
            s6 = s6.add(load(a, i + 6 * LANES));
            s7 = s7.add(load(a, i + 7 * LANES));
        }
        return s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7))).lane(0);
    }

    private static void write(float[] a, int from, int to) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        for (int i = from; i <= to - UNROLLED; i += UNROLLED) {
            one.intoArray(a, i);
            one.intoArray(a, i + LANES);
            one.intoArray(a, i + 2 * LANES);
            one.intoArray(a, i + 3 * LANES);
            one.intoArray(a, i + 4 * LANES);
            one.intoArray(a, i + 5 * LANES);
            one.intoArray(a, i + 6 * LANES);
            one.intoArray(a, i + 7 * LANES);
        }
    }

    private static void copy(float[] a, int from, int to, int y) {
        for (int i = from; i <= to - UNROLLED; i += UNROLLED) {
            load(a, i).intoArray(a, i + y);
            load(a, i + LANES).intoArray(a, i + LANES + y);
            load(a, i + 2 * LANES).intoArray(a, i + 2 * LANES + y);
            load(a, i + 3 * LANES).intoArray(a, i + 3 * LANES + y);
            load(a, i + 4 * LANES).intoArray(a, i + 4 * LANES + y);
            load(a, i + 5 * LANES).intoArray(a, i + 5 * LANES + y);
            load(a, i + 6 * LANES).intoArray(a, i + 6 * LANES + y);
            load(a, i + 7 * LANES).intoArray(a, i + 7 * LANES + y);
        }
    }

    private static void triad(float[] a, int from, int to, int y, int z) {
        FloatVector s = FloatVector.broadcast(SPECIES, 0.5f);
        for (int i = from; i <= to - UNROLLED; i += UNROLLED) {
            load(a, i + y).fma(s, load(a, i)).intoArray(a, i + z);
            load(a, i + LANES + y).fma(s, load(a, i + LANES)).intoArray(a, i + LANES + z);
            load(a, i + 2 * LANES + y).fma(s, load(a, i + 2 * LANES)).intoArray(a, i + 2 * LANES + z);
            load(a, i + 3 * LANES + y).fma(s, load(a, i + 3 * LANES)).intoArray(a, i + 3 * LANES + z);
            load(a, i + 4 * LANES + y).fma(s, load(a, i + 4 * LANES)).intoArray(a, i + 4 * LANES + z);
            load(a, i + 5 * LANES + y).fma(s, load(a, i + 5 * LANES)).intoArray(a, i + 5 * LANES + z);
            load(a, i + 6 * LANES + y).fma(s, load(a, i + 6 * LANES)).intoArray(a, i + 6 * LANES + z);
            load(a, i + 7 * LANES + y).fma(s, load(a, i + 7 * LANES)).intoArray(a, i + 7 * LANES + z);
        }
    }

    /** The factor is 1, which the compiler does not know, so that repeated passes keep the values normal. */
    private static void scale(float[] a, int from, int to, float factor) {
        FloatVector s = FloatVector.broadcast(SPECIES, factor);
        for (int i = from; i <= to - UNROLLED; i += UNROLLED) {
            load(a, i).mul(s).intoArray(a, i);
            load(a, i + LANES).mul(s).intoArray(a, i + LANES);
            load(a, i + 2 * LANES).mul(s).intoArray(a, i + 2 * LANES);
            load(a, i + 3 * LANES).mul(s).intoArray(a, i + 3 * LANES);
            load(a, i + 4 * LANES).mul(s).intoArray(a, i + 4 * LANES);
            load(a, i + 5 * LANES).mul(s).intoArray(a, i + 5 * LANES);
            load(a, i + 6 * LANES).mul(s).intoArray(a, i + 6 * LANES);
            load(a, i + 7 * LANES).mul(s).intoArray(a, i + 7 * LANES);
        }
    }
}
