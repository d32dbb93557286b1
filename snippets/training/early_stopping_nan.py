# zh: 与 NaN 比大小总是 False：不检查，它就悄悄算作“没有变好”。
# en: Comparing with NaN is always False: unchecked, it passes for no improvement.
import math

print(math.nan < 5.0, math.nan > 5.0, math.isfinite(math.nan))
