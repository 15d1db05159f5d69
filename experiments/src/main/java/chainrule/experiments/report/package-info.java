/**
 * What a study leaves behind: {@code results.json}, {@code report.html} and its figures as PNG files.
 *
 * <p>A study opens its {@link chainrule.experiments.report.OutputDirectory} before it trains, so that an unwritable
 * directory costs nothing, composes a {@link chainrule.experiments.report.Report} of
 * {@link chainrule.experiments.report.Section sections} when it is done, and writes both. Nothing here knows the engine.
 */
package chainrule.experiments.report;
