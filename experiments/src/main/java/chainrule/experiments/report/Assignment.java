package chainrule.experiments.report;

/**
 * Quotations from the assignment's report, word for word. Reports quote them by key only, so that a test can compare
 * each with the original text.
 */
public enum Assignment {
    /** Exercise 1, problem A. */
    SOFTMAX_OUTPUT("we use softmax as the output layer"),
    RANGE_RELU("[0, +\\infty]"),
    RANGE_TANH("[-1, +1]"),
    RANGE_SIGMOID("[0, 0.25]"),
    RANGE_LECUN("[-\\infty, +\\infty]"),
    RANGE_CROSS_ENTROPY_OUTPUT("[-\\infty, 0]"),

    /** Exercise 1, problem B. */
    DEPTH_GENERALIZES_BADLY(
            "as we increase the number of layers, and thus the complexity of the network, the network is not able to"
                    + " generalize well"),

    /** Exercise 1, problem C. */
    SIGMOID_SATURATES("the sigmoid neurons get saturated on the boundaries of the function"),

    /** Exercise 1, problem D. */
    TANH_SMALLER_THAN_LECUN("in all networks, the gradients of the Tanh function are smaller than the LeCun function"),

    /** Exercise 2, problem A. */
    MNIST_VALIDATION_ACCURACY(
            "we trained the model until it reached an accuracy greater than 99.3% on the validation set"),

    /** Exercise 2, problem B. */
    DIGITS_MISCLASSIFIED("with the added noise the model misclassifies the digits every time"),
    DIGITS_READABLE("a human is still able to classify the digit correctly"),

    /** Exercise 2, problem C. */
    CIFAR_AUGMENTED_VALIDATION("we performed data augmentation to create both training and validation data"),
    CIFAR_EPOCHS_AND_ACCURACY("We trained the model for 100 epochs and the classifier achieved an accuracy of 88.49"),
    CIFAR_MISCLASSIFIED("the model misclassifies the image every time we add the appropriate noise for each class"),
    CIFAR_NOISE_INVISIBLE("we are not able to see the noise added to the images"),

    /** Exercise 3. */
    MASK_FACES("853 images with 4072 faces"),
    MASK_WITH("With mask: 3232 images"),
    MASK_WITHOUT("Without mask: 123 images"),
    MASK_IMPROPER("Mask worn improperly: 717 images"),
    MASK_VALIDATION_SET("10% of the pictures from each class were used as the validation set"),
    MASK_ACCURACY_AND_LOSS("until it reached validation accuracy greater than 97% and validation loss less than 1%");

    private final String text;

    Assignment(String text) {
        this.text = text;
    }

    /** The original words; formulas in TeX. */
    public String text() {
        return text;
    }

    /** The words in quotation marks, with symbols instead of TeX. */
    public String quoted() {
        return "“" + shown() + "”";
    }

    /** The words with symbols instead of TeX: [−∞, 0]. */
    public String shown() {
        return text.startsWith("[") ? text.replace("\\infty", "∞").replace('-', '−') : text;
    }
}
