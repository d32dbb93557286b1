# zh: 能用的核数看 sched_getaffinity，不看 cpu_count。
# en: The cores you may use are those of sched_getaffinity, not cpu_count.
import os

# zh: 把进程限制在一个核上，容器和作业系统常这样做。
# en: Pin the process to one core, as containers and schedulers do.
cores = os.cpu_count()
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
print(os.cpu_count() == cores, len(os.sched_getaffinity(0)))
