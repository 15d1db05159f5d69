package chainrule.fuzz;

import chainrule.bench.ResultsTarget;
import chainrule.experiments.data.ArchiveTargets;
import chainrule.experiments.mask.MaskTargets;
import chainrule.io.ModelTargets;
import chainrule.io.SafetensorsTargets;
import chainrule.train.CheckpointTargets;

import java.util.List;
import java.util.stream.Stream;

/** All readers of files in the project. */
public final class Targets {
    /** The targets, in the order of the modules. */
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

    /** @throws IllegalArgumentException if no target has that name */
    public static Target named(String name) {
        return ALL.stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no target '"
                                                + name
                                                + "', expected one of "
                                                + ALL.stream().map(Target::name).toList()));
    }
}
