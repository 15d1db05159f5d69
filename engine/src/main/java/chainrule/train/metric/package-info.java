/**
 * Metrics for classifiers: confusion matrix, precision, recall, F1, area under the ROC curve.
 */
package chainrule.train.metric;
