package chainrule.bench;

/** A part of a run that is measured as a whole, and written when it is done. */
sealed interface Job permits Case, PeakCase {
    /** "family operation shape backend threads". */
    String name();

    /** The time that it is expected to take. */
    double expectedSeconds(Settings settings);

    /** A measurement that only says why there is none. */
    Measurement failed(String reason);
}
