package chainrule.experiments.study;

import chainrule.experiments.report.Report;

/** The results of a study in words, tables and figures. */
public interface StudyReport {
    /** The short form for the console. */
    String console();

    /** The page. */
    Report report();
}
