package chainrule.fuzz;

import chainrule.bench.ResultsTarget;
import chainrule.experiments.data.ArchiveTargets;
import chainrule.experiments.mask.MaskTargets;
import chainrule.io.ModelTargets;
import chainrule.io.SafetensorsTargets;
import chainrule.train.CheckpointTargets;

import java.util.List;
import java.util.stream.Stream;

/** Every reader of files in the project. */
public final class Targets {
    /** In the order of the modules. */
    public static final List<Target> ALL =
            Stream.of(
                            DataTargets.ALL,
                            SafetensorsTargets.ALL,
                            ModelTargets.ALL,
                            CheckpointTargets.ALL,
                            ArchiveTargets.ALL,
                            ImageTargets.ALL,
                            MaskTargets.ALL,
                            List.of(ResultsTarget.TARGET))
                    .flatMap(List::stream)
                    .toList();

    private Targets() {}

    /** @throws IllegalArgumentException if there is none of that name */
    public static Target named(String name) {
        return ALL.stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no target '"
                                                + name
                                                + "'; there are "
                                                + ALL.stream().map(Target::name).toList()));
    }
}
