package chainrule.experiments.mask;

import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.experiments.cli.Checks;
import chainrule.experiments.cli.CommonOptions;
import chainrule.experiments.cli.Run;
import chainrule.experiments.cli.RunFacts;
import chainrule.experiments.cli.StudyInterrupted;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Exercise 3: does a face wear a mask? */
@Command(
        name = "mask",
        description = "does a face wear a mask? A convolutional net on the photos of the Kaggle data set",
        footer = {
            "",
            "Every run has a split and a net of its own; the report gives their mean and spread. The held-out faces"
                    + " are",
            "read when training is over. With --choose they stay unread, and other photos are held out to choose by.",
            "Example: ./run mask --data face-mask.zip --split image --seeds 1"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class MaskStudy implements Runnable {
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

    @Mixin CommonOptions common;

    @Override
    public void run() {
        Checks.notEmpty("--split", kinds);
        Checks.atLeast("--seeds", seeds, 1);
        Checks.atLeast("--choose", choose, 0);
        Checks.seeds(common.seed(), "--seeds", seeds); // before the data is read
        Checks.seeds(common.seed(), "--choose", choose);
        Checks.distinct("--split", kinds.stream().map(Split.Kind::word).toList());
        recipe.check();
        FaceMask data = FaceMask.find(common.data(), recipe.crop());
        List<Split> splits = splits(data);
        splits.forEach(split -> Checks.batch(recipe.batch, split.train().length));
        try (Run run = Run.open(common)) {
            run.fact("data", data.describe()).fact("splits", describe()).fact("recipe", recipe.describe()).header();
            data.skipped().forEach(reason -> System.out.println("skipped: " + reason));
            data.leftOut().forEach(reason -> System.out.println("left out: " + reason));
            System.out.println(Sequential.build(run.backend(), 0, recipe.crop().shape(), recipe.layers()).summary());
            MaskResults results =
                    MaskResults.of(data, recipe.crop(), recipe.epochs, trials(run, data, splits), choose > 0);
            RunFacts facts = run.facts();
            MaskReport report = new MaskReport(facts, results, data.crops());
            report.tables().forEach(table -> System.out.printf(Locale.ROOT, "%n%s", table.plain()));
            run.write(facts, results, report.report());
        }
    }

    /** Of all splits, or of those that are done when a signal stops the run. */
    private List<Trial> trials(Run run, FaceMask data, List<Split> splits) {
        MaskTraining training = new MaskTraining(run, recipe, data);
        List<Trial> trials = new ArrayList<>();
        try {
            for (Split split : splits) {
                trials.add(trial(run, training, split, trials));
            }
        } catch (StudyInterrupted stopped) {
            if (trials.isEmpty()) {
                throw stopped;
            }
        }
        return trials;
    }

    private Trial trial(Run run, MaskTraining training, Split split, List<Trial> before) {
        boolean first = before.stream().noneMatch(t -> t.split().kind() == split.kind());
        boolean kept = first && choose == 0;
        Trial trial = training.of(split, kept, kept ? keeper(run, split) : null);
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
                ? choose + " for choosing, on photos that no split of " + numbers + " holds out"
                : String.join(" and ", kinds.stream().map(kind -> "by " + kind.word()).toList())
                        + ", a tenth held out, "
                        + numbers;
    }

    /** The net of the first run by image is the model; that of the first run by face stands beside it. */
    private MaskTraining.Keeper keeper(Run run, Split split) {
        boolean main = split.kind() == Split.Kind.IMAGE || !kinds.contains(Split.Kind.IMAGE);
        Path file = run.out().path().resolve(main ? "model.safetensors" : "model-face.safetensors");
        TestTime views = recipe.testTime();
        Map<String, String> setup = HeldOutFaces.setup(split, recipe.crop());
        return new MaskTraining.Keeper() {
            @Override
            public void check(Sequential net, Preprocessing preprocessing) {
                ModelFile.check(file, net, FaceMask.NAME, FaceKind.CLASSES, preprocessing, views, setup);
            }

            @Override
            public void keep(Sequential net, Preprocessing preprocessing) {
                ModelFile.save(file, net, FaceMask.NAME, FaceKind.CLASSES, preprocessing, views, setup);
            }
        };
    }
}
