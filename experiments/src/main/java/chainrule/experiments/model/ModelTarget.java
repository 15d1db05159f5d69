package chainrule.experiments.model;

import chainrule.data.Preprocessing;
import chainrule.data.augment.TestTime;
import chainrule.io.ModelFile;
import chainrule.layer.Sequential;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The model file that a study writes.
 *
 * @param dataset its name in the file
 * @param testTime the views of an example whose predictions are averaged
 * @param setup how the data was prepared, for {@link ModelFile#setup}
 */
public record ModelTarget(
        Path file, String dataset, List<String> classNames, TestTime testTime, Map<String, String> setup) {
    /**
     * Checks before the training that the net can be saved.
     *
     * @throws chainrule.io.FormatException if it cannot
     */
    public void check(Sequential net, Preprocessing preprocessing) {
        ModelFile.check(file, net, dataset, classNames, preprocessing, testTime, setup);
    }

    public void save(Sequential net, Preprocessing preprocessing) {
        ModelFile.save(file, net, dataset, classNames, preprocessing, testTime, setup);
    }
}
