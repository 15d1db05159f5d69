package chainrule.backend;

/**
 * The constants of one step of Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).
 *
 * @param number t, counted from 1
 * @param rate η
 * @param beta1 β₁, the decay of the mean
 * @param beta2 β₂, the decay of the mean square
 * @param epsilon ε
 * @param decay λ
 */
public record AdamStep(long number, double rate, double beta1, double beta2, double epsilon, double decay) {}
