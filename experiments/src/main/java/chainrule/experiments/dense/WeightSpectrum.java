package chainrule.experiments.dense;

import chainrule.layer.Sequential;
import chainrule.tensor.Parameter;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The singular values of every layer's weights. The largest bounds the factor by which the matrix scales a gradient
 * that passes back through it; the root mean square is the factor for a random direction.
 *
 * @param largest per layer, layer 1 first
 * @param rootMeanSquare per layer
 */
record WeightSpectrum(double[] largest, double[] rootMeanSquare) {

    static WeightSpectrum of(Sequential net) {
        List<double[]> spectra = new ArrayList<>();
        for (Parameter p : net.parameters()) {
            if (p.shape().rank() == 2) {
                spectra.add(singularValues(p.rows(), p.cols(), net.backend().download(p.buffer())));
            }
        }
        return new WeightSpectrum(
                spectra.stream().mapToDouble(s -> Arrays.stream(s).max().orElse(0)).toArray(),
                spectra.stream()
                        .mapToDouble(s -> Math.sqrt(Arrays.stream(s).map(x -> x * x).average().orElse(0)))
                        .toArray());
    }

    private static double[] singularValues(int rows, int cols, double[] values) {
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(rows, cols, false, false, true);
        if (!svd.decompose(DMatrixRMaj.wrap(rows, cols, values))) {
            return new double[] {Double.NaN}; // weights that are not finite have no singular values
        }
        return Arrays.copyOf(svd.getSingularValues(), svd.numberOfSingularValues());
    }

    /** The root mean square singular value of the hidden layers' square matrices, averaged over them. */
    double hidden() {
        return Arrays.stream(rootMeanSquare, 1, rootMeanSquare.length - 1).average().orElse(rootMeanSquare[0]);
    }
}
