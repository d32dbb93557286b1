# zh: 不调用 set_epoch，每一轮的顺序都一样。
# en: Without set_epoch every epoch has the same order.
from torch.utils.data import DistributedSampler

data = list(range(10))
sampler = DistributedSampler(data, num_replicas=2, rank=0, shuffle=True, seed=0)
print([list(sampler) for _ in range(2)])

orders = []
for epoch in range(2):
    sampler.set_epoch(epoch)
    orders.append(list(sampler))
print(orders)
