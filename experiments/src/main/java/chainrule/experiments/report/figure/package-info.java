/**
 * Figures as plain values: a study describes a figure, this package draws it.
 *
 * <p>A {@link chainrule.experiments.report.figure.Figure} is an immutable record. Building one loads no graphics
 * class, so a study starts quickly. Figures are drawn when the report is written, with JFreeChart on Java2D: as PNG
 * files, and as SVG with colors as CSS variables, so that one drawing serves light and dark pages. All text uses the
 * bundled fonts, so a figure looks the same on every machine.
 */
package chainrule.experiments.report.figure;
