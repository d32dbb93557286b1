# runs: file
# zh: 两个真的进程，各取一半数据，梯度自动平均。
# en: Two real processes: each takes half of the data, and gradients are averaged.
import tempfile
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset


def work(rank, world_size, folder):
    dist.init_process_group(
        "gloo",
        init_method=f"file://{folder}/rendezvous",
        rank=rank,
        world_size=world_size,
    )
    data = TensorDataset(torch.arange(8.0).view(8, 1))
    sampler = DistributedSampler(data, shuffle=False)
    loader = DataLoader(data, batch_size=2, sampler=sampler)

    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    model = DistributedDataParallel(model)

    seen = [batch.flatten().tolist() for (batch,) in loader]
    (first,) = next(iter(loader))
    model(first).sum().backward()
    lines = [f"rank {rank} sees {seen}, gradient {model.module.weight.grad.item()}"]

    # zh: 按顺序打印：收集到 0 号进程。
    # en: Print in order: gather at rank 0.
    gathered = [None] * world_size if rank == 0 else None
    dist.gather_object(lines, gathered)
    if rank == 0:
        print(*[line for part in gathered for line in part], sep="\n")
    dist.destroy_process_group()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(work, args=(2, Path(folder).as_posix()), nprocs=2)
