"""Writes svd.json: singular values and right singular vectors of a sparse matrix, by numpy (LAPACK).

Run with any Python that has numpy: python svd.py > svd.json
"""

import json

import numpy as np

random = np.random.default_rng(20)
rows, columns, rank = 60, 40, 8
# Values with three decimals, so that JSON says exactly what float32 holds nearest to.
dense = np.round(random.gamma(1.0, 1.0, (rows, columns)), 3)
dense[random.random((rows, columns)) < 0.8] = 0
dense[:20, :13] *= 4
dense[20:40, 13:26] *= 3
dense[7] = 0
left, singular, right = np.linalg.svd(dense.astype(np.float32).astype(np.float64), full_matrices=False)
vectors = right[:rank].T
vectors *= np.sign(vectors[np.abs(vectors).argmax(axis=0), range(rank)])
print(
    json.dumps(
        {
            "numpy": np.__version__,
            "matrix": np.round(dense, 3).tolist(),
            "singular_values": singular[:rank].tolist(),
            "right_vectors": vectors.tolist(),
        }
    )
)
