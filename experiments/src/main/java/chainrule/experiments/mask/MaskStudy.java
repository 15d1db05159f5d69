package chainrule.experiments.mask;

import chainrule.data.DataException;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.model.ModelTarget;
import chainrule.experiments.report.Report;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.SavedRun;
import chainrule.experiments.study.Study;
import chainrule.layer.Sequential;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Exercise 3: classifies whether a face wears a mask. */
@Command(
        name = "mask",
        description = "does a face wear a mask? A convolutional net on the photos of the Kaggle data set",
        footer = {
            "",
            "Every run has its own split and net; the report gives their mean and spread. The held-out faces are read",
            "after training. With --choose they stay unread, and other photos are held out for comparing options.",
            "Example: ./run mask --data face-mask.zip --split image --seeds 1"
        },
        sortOptions = false)
public final class MaskStudy extends Study<MaskResults> implements SavedRun.Reporter {
    @Option(
            names = "--split",
            paramLabel = "KIND",
            split = ",",
            hideParamSyntax = true,
            defaultValue = "face,image",
            description =
                    "face: hold out a tenth of the faces of each class; image: a tenth of the photos, with"
                            + " copies of a photo on one side (default: ${DEFAULT-VALUE})")
    List<Split.Kind> kinds;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "5",
            description = "runs of each split, with the seeds seed … seed + N − 1 (default: ${DEFAULT-VALUE})")
    int seeds;

    @Option(
            names = "--choose",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "for comparing options: N runs measured on photos that none of the reported splits holds out, which"
                            + " stay unread (default: ${DEFAULT-VALUE})")
    int choose;

    @Mixin MaskRecipe recipe = new MaskRecipe();

    private FaceMask data;
    private List<Split> splits;

    @Override
    protected void prepare() {
        Checks.notEmpty("--split", kinds);
        Checks.atLeast("--seeds", seeds, 1);
        Checks.atLeast("--choose", choose, 0);
        Checks.seeds(common.seed(), "--seeds", seeds); // before the data is read
        Checks.seeds(common.seed(), "--choose", choose);
        Checks.distinct("--split", kinds.stream().map(Split.Kind::word).toList());
        recipe.check();
        data = FaceMask.find(common.data(), recipe.crop());
        splits = splits(data);
        splits.forEach(split -> Checks.batch(recipe.batch, split.train().length));
    }

    @Override
    protected void describe(Run run) {
        run.fact("data", data.describe()).fact("splits", describe()).fact("recipe", recipe.describe());
    }

    @Override
    protected MaskResults train(Run run) {
        data.skipped().forEach(reason -> System.out.println("skipped: " + reason));
        data.leftOut().forEach(reason -> System.out.println("left out: " + reason));
        System.out.println(Sequential.build(run.backend(), 0, recipe.crop().shape(), recipe.layers()).summary());
        MaskTraining training = new MaskTraining(run, recipe, data);
        List<Trial> trials = new ArrayList<>();
        run.untilInterrupted(trials, () -> splits.forEach(split -> trials.add(trial(run, training, split, trials))));
        return MaskResults.of(data, recipe.crop(), recipe.epochs, trials, choose > 0);
    }

    @Override
    protected MaskReport report(RunFacts facts, MaskResults results) {
        return new MaskReport(facts, results, data.crops());
    }

    /** Reads the data set again for the pictures of its faces. */
    @Override
    public Report report(SavedRun run) {
        MaskResults results = run.results(MaskResults.class);
        FaceMask faces = FaceMask.find(run.data(), new FaceCrop(results.size(), results.margin()));
        if (faces.faces().size() != results.faces()) {
            throw new DataException(
                    String.format(
                            Locale.ROOT,
                            "%s has %,d faces, but the run was measured on %,d: name its data set with --data",
                            faces.source(),
                            faces.faces().size(),
                            results.faces()));
        }
        return new MaskReport(run.facts(), results, faces.crops()).report();
    }

    private Trial trial(Run run, MaskTraining training, Split split, List<Trial> before) {
        boolean first = before.stream().noneMatch(t -> t.split().kind() == split.kind());
        boolean kept = first && choose == 0;
        Trial trial = training.of(split, kept, kept ? target(run, split) : null);
        trial.history().divergence().ifPresent(where -> System.out.println(split.words() + ": " + where));
        if (trial.scores() != null) {
            System.out.printf(
                    Locale.ROOT,
                    "%-18s accuracy %.4f  loss %.4f  on %d held-out faces%n",
                    split.words(),
                    trial.scores().accuracy(),
                    trial.scores().loss(),
                    trial.scores().faces());
        }
        return trial;
    }

    private List<Split> splits(FaceMask data) {
        List<Long> reported = Checks.seeds(common.seed(), "--seeds", seeds).boxed().toList();
        if (choose > 0) {
            return Checks.seeds(common.seed(), "--choose", choose)
                    .mapToObj(seed -> Split.forChoosing(data, seed, reported))
                    .toList();
        }
        return kinds.stream().flatMap(kind -> reported.stream().map(seed -> Split.of(data, kind, seed))).toList();
    }

    private String describe() {
        String numbers =
                seeds == 1
                        ? "seed " + common.seed()
                        : String.format(Locale.ROOT, "seeds %d to %d", common.seed(), common.seed() + seeds - 1);
        return choose > 0
                ? choose + " for comparing options, on photos that no split of " + numbers + " holds out"
                : String.join(" and ", kinds.stream().map(kind -> "by " + kind.word()).toList())
                        + ", a tenth held out, "
                        + numbers;
    }

    /**
     * The model of the first run by image is the main one; the first run by face saves its model under another name.
     */
    private ModelTarget target(Run run, Split split) {
        boolean main = split.kind() == Split.Kind.IMAGE || !kinds.contains(Split.Kind.IMAGE);
        return new ModelTarget(
                run.out().path().resolve(main ? "model.safetensors" : "model-face.safetensors"),
                FaceMask.NAME,
                FaceKind.CLASSES,
                recipe.testTime(),
                HeldOutFaces.setup(split, recipe.crop()));
    }
}
