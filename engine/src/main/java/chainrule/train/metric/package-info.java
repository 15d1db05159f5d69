/**
 * How good a classifier is, beyond its accuracy.
 */
package chainrule.train.metric;
