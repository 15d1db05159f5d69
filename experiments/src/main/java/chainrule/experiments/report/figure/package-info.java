/**
 * Figures as plain values: a study says what is to be seen, this package draws it.
 *
 * <p>A {@link chainrule.experiments.report.figure.Figure} is an immutable record. Building one touches no graphics class,
 * so a study starts quickly and may build its figures anywhere. Drawing happens when the report is written, with
 * JFreeChart on Java2D: once as PNG files, once as SVG whose colors are CSS variables, so that one drawing serves a
 * light and a dark page. All lettering uses the fonts bundled here, hence a figure is the same on every machine.
 */
package chainrule.experiments.report.figure;
