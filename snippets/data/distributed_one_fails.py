# runs: file
# zh: 一个进程出错，其余的会被停掉，错误会带回来：不留孤儿进程。
# en: When one process fails, the others are stopped, the error comes back: no orphans.
import logging
import time

import torch.multiprocessing as mp


def work(rank):
    if rank == 1:
        raise ValueError(f"rank {rank} has bad data")
    time.sleep(60)


if __name__ == "__main__":
    # zh: 它停掉进程时会写一条日志，这里不看。
    # en: It logs each process that it stops; not shown here.
    logging.getLogger("torch.multiprocessing.spawn").setLevel(logging.ERROR)
    # zh: fork 立刻就绪；要用 CUDA 只能用 spawn，即 mp.spawn，停法一样。
    # en: fork starts at once; CUDA needs mp.spawn, which stops them the same way.
    context = mp.start_processes(work, nprocs=2, join=False, start_method="fork")
    try:
        # zh: 等到有一个进程结束；先结束的是出错的那个。
        # en: It waits for the first process to end, which is the one that fails.
        context.join()
    except mp.ProcessRaisedException as error:
        print(str(error).splitlines()[-1])
    print([process.is_alive() for process in context.processes])
