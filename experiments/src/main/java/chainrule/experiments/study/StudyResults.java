package chainrule.experiments.study;

import java.util.List;

/**
 * The results of a study, as one record. Its components are the fields of results.json, from which {@code ./run report}
 * computes the same report again.
 */
public interface StudyResults {
    /** The number of nets trained. */
    int netCount();

    /** The nets whose loss or gradient stopped being finite. */
    List<DivergedNet> diverged();

    /** Nets that diverged and examples without an answer, in one line; the empty string if everything is finite. */
    default String notFinite() {
        return DivergedNet.sentence(netCount(), diverged());
    }
}
