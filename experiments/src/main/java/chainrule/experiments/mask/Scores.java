package chainrule.experiments.mask;

import chainrule.data.Dataset;
import chainrule.experiments.model.Answers;
import chainrule.train.metric.ConfusionMatrix;
import chainrule.train.metric.RocAuc;

/**
 * Metrics of a net's predictions.
 *
 * @param faces number of faces
 * @param accuracy fraction of correct predictions
 * @param loss the mean binary cross-entropy
 * @param balancedAccuracy mean recall of the two classes
 * @param rocAuc probability that a face with a mask scores higher than one without
 * @param withMask metrics of the class "with mask"
 * @param withoutMask metrics of the class "without mask"
 */
record Scores(
        int faces,
        double accuracy,
        double loss,
        double balancedAccuracy,
        double rocAuc,
        OneClass withMask,
        OneClass withoutMask) {
    /** Metrics of one class. */
    record OneClass(double precision, double recall, double f1) {
        private static OneClass of(ConfusionMatrix confusion, int c) {
            return new OneClass(confusion.precision(c), confusion.recall(c), confusion.f1(c));
        }
    }

    static Scores of(Dataset faces, Answers answers) {
        double[] probabilities = answers.probabilities().stream().mapToDouble(row -> row[1]).toArray();
        boolean[] positive = new boolean[probabilities.length];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = faces.label(i) == 1;
        }
        ConfusionMatrix confusion = answers.confusion();
        return new Scores(
                positive.length,
                confusion.accuracy(),
                answers.loss(),
                confusion.balancedAccuracy(),
                RocAuc.of(probabilities, positive),
                OneClass.of(confusion, 1),
                OneClass.of(confusion, 0));
    }
}
