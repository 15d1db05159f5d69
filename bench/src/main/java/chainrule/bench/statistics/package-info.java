/** What can be concluded from paired measurements: ratios with intervals, and where two curves cross. */
package chainrule.bench.statistics;
