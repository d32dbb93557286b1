# zh: 裁剪之前先 unscale_，否则比的是放大过的梯度。
# en: Call unscale_ before clipping, or the limit is compared with scaled gradients.
import torch
from torch.nn.utils import clip_grad_norm_, get_total_norm

weight = torch.tensor([1.0, 1.0], requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=1.0)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)

scaler.scale((weight * torch.tensor([3.0, 4.0])).sum()).backward()
print(get_total_norm([weight.grad]))
scaler.unscale_(optimizer)
print(clip_grad_norm_([weight], max_norm=1.0))

# zh: step 知道已经还原过，不会再除一次。
# en: step knows that they are unscaled, and does not divide again.
scaler.step(optimizer)
scaler.update()
print([round(number, 3) for number in weight.tolist()])
