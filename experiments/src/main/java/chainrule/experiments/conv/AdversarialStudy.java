package chainrule.experiments.conv;

import chainrule.data.ByteImages;
import chainrule.data.Dataset;
import chainrule.experiments.study.Run;
import chainrule.experiments.study.RunFacts;
import chainrule.experiments.study.Study;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import picocli.CommandLine.Mixin;

import java.nio.file.Path;
import java.util.List;

/** A study of adversarial examples of one data set's test images. */
abstract class AdversarialStudy extends Study<AdversarialResults> {
    @Mixin AttackOptions options;

    private final String classifierStudy;
    private final AdversarialReport.Wording wording;
    private Images data;
    private ModelFile file;
    private AdversarialReport.Pixels pixels;

    /** @param classifierStudy the study that trains such a classifier */
    AdversarialStudy(String classifierStudy, AdversarialReport.Wording wording) {
        this.classifierStudy = classifierStudy;
        this.wording = wording;
    }

    /**
     * Test images to attack.
     *
     * @param description of the data set, for a run's header
     * @param targets the target classes
     */
    record Images(ByteImages test, String description, List<Integer> targets) {}

    /** Checks the options of the subclass and reads the test images. */
    abstract Images load();

    /** The file of the classifier. */
    abstract Path model();

    /** The images to start from. */
    abstract List<TargetedAttack.Sample> originals(ByteImages test, Sequential classifier, ModelFile model);

    @Override
    protected final void prepare() {
        options.check();
        data = load();
        file = AttackOptions.read(model(), data.test, classifierStudy);
    }

    @Override
    protected final void describe(Run run) {
        run.fact("data", data.description).fact("classifier", model()).fact("recipe", options.words());
    }

    @Override
    protected final AdversarialResults train(Run run) {
        Sequential classifier = file.build(run.backend());
        TargetedAttack attack = new TargetedAttack(run, classifier, file, options, common.seed());
        attack.run(originals(data.test, classifier, file), data.targets);
        pixels = attack.pixels();
        return attack.results();
    }

    @Override
    protected final AdversarialReport report(RunFacts facts, AdversarialResults results) {
        return new AdversarialReport(facts, results, pixels, wording);
    }

    /** The pixels of one image in double precision. */
    static double[] pixels(Dataset images, int index) {
        float[] pixels = new float[images.inputShape().elements()];
        images.input(index, pixels, 0);
        double[] original = new double[pixels.length];
        for (int j = 0; j < original.length; j++) {
            original[j] = pixels[j];
        }
        return original;
    }
}
