# zh: DistributedSampler 把样本分给各个进程；分不匀时，会重复几个补齐。
# en: DistributedSampler shares samples out; if they do not divide, some are repeated.
from torch.utils.data import DistributedSampler

data = list(range(10))
for rank in range(4):
    sampler = DistributedSampler(data, num_replicas=4, rank=rank, shuffle=False)
    print(rank, list(sampler))
