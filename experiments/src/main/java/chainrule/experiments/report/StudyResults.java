package chainrule.experiments.report;

import java.util.List;

/**
 * What a study found, as one record. Its components stand in results.json, and the report is computed from them alone,
 * so that {@code ./run report} writes the same report again: no sentence knows more than the file.
 */
public interface StudyResults {
    /** How many nets were trained. */
    int netCount();

    /** The nets whose loss or gradient stopped being finite. */
    List<DivergedNet> diverged();

    /** What is not finite, in one line: nets that diverged, examples without an answer; the empty string if all is. */
    default String notFinite() {
        return DivergedNet.sentence(netCount(), diverged());
    }
}
