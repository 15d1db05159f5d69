package chainrule.experiments.mask;

import chainrule.tensor.RandomStream;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which faces train a net and which are held out to measure it.
 *
 * @param kind how they were parted
 * @param seed that fixed it
 * @param train numbers of faces
 * @param held numbers of the other faces; fewer than that where {@link #forChoosing} leaves some out
 */
public record Split(Kind kind, long seed, int[] train, int[] held) {
    /** The share that is held out. */
    static final double SHARE = 0.1;

    /** The share of all photos that a choice is measured on. */
    static final double CHOICE_SHARE = 0.3;

    /** How faces are parted. */
    public enum Kind {
        /**
         * A tenth of the faces of each of the data set's three classes, as the assignment did it. Faces of one photo, and
         * of photos that occur twice, then stand on both sides.
         */
        FACE,
        /** A tenth of the photos with all their faces; photos that are the same picture stay together. */
        IMAGE;

        /** As options have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** "by image, seed 2". */
    String words() {
        return "by " + kind.word() + ", seed " + seed;
    }

    /** How many held-out faces have a training face on the same photo, or on one that shows the same. */
    int sharedPhotoFaces(FaceMask data) {
        BitSet trained = new BitSet();
        for (int face : train) {
            trained.set(data.groups()[data.faces().get(face).photo()]);
        }
        return (int)
                IntStream.of(held).filter(face -> trained.get(data.groups()[data.faces().get(face).photo()])).count();
    }

    /** The split of that kind and seed. @throws IllegalArgumentException if there are too few faces for two parts */
    public static Split of(FaceMask data, Kind kind, long seed) {
        BitSet held = kind == Kind.FACE ? facesByClass(data, seed) : facesOf(data, photos(data, seed));
        return parted(data, kind, seed, i -> !held.get(i), held::get);
    }

    /**
     * A split to choose by, which leaves everything that is reported unread: of the photos that {@code of(IMAGE, seed)}
     * trains on and that no reported split by image holds out, about a third is held out; of the faces in them, those
     * that a reported split by face holds out are measured by no one.
     *
     * @param reported the seeds of the splits that are, or will be, reported
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
        BitSet chosen = draw(data, "choice", seed, CHOICE_SHARE, group -> !unread.get(group));
        BitSet held = facesOf(data, chosen);
        BitSet ownFaces = facesOf(data, own);
        return parted(
                data, Kind.IMAGE, seed, i -> !held.get(i) && !ownFaces.get(i), i -> held.get(i) && !unreadFaces.get(i));
    }

    private static Split parted(FaceMask data, Kind kind, long seed, IntPredicate train, IntPredicate held) {
        int all = data.faces().size();
        Split split =
                new Split(
                        kind,
                        seed,
                        IntStream.range(0, all).filter(train).toArray(),
                        IntStream.range(0, all).filter(held).toArray());
        if (split.train.length == 0 || split.held.length == 0) {
            throw new IllegalArgumentException(
                    "the "
                            + all
                            + " faces in "
                            + data.photos().size()
                            + " photos of "
                            + data.source()
                            + " cannot be parted by "
                            + kind.word()
                            + ": no face would "
                            + (split.held.length == 0 ? "be held out" : "be left to train on"));
        }
        return split;
    }

    /** A tenth of every class, rounded, but at least one face of a class that has two. */
    private static BitSet facesByClass(FaceMask data, long seed) {
        RandomStream random = RandomStream.of(seed, "mask split by face");
        BitSet held = new BitSet();
        for (FaceKind kind : FaceKind.values()) {
            int[] faces =
                    IntStream.range(0, data.faces().size()).filter(i -> data.faces().get(i).kind() == kind).toArray();
            int[] order = random.child(kind.name()).permutation(faces.length);
            long count = Math.max(faces.length > 1 ? 1 : 0, Math.round(SHARE * faces.length));
            for (int i = 0; i < count; i++) {
                held.set(faces[order[i]]);
            }
        }
        return held;
    }

    private static BitSet photos(FaceMask data, long seed) {
        return draw(data, "mask split by image", seed, SHARE, _ -> true);
    }

    /** Photos drawn group by group until there are that share of all, but at least one. */
    private static BitSet draw(FaceMask data, String purpose, long seed, double share, IntPredicate allowed) {
        int[] group = data.groups();
        List<Integer> groups = new ArrayList<>();
        IntStream.of(group).distinct().filter(allowed).forEach(groups::add);
        BitSet drawn = new BitSet();
        long wanted = Math.max(1, Math.round(share * group.length));
        for (int next : RandomStream.of(seed, purpose).permutation(groups.size())) {
            if (drawn.cardinality() >= wanted) {
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
