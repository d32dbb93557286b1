# zh: benchmark.Timer 替你热身、同步、重复；默认只用一个线程。
# en: benchmark.Timer warms up, synchronizes and repeats for you, on one thread.
# region setup
import logging

# zh: 有 CUDA 编译器而没有显卡时，导入会提示一句，与计时无关。
# en: With CUDA's compiler and no GPU the import says so: not the point here.
logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
# endregion
import torch
from torch.utils import benchmark

device = "cuda" if torch.cuda.is_available() else "cpu"
x = torch.rand(64, 64, device=device)
threads = set()
timer = benchmark.Timer(
    "threads.add(torch.get_num_threads()); x @ x",
    globals={"torch": torch, "x": x, "threads": threads},
)
measured = timer.blocked_autorange(min_run_time=0.01)
# zh: 结果里有中位数、四分位距，单位是秒；数字每次不同，这里不打印。
# en: It holds the median and the spread, in seconds; they vary, and are not printed.
print(type(measured).__name__, measured.median > 0)
print(threads)
