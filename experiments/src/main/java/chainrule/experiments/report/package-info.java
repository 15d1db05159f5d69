/**
 * The output of a study: {@code results.json}, {@code report.html} and its figures as PNG files.
 *
 * <p>A study opens its {@link chainrule.experiments.report.OutputDirectory} before it trains, so that an unwritable
 * directory is detected early. After training it builds a {@link chainrule.experiments.report.Report} of {@link
 * chainrule.experiments.report.Section sections} and writes both.
 */
package chainrule.experiments.report;
