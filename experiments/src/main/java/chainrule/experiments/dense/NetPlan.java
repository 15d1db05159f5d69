package chainrule.experiments.dense;

import chainrule.layer.Activation;

/**
 * A dense net to train.
 *
 * @param name unique within the run: "tanh 5"
 * @param seed of the weights and the order of the images
 */
record NetPlan(String name, int depth, Activation activation, long seed, int epochs) {}
