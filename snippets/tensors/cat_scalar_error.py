# raises: RuntimeError
# zh: 0 维张量没有可以变长的维度，不能拼接，要用 stack。
# en: A 0-D tensor has no dimension to make longer: stack it instead.
import torch

losses = [torch.tensor(0.5), torch.tensor(0.25)]
print(torch.stack(losses))
torch.cat(losses)
