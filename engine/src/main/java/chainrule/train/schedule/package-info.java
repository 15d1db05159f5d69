/**
 * Learning rate schedules.
 */
package chainrule.train.schedule;
