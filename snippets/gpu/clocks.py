# zh: time.time() 会随系统对时往回跳，计时要用 perf_counter()。
# en: time.time() can be set back by the system; durations need perf_counter().
import time

for name in ("time", "perf_counter"):
    print(name, "never goes back:", time.get_clock_info(name).monotonic)
