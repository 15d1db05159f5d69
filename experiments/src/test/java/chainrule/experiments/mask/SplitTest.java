package chainrule.experiments.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.ByteImages;
import chainrule.experiments.data.Box;
import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Splits of a made-up set of 200 photos with one to nine faces each. */
class SplitTest {
    private static final int PHOTOS = 200;
    private static final FaceMask DATA = data(i -> i % 10 == 7 ? i - 3 : i); // every tenth photo is a copy

    private static FaceMask data(IntUnaryOperator group) {
        List<Face> faces = new ArrayList<>();
        RandomStream random = RandomStream.of(3, "faces");
        for (int photo = 0; photo < PHOTOS; photo++) {
            for (int i = 0; i <= random.below(9, photo); i++) {
                double draw = random.uniform(1000 + faces.size());
                FaceKind kind =
                        draw < 0.8
                                ? FaceKind.WITH_MASK
                                : draw < 0.96 ? FaceKind.WITHOUT_MASK : FaceKind.WORN_INCORRECTLY;
                faces.add(new Face(photo, new Box(0, 0, 9, 9), kind));
            }
        }
        byte[] labels = new byte[faces.size()];
        ByteImages crops =
                new ByteImages("faces", Shape.of(1, 1, 3), new byte[3 * labels.length], labels, FaceKind.CLASSES);
        List<String> photos = IntStream.range(0, PHOTOS).mapToObj(i -> i + ".jpg").toList();
        int[] groups = IntStream.range(0, PHOTOS).map(group).toArray();
        return new FaceMask(crops, faces, photos, groups, List.of(), List.of(), 0, Path.of("made up"));
    }

    private static Set<Integer> set(int[] values) {
        return Arrays.stream(values).boxed().collect(Collectors.toSet());
    }

    private static Set<Integer> photos(int[] faces) {
        return Arrays.stream(faces).mapToObj(i -> DATA.faces().get(i).photo()).collect(Collectors.toSet());
    }

    private static Set<Integer> groups(int[] faces) {
        return photos(faces).stream().map(photo -> DATA.groups()[photo]).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource
    void splitsEveryFaceBySeed(Split.Kind kind) {
        Split split = Split.of(DATA, kind, 5);
        assertThat(split.train().length + split.heldOut().length).isEqualTo(DATA.faces().size());
        assertThat(set(split.train())).doesNotContainAnyElementsOf(set(split.heldOut()));
        assertThat(Split.of(DATA, kind, 5).heldOut()).containsExactly(split.heldOut());
        assertThat(Split.of(DATA, kind, 6).heldOut()).isNotEqualTo(split.heldOut());
    }

    @Test
    void holdsOutATenthOfEveryClass() {
        Split split = Split.of(DATA, Split.Kind.FACE, 2);
        for (FaceKind kind : FaceKind.values()) {
            long all = DATA.faces().stream().filter(f -> f.kind() == kind).count();
            long heldOut = Arrays.stream(split.heldOut()).filter(i -> DATA.faces().get(i).kind() == kind).count();
            assertThat(heldOut).isEqualTo(Math.round(0.1 * all)).isPositive();
        }
    }

    @Test
    void holdsOutWholePhotosAndKeepsCopiesTogether() {
        for (long seed = 0; seed < 30; seed++) {
            Split split = Split.of(DATA, Split.Kind.IMAGE, seed);
            assertThat(photos(split.train())).doesNotContainAnyElementsOf(photos(split.heldOut()));
            assertThat(groups(split.train())).doesNotContainAnyElementsOf(groups(split.heldOut()));
            assertThat(photos(split.heldOut()).size()).isBetween(20, 21);
        }
    }

    /** Faces for comparing options are in no reported split and no training set. */
    @Test
    void comparingOptionsLeavesReportedSplitsUnread() {
        List<Long> reported = LongStream.range(2, 7).boxed().toList();
        for (long seed = 0; seed < 5; seed++) {
            Split choice = Split.forChoosing(DATA, seed, reported);
            assertThat(photos(choice.heldOut()).size()).isBetween(45, 61);
            assertThat(groups(choice.train())).doesNotContainAnyElementsOf(groups(choice.heldOut()));
            assertThat(set(choice.train()))
                    .doesNotContainAnyElementsOf(set(Split.of(DATA, Split.Kind.IMAGE, seed).heldOut()));
            for (long other : reported) {
                assertThat(set(choice.heldOut()))
                        .doesNotContainAnyElementsOf(set(Split.of(DATA, Split.Kind.IMAGE, other).heldOut()))
                        .doesNotContainAnyElementsOf(set(Split.of(DATA, Split.Kind.FACE, other).heldOut()));
            }
        }
    }

    @Test
    void rejectsSplittingASinglePhoto() {
        FaceMask one = data(_ -> 0);
        assertThatThrownBy(() -> Split.of(one, Split.Kind.IMAGE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("made up", "by image", "no face would be left for training");
    }
}
