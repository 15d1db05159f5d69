package chainrule.cuda;

import chainrule.backend.Elementwise;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Every kernel with its module (a .cu file, a PTX resource); its entry has the constant's name in lower case. */
enum Kernel {
    MAP_RELU("elementwise"),
    MAP_LEAKY_RELU("elementwise"),
    MAP_TANH("elementwise"),
    MAP_SIGMOID("elementwise"),
    MAP_LECUN("elementwise"),
    MAP_GELU("elementwise"),
    MAP_GRADIENT_RELU("elementwise"),
    MAP_GRADIENT_LEAKY_RELU("elementwise"),
    MAP_GRADIENT_TANH("elementwise"),
    MAP_GRADIENT_SIGMOID("elementwise"),
    MAP_GRADIENT_LECUN("elementwise"),
    MAP_GRADIENT_GELU("elementwise"),
    ADD("elementwise"),
    AXPY("elementwise"),
    SCALE("elementwise"),
    CLAMP("elementwise"),
    MULTIPLY("elementwise"),
    MULTIPLY_ADD("elementwise"),

    DROPOUT_MASK("dropout"),

    ADD_ROW("rows"),

    COLUMN_SUMS_NAIVE("columns"),
    COLUMN_SUMS_TILE("columns"),
    COLUMN_SUMS("columns"),
    COLUMN_SUMS_FINISH("columns"),

    MOMENTS("moments"),
    MOMENTS_FINISH("moments"),

    NORMALIZE("batchnorm"),
    BATCH_NORM_SUMS("batchnorm"),
    BATCH_NORM_SUMS_FINISH("batchnorm"),
    BATCH_NORM_GRADIENT("batchnorm"),

    SOFTMAX_NAIVE("softmax"),
    SOFTMAX_WARP("softmax"),
    SOFTMAX_ROW("softmax"),
    SOFTMAX_TILE("softmax"),
    SOFTMAX_GRADIENT_ROW("softmax"),
    SOFTMAX_GRADIENT_WARP("softmax"),
    SOFTMAX_GRADIENT_TILE("softmax"),

    SOFTMAX_CROSS_ENTROPY_TILE("crossentropy"),
    SOFTMAX_CROSS_ENTROPY_WARP("crossentropy"),
    SOFTMAX_CROSS_ENTROPY_GRADIENT_TILE("crossentropy"),
    SOFTMAX_CROSS_ENTROPY_GRADIENT_WARP("crossentropy"),
    MATCHES_TILE("crossentropy"),
    MATCHES_WARP("crossentropy"),

    BINARY_CROSS_ENTROPY("losses"),
    BINARY_CROSS_ENTROPY_GRADIENT("losses"),
    SQUARED_ERROR("losses"),
    SQUARED_ERROR_GRADIENT("losses"),
    SUM_FINISH("losses"),

    STATISTICS("statistics"),
    STATISTICS_FINISH("statistics"),

    SGD("optimizers"),
    SGD_MOMENTUM("optimizers"),
    SGD_NESTEROV("optimizers"),
    ADAM("optimizers"),

    IM2COL("im2col"),
    IM2COL_GRADIENT("im2col"),

    MAX_POOL("pooling"),
    MAX_POOL_GRADIENT("pooling"),
    MAX_POOL_GRADIENT_DISJOINT("pooling"),
    AVERAGE_POOL("pooling"),
    AVERAGE_POOL_GRADIENT("pooling"),
    AVERAGE_POOL_GRADIENT_DISJOINT("pooling"),

    CONVOLUTION_128X64("convolution"),
    CONVOLUTION_128X32("convolution"),
    CONVOLUTION_32X32("convolution"),
    CONVOLUTION_INPUT_GRADIENT_128X64("convolution"),
    CONVOLUTION_INPUT_GRADIENT_128X32("convolution"),
    CONVOLUTION_INPUT_GRADIENT_32X32("convolution"),
    CONVOLUTION_WEIGHT_GRADIENT_128X64("convolution"),
    CONVOLUTION_WEIGHT_GRADIENT_128X32("convolution"),
    CONVOLUTION_WEIGHT_GRADIENT_32X32("convolution"),
    CONVOLUTION_WEIGHT_FINISH("convolution"),

    SGEMM_NAIVE("sgemm"),
    SGEMM_SHARED("sgemm"),
    SGEMM_32_NN("sgemm"),
    SGEMM_32_NT("sgemm"),
    SGEMM_32_TN("sgemm"),
    SGEMM_32_TT("sgemm"),
    SGEMM_128_NN("sgemm"),
    SGEMM_128_NT("sgemm"),
    SGEMM_128_TN("sgemm"),
    SGEMM_128_TT("sgemm");

    private final String module;
    private final String entry = name().toLowerCase(Locale.ROOT);

    Kernel(String module) {
        this.module = module;
    }

    /** The name of its PTX resource, without ".ptx". */
    String module() {
        return module;
    }

    /** Its name in PTX. */
    String entry() {
        return entry;
    }

    /** The kernels of a module. */
    static List<Kernel> of(String module) {
        return Arrays.stream(values()).filter(k -> k.module.equals(module)).toList();
    }

    /** The kernel of a function, null for a copy. A switch expression, so that a missing function does not compile. */
    static Kernel map(Elementwise f) {
        return switch (f) {
            case IDENTITY -> null;
            case RELU -> MAP_RELU;
            case LEAKY_RELU -> MAP_LEAKY_RELU;
            case TANH -> MAP_TANH;
            case SIGMOID -> MAP_SIGMOID;
            case LECUN -> MAP_LECUN;
            case GELU -> MAP_GELU;
        };
    }

    /** The kernel of a function's gradient. */
    static Kernel mapGradient(Elementwise f) {
        return switch (f) {
            case IDENTITY -> AXPY;
            case RELU -> MAP_GRADIENT_RELU;
            case LEAKY_RELU -> MAP_GRADIENT_LEAKY_RELU;
            case TANH -> MAP_GRADIENT_TANH;
            case SIGMOID -> MAP_GRADIENT_SIGMOID;
            case LECUN -> MAP_GRADIENT_LECUN;
            case GELU -> MAP_GRADIENT_GELU;
        };
    }

    /** True if the derivative is simpler in y; the kernel reads y then instead of x. */
    static boolean readsOutput(Elementwise f) {
        return switch (f) {
            case TANH, SIGMOID -> true;
            case IDENTITY, RELU, LEAKY_RELU, LECUN, GELU -> false;
        };
    }
}
