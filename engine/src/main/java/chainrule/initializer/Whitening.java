package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;
import chainrule.tensor.ShapeException;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Initializes a convolution with filters that whiten the patches of the training images: their outputs are uncorrelated
 * and have nearly the same power, although neighboring pixels are nearly equal.
 *
 * <p>Let C = (1/n) Σ_p(p·pᵀ) over all n patches p, with eigenvalues λᵢ and eigenvectors vᵢ. Filter i is vᵢ/√(λᵢ + ε),
 * the largest λ first. Over all patches, the mean product of two different outputs is 0, and the mean square of output
 * i is λᵢ/(λᵢ + ε), near 1 where λᵢ is well above ε. The second half of the filters are the negatives of the first, so
 * that no information is lost in an activation that removes negative values (Page 2019, "How to train your ResNet 8:
 * bag of tricks"; K. Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU").
 *
 * <p>Use it in the first layer of an image net that trains for few epochs, and freeze that layer: the filters are
 * computed from the images and need no training.
 *
 * <pre>{@code
 * Whitening whitening = Whitening.of(train.inputShape(), train.first(5000).inputs(), 2, 5e-4);
 * Layer first = Conv2d.valid(2 * 2 * 2 * channels, 2).withInitializer(whitening);
 * }</pre>
 */
public final class Whitening implements Initializer {
    private final Shape shape;
    private final double[] filters;

    private Whitening(Shape shape, double[] filters) {
        this.shape = shape;
        this.filters = filters;
    }

    /**
     * Computes the filters for these images.
     *
     * @param image the shape of one image, [height, width, channels]
     * @param images the values of each image after preprocessing; an array may be reused for the next image
     * @param kernel side of a patch; there are 2 * kernel² * channels filters
     * @param epsilon ε, which limits the gain of directions in which patches hardly differ
     * @throws ShapeException if the images are smaller than a patch or are not of that shape
     */
    public static Whitening of(Shape image, Iterable<float[]> images, int kernel, double epsilon) {
        if (image.rank() != 3 || kernel < 1 || kernel > Math.min(image.size(0), image.size(1))) {
            throw new ShapeException(
                    "whitening: patches of " + kernel + "×" + kernel + " pixels do not fit into inputs " + image);
        }
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("whitening: epsilon " + epsilon + ": must be a number above 0");
        }
        int taps = kernel * kernel * image.size(2);
        DMatrixRMaj covariance = covariance(image, images, kernel, taps);
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(taps, true, true);
        if (!eigen.decompose(covariance)) {
            throw new IllegalStateException("whitening: the eigendecomposition of the covariance did not converge");
        }
        List<Integer> largestFirst =
                IntStream.range(0, taps)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
                        .toList();
        double[] filters = new double[taps * 2 * taps];
        for (int f = 0; f < taps; f++) {
            int i = largestFirst.get(f);
            DMatrixRMaj v = eigen.getEigenVector(i);
            double scale = sign(v) / Math.sqrt(Math.max(0, eigen.getEigenvalue(i).getReal()) + epsilon);
            for (int tap = 0; tap < taps; tap++) {
                filters[tap * 2 * taps + f] = scale * v.get(tap);
                filters[tap * 2 * taps + taps + f] = -scale * v.get(tap);
            }
        }
        return new Whitening(Shape.of(kernel, kernel, image.size(2), 2 * taps), filters);
    }

    /** C = (1/n) Σ_p(p·pᵀ), not centered: the mean brightness is a direction like any other. */
    private static DMatrixRMaj covariance(Shape shape, Iterable<float[]> images, int kernel, int taps) {
        int channels = shape.size(2);
        int row = kernel * channels;
        double[] patch = new double[taps];
        DMatrixRMaj sum = new DMatrixRMaj(taps, taps);
        long patches = 0;
        for (float[] image : images) {
            if (image.length != shape.elements()) {
                throw new ShapeException("whitening: an image has " + image.length + " values, expected " + shape);
            }
            for (int i = 0; i + kernel <= shape.size(0); i++) {
                for (int j = 0; j + kernel <= shape.size(1); j++, patches++) {
                    for (int tap = 0; tap < taps; tap++) {
                        patch[tap] = image[((i + tap / row) * shape.size(1) + j) * channels + tap % row];
                    }
                    for (int a = 0; a < taps; a++) {
                        for (int b = 0; b <= a; b++) {
                            sum.data[a * taps + b] += patch[a] * patch[b];
                        }
                    }
                }
            }
        }
        if (patches == 0) {
            throw new IllegalArgumentException("whitening: there are no images");
        }
        for (int a = 0; a < taps; a++) {
            for (int b = 0; b < a; b++) {
                sum.data[b * taps + a] = sum.data[a * taps + b];
            }
        }
        CommonOps_DDRM.divide(sum, patches);
        return sum;
    }

    /** The sign of an eigenvector is arbitrary; this choice makes its largest entry positive. */
    private static double sign(DMatrixRMaj v) {
        return Math.signum(
                v.get(
                        IntStream.range(0, v.getNumElements())
                                .boxed()
                                .max(Comparator.comparingDouble(i -> Math.abs(v.get(i))))
                                .orElseThrow()));
    }

    @Override
    public String name() {
        return "whitening";
    }

    /** @throws ShapeException if the shape differs from the shape of the filters */
    @Override
    public double[] values(Shape wanted, RandomStream random) {
        if (!wanted.equals(shape)) {
            throw new ShapeException("whitening: the filters are " + shape + ", the layer's weights " + wanted);
        }
        return filters.clone();
    }
}
