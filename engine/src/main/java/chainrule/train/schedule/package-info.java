/**
 * How the learning rate changes over a run.
 */
package chainrule.train.schedule;
