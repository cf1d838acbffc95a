# The same iteration in PyTorch: five Gram losses of VGG19 to relu5_1 and their gradient. Prints one JSON line a measurement.
#   python3 bench/style/torch-vgg19.py 256 512 1024
import json
import math
import sys
import time

import torch
import torch.nn.functional as F

WIDTHS = [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M", 512, 512, 512, 512, "M", 512]
STYLE = {0, 2, 4, 8, 12}  # The first convolution of each block.
MEANS = [103.939, 116.779, 123.68]
ROUNDS = 15


def weights(device):
    """He's deviation, so that features keep their magnitude; how long an iteration takes does not depend on values."""
    torch.manual_seed(1)
    layers, inner = [], 3
    for width in WIDTHS:
        if width == "M":
            continue
        deviation = math.sqrt(2 / (9 * inner)) * (1 / 128 if inner == 3 else 1)
        layers.append((torch.randn(width, inner, 3, 3, device=device) * deviation, torch.zeros(width, device=device)))
        inner = width
    return layers


def gram(x):
    # In float32 whatever the network computes in: its sums overflow the shorter formats' precision.
    f = x.float().reshape(x.shape[1], -1)
    return f @ f.T / f.shape[1]


def grams(picture, layers):
    means = torch.tensor(MEANS, device=picture.device, dtype=picture.dtype).reshape(1, 3, 1, 1)
    x, found, index = picture.flip(1) * 255 - means, [], 0
    for width in WIDTHS:
        if width == "M":
            x = F.max_pool2d(x, 2)
            continue
        x = F.relu(F.conv2d(x, *layers[index], padding=1))
        if index in STYLE:
            found.append(gram(x))
        index += 1
    return found


def measure(device, mode, side):
    torch.backends.cuda.matmul.allow_tf32 = mode != "fp32"
    torch.backends.cudnn.allow_tf32 = mode != "fp32"
    torch.backends.cudnn.benchmark = True
    dtype = torch.bfloat16 if mode.startswith("bf16") else torch.float32
    layout = torch.contiguous_format if mode == "fp32" else torch.channels_last
    layers = [(w.to(dtype).to(memory_format=layout), b.to(dtype)) for w, b in weights(device)]
    with torch.no_grad():
        style = torch.rand(1, 3, side, side, device=device).to(dtype).to(memory_format=layout)
        targets = grams(style, layers)

    def loss_of(picture):
        x = picture.to(dtype).to(memory_format=layout)
        return sum(F.mse_loss(g, t) for g, t in zip(grams(x, layers), targets)) / len(targets)

    if mode.endswith("compiled"):
        loss_of = torch.compile(loss_of, mode="max-autotune-no-cudagraphs")
    picture = torch.rand(1, 3, side, side, device=device, requires_grad=True)

    def iteration():
        loss = loss_of(picture)
        (gradient,) = torch.autograd.grad(loss, picture)
        return loss, gradient

    def synchronize():
        if device == "cuda":
            torch.cuda.synchronize()

    for _ in range(5):
        iteration()
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    samples = []
    for _ in range(ROUNDS):
        synchronize()
        began = time.perf_counter()
        iteration()
        synchronize()
        samples.append(1000 * (time.perf_counter() - began))
    peak = torch.cuda.max_memory_allocated() if device == "cuda" else 0
    return {"samples": samples, "peakBytes": peak}


def main():
    device = "cuda" if torch.cuda.is_available() else "cpu"
    modes = ["fp32", "tf32 channels_last", "bf16 channels_last compiled"] if device == "cuda" else ["fp32"]
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    for side in map(int, sys.argv[1:]):
        for mode in modes:
            head = {"torch": torch.__version__, "device": name, "mode": mode, "side": side}
            try:
                print(json.dumps({**head, **measure(device, mode, side)}), flush=True)
            except Exception as error:  # One mode that fails shall not take the others with it.
                print(json.dumps({**head, "error": str(error)[:300]}), flush=True)


main()
