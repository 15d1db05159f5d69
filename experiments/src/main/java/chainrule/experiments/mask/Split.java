package chainrule.experiments.mask;

import chainrule.tensor.RandomStream;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A split of the faces into a training set and held-out faces.
 *
 * @param kind of the split
 * @param seed of the split
 * @param train indices of the training faces
 * @param heldOut indices of the held-out faces; {@link #forChoosing} leaves some faces out of both
 */
public record Split(Kind kind, long seed, int[] train, int[] heldOut) {
    /** The held-out fraction. */
    static final double FRACTION = 0.1;

    /** The fraction of all photos held out for comparing options. */
    static final double CHOICE_FRACTION = 0.3;

    /** The unit of the split. */
    public enum Kind {
        /**
         * Holds out a tenth of the faces of each of the three annotated classes, as in the assignment. Faces of one
         * photo or of its copies may be on both sides.
         */
        FACE,
        /** Holds out a tenth of the photos with all their faces; copies of a photo stay together. */
        IMAGE;

        /** The name in options and results. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** "by image, seed 2". */
    String words() {
        return "by " + kind.word() + ", seed " + seed;
    }

    /** The number of held-out faces with a training face on the same photo or on a copy of it. */
    int sharedPhotoFaces(FaceMask data) {
        BitSet trained = new BitSet();
        for (int face : train) {
            trained.set(data.groups()[data.faces().get(face).photo()]);
        }
        return (int)
                IntStream.of(heldOut)
                        .filter(face -> trained.get(data.groups()[data.faces().get(face).photo()]))
                        .count();
    }

    /** A split. @throws IllegalArgumentException if there are too few faces for two parts */
    public static Split of(FaceMask data, Kind kind, long seed) {
        BitSet heldOut = kind == Kind.FACE ? facesByClass(data, seed) : facesOf(data, photos(data, seed));
        return split(data, kind, seed, i -> !heldOut.get(i), heldOut::get);
    }

    /**
     * A split for comparing options that leaves all held-out faces of the reported splits unread. It holds out about a
     * third of the photos that {@code of(IMAGE, seed)} trains on and that no reported split by image holds out,
     * without the faces that a reported split by face holds out.
     *
     * @param reported the seeds of the reported splits
     */
    static Split forChoosing(FaceMask data, long seed, List<Long> reported) {
        BitSet unread = new BitSet();
        BitSet unreadFaces = new BitSet();
        for (long other : reported) {
            unread.or(photos(data, other));
            unreadFaces.or(facesByClass(data, other));
        }
        BitSet own = photos(data, seed);
        unread.or(own);
        BitSet chosen = draw(data, "choice", seed, CHOICE_FRACTION, group -> !unread.get(group));
        BitSet heldOut = facesOf(data, chosen);
        BitSet ownFaces = facesOf(data, own);
        return split(
                data,
                Kind.IMAGE,
                seed,
                i -> !heldOut.get(i) && !ownFaces.get(i),
                i -> heldOut.get(i) && !unreadFaces.get(i));
    }

    private static Split split(FaceMask data, Kind kind, long seed, IntPredicate train, IntPredicate heldOut) {
        int all = data.faces().size();
        Split split =
                new Split(
                        kind,
                        seed,
                        IntStream.range(0, all).filter(train).toArray(),
                        IntStream.range(0, all).filter(heldOut).toArray());
        if (split.train.length == 0 || split.heldOut.length == 0) {
            throw new IllegalArgumentException(
                    "the "
                            + all
                            + " faces in "
                            + data.photos().size()
                            + " photos of "
                            + data.source()
                            + " cannot be split by "
                            + kind.word()
                            + ": no face would "
                            + (split.heldOut.length == 0 ? "be held out" : "be left for training"));
        }
        return split;
    }

    /** A tenth of every class, rounded, but at least one face of a class that has two. */
    private static BitSet facesByClass(FaceMask data, long seed) {
        RandomStream random = RandomStream.of(seed, "mask split by face");
        BitSet heldOut = new BitSet();
        for (FaceKind kind : FaceKind.values()) {
            int[] faces =
                    IntStream.range(0, data.faces().size()).filter(i -> data.faces().get(i).kind() == kind).toArray();
            int[] order = random.child(kind.name()).permutation(faces.length);
            long count = Math.max(faces.length > 1 ? 1 : 0, Math.round(FRACTION * faces.length));
            for (int i = 0; i < count; i++) {
                heldOut.set(faces[order[i]]);
            }
        }
        return heldOut;
    }

    private static BitSet photos(FaceMask data, long seed) {
        return draw(data, "mask split by image", seed, FRACTION, _ -> true);
    }

    /** Draws groups of photos until they make up this fraction of all photos; draws at least one. */
    private static BitSet draw(FaceMask data, String purpose, long seed, double fraction, IntPredicate allowed) {
        int[] group = data.groups();
        List<Integer> groups = new ArrayList<>();
        IntStream.of(group).distinct().filter(allowed).forEach(groups::add);
        BitSet drawn = new BitSet();
        long count = Math.max(1, Math.round(fraction * group.length));
        for (int next : RandomStream.of(seed, purpose).permutation(groups.size())) {
            if (drawn.cardinality() >= count) {
                break;
            }
            IntStream.range(0, group.length).filter(p -> group[p] == groups.get(next)).forEach(drawn::set);
        }
        return drawn;
    }

    private static BitSet facesOf(FaceMask data, BitSet photos) {
        BitSet faces = new BitSet();
        for (int i = 0; i < data.faces().size(); i++) {
            faces.set(i, photos.get(data.faces().get(i).photo()));
        }
        return faces;
    }
}
