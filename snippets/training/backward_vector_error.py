# raises: RuntimeError
# zh: 结果不是标量，backward() 不知道该怎么合并几个输出。
# en: With several outputs backward() cannot know how to weigh them.
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
y = w * 2
print(y.tolist())
y.backward()
