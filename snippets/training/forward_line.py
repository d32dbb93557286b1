# zh: 前向传播一边算出预测，一边记下计算图。
# en: A forward pass computes the prediction, and records the graph on the way.
import torch

x = torch.tensor([[0.0], [1.0], [2.0]])
w = torch.tensor([2.0], requires_grad=True)
b = torch.tensor([1.0], requires_grad=True)

prediction = w * x + b
print(prediction.shape, prediction.flatten().tolist())
print([tensor.requires_grad for tensor in (x, w, b)])
print(prediction.grad_fn.name(), x.grad_fn)
