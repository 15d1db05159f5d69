package chainrule.experiments.mask;

import chainrule.experiments.image.Resample;
import chainrule.experiments.image.RgbImage;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds photos that show the same picture: copies that were scaled, compressed or cropped again, and near-identical
 * shots of a series. Two photos are in one group if their miniatures of 16 × 16 pixels differ by less than {@value
 * #ALIKE} levels of 255 on average; groups are transitive.
 */
final class SamePhotos {
    /** Recompressed copies of a photo differ by less than one level, other crops of it by up to ten. */
    static final double ALIKE = 10;

    private static final int SIDE = 16;

    private final List<byte[]> miniatures = new ArrayList<>();
    private final List<Integer> groups = new ArrayList<>();

    /** Adds the next photo. */
    void add(RgbImage photo) {
        byte[] miniature = Resample.rectangle(photo, 0, 0, photo.width(), photo.height(), SIDE, SIDE).pixels();
        int own = groups.size();
        groups.add(own);
        for (int i = 0; i < own; i++) {
            if (difference(miniatures.get(i), miniature) < ALIKE) {
                unite(groups.get(i), groups.get(own));
            }
        }
        miniatures.add(miniature);
    }

    private void unite(int one, int other) {
        groups.replaceAll(group -> group == Math.max(one, other) ? Math.min(one, other) : group);
    }

    /** The group of every photo: the index of the first photo in it. */
    int[] groups() {
        return groups.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The mean absolute difference, in levels of 255. */
    static double difference(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
        }
        return (double) sum / a.length;
    }
}
