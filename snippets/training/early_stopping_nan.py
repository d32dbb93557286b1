# zh: 与 NaN 比大小总是 False：不检查，它就悄悄算作“没有变好”。
# en: Comparing with NaN is always False: unchecked, it passes for no improvement.
import math

best = math.inf
for loss in (2.0, 3.0, math.nan):
    better = loss < best
    if better:
        best = loss
    print(f"{loss} better={better} finite={math.isfinite(loss)}")
