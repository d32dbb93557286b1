# zh: 先 sigmoid 再取对数，极端值会丢精度、没有梯度；with_logits 不会。
# en: Sigmoid, then log, loses extreme values and their gradient; with_logits does not.
import torch
import torch.nn.functional as F

target = torch.tensor([0.0])
for function in (
    lambda z: F.binary_cross_entropy(z.sigmoid(), target),
    lambda z: F.binary_cross_entropy_with_logits(z, target),
):
    z = torch.tensor([40.0], requires_grad=True)
    loss = function(z)
    loss.backward()
    print(loss.item(), z.grad.item())
