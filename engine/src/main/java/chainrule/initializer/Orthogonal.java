package chainrule.initializer;

import chainrule.tensor.RandomStream;
import chainrule.tensor.Shape;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * A random matrix with orthonormal columns, or rows if it has more columns than rows: each singular value is 1 (Saxe et
 * al. 2014). A dense layer without bias that has at least as many units as inputs preserves the length of its input;
 * with fewer units it projects the input onto the span of the columns. In the backward pass the same holds with inputs
 * and units exchanged. The matrix is the Q of the QR decomposition of a normal matrix, with signs fixed by the diagonal
 * of R so that all orthogonal matrices are equally likely (Mezzadri 2007).
 */
public record Orthogonal() implements Initializer {
    @Override
    public String name() {
        return "orthogonal";
    }

    @Override
    public double[] values(Shape shape, RandomStream random) {
        int rows = Initializer.fanIn(shape);
        int cols = shape.size(-1);
        int tall = Math.max(rows, cols);
        int narrow = Math.min(rows, cols);
        DMatrixRMaj normal = new DMatrixRMaj(tall, narrow);
        for (int i = 0; i < normal.data.length; i++) {
            normal.data[i] = random.gaussian(i);
        }
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(tall, narrow);
        if (!qr.decompose(normal)) {
            throw new IllegalStateException("QR decomposition of a " + tall + " × " + narrow + " matrix failed");
        }
        DMatrixRMaj q = qr.getQ(null, true);
        DMatrixRMaj r = qr.getR(null, true);
        double[] values = new double[rows * cols];
        for (int i = 0; i < tall; i++) {
            for (int j = 0; j < narrow; j++) {
                int at = rows >= cols ? i * cols + j : j * cols + i;
                values[at] = q.get(i, j) * Math.signum(r.get(j, j));
            }
        }
        return values;
    }
}
