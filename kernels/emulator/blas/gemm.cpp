// C = alpha * op(A) * op(B) + beta * C, column-major as cuBLAS defines it. Plain loops, but every operand is checked.
#include <algorithm>

#include "blas/handle.h"
#include "core/services.h"

namespace emulator {

namespace {

constexpr int kPanel = 64;  // columns of C that one CPU thread takes at a time

struct Gemm {
    bool transposeA, transposeB;
    int m, n, k;
    Matrix a, b, c;
    const float* alpha;
    const float* beta;
};

float elementB(const Gemm& g, const float* b, int row, int column) {
    return g.transposeB ? b[static_cast<size_t>(row) * static_cast<size_t>(g.b.leading) + static_cast<size_t>(column)]
                        : b[static_cast<size_t>(column) * static_cast<size_t>(g.b.leading) + static_cast<size_t>(row)];
}

/// One column of C; beta 0 means that C is not read.
void multiplyColumn(const Gemm& g, int j, const float* a, const float* b, float* c, float alpha, float beta) {
    if (beta == 0) {
        std::fill_n(c, g.m, 0.0f);
    } else if (beta != 1) {
        for (int i = 0; i < g.m; i++) c[i] *= beta;
    }
    auto leading = static_cast<size_t>(g.a.leading);
    if (!g.transposeA) {
        for (int p = 0; p < g.k; p++) {
            float factor = alpha * elementB(g, b, p, j);
            const float* column = a + static_cast<size_t>(p) * leading;
            for (int i = 0; i < g.m; i++) c[i] += column[i] * factor;
        }
        return;
    }
    for (int i = 0; i < g.m; i++) {
        const float* row = a + static_cast<size_t>(i) * leading;
        float sum = 0;
        for (int p = 0; p < g.k; p++) sum += row[p] * elementB(g, b, p, j);
        c[i] += alpha * sum;
    }
}

void multiply(const Gemm& g, int batch, float alpha, float beta) {
    const float* a = g.a.data + batch * g.a.stride;
    const float* b = g.b.data + batch * g.b.stride;
    float* c = const_cast<float*>(g.c.data) + batch * g.c.stride;
    parallelFor(static_cast<size_t>((g.n + kPanel - 1) / kPanel), [&](size_t panel) {
        int first = static_cast<int>(panel) * kPanel;
        for (int j = first; j < std::min(first + kPanel, g.n); j++) {
            multiplyColumn(g, j, a, b, c + static_cast<size_t>(j) * static_cast<size_t>(g.c.leading), alpha, beta);
        }
    });
    markWritten(c, g.c.extent() * sizeof(float));
}

BlasStatus run(const char* function, const Handle* handle, const Gemm& g, int batches) {
    if (!isHandle(handle)) {
        return BLAS_NOT_INITIALIZED;
    }
    if (g.m < 0 || g.n < 0 || g.k < 0 || batches < 0) {
        report(INVALID_VALUE, format("%s: m %d, n %d, k %d, batches %d", function, g.m, g.n, g.k, batches));
        return BLAS_INVALID_VALUE;
    }
    if (g.m == 0 || g.n == 0 || batches == 0) {
        return BLAS_SUCCESS;
    }
    if (BlasStatus bad = checkScalar(function, *handle, "alpha", g.alpha)) return bad;
    if (BlasStatus bad = checkScalar(function, *handle, "beta", g.beta)) return bad;
    for (const Matrix* matrix : {&g.a, &g.b, &g.c}) {
        if (BlasStatus bad = check(function, *matrix, batches)) return bad;
    }
    if (batches > 1 && g.c.stride < static_cast<long long>(g.c.extent())) {
        report(INVALID_VALUE, format("%s: the batches of C overlap: stride %lld", function, g.c.stride));
        return BLAS_INVALID_VALUE;
    }
    // Host scalars may be gone when the work is done; device scalars may not be there yet.
    bool onDevice = handle->pointerMode == 1;
    float alpha = onDevice ? 0 : *g.alpha;
    float beta = onDevice ? 0 : *g.beta;
    Status status = enqueue(handle->stream, [=] {
        for (int batch = 0; batch < batches; batch++) {
            float b = onDevice ? *g.beta : beta;
            if (Status bad = checkWritten(function, g.a, batch)) return bad;
            if (Status bad = checkWritten(function, g.b, batch)) return bad;
            if (Status bad = b == 0 ? SUCCESS : checkWritten(function, g.c, batch)) return bad;
            multiply(g, batch, onDevice ? *g.alpha : alpha, b);
        }
        return SUCCESS;
    });
    return status == SUCCESS ? BLAS_SUCCESS : BLAS_EXECUTION_FAILED;
}

Gemm describe(int opA, int opB, int m, int n, int k, const float* alpha, const float* a, int lda, const float* b,
              int ldb, const float* beta, float* c, int ldc) {
    Gemm g;
    g.transposeA = opA != 0;
    g.transposeB = opB != 0;
    g.m = m;
    g.n = n;
    g.k = k;
    g.a = {"A", a, g.transposeA ? k : m, g.transposeA ? m : k, lda};
    g.b = {"B", b, g.transposeB ? n : k, g.transposeB ? k : n, ldb};
    g.c = {"C", c, m, n, ldc};
    g.alpha = alpha;
    g.beta = beta;
    return g;
}

}  // namespace

}  // namespace emulator

using namespace emulator;

BLAS_API cublasSgemm_v2(Handle* handle, int opA, int opB, int m, int n, int k, const float* alpha, const float* a,
                        int lda, const float* b, int ldb, const float* beta, float* c, int ldc) {
    return run("cublasSgemm", handle, describe(opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc), 1);
}

BLAS_API cublasSgemmStridedBatched(Handle* handle, int opA, int opB, int m, int n, int k, const float* alpha,
                                   const float* a, int lda, long long strideA, const float* b, int ldb,
                                   long long strideB, const float* beta, float* c, int ldc, long long strideC,
                                   int batches) {
    Gemm g = describe(opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    g.a.stride = strideA;
    g.b.stride = strideB;
    g.c.stride = strideC;
    return run("cublasSgemmStridedBatched", handle, g, batches);
}
