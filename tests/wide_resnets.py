"""Which layers is a wide ResNet of depth 28 made of? As many of them as it takes to count."""

from building import HC, build

from l0edu import BatchNorm, Chain, Conv, Dense, Flatten, Gate, MeanPool, Relu, Residual


def wide_resnet(first_convolution_strides, filters=(160, 320, 640)):
    """WRN-28-10 with gates inside its twelve blocks, where dropout stands in the original."""
    layers, maps = [Conv("conv0", 16, 3, padding=1, bias=False)], 16
    for group, (count, stride) in enumerate(zip(filters, (1, 2, 2), strict=True), start=1):
        for number, s in enumerate((stride, 1, 1, 1), start=1):
            strides = (s, 1) if first_convolution_strides else (1, s)
            layers.append(block(f"block{group}{number}", maps, count, strides))
            maps = count
    head = (BatchNorm("bn"), Relu("relu"), MeanPool("pool", 8), Flatten("flat"), Dense("fc", 10))
    return build((3, 32, 32), *layers, *head)


def block(name, maps, filters, strides):
    """Twice batch norm, relu and a convolution, beside a shortcut."""

    def normed(number):
        return BatchNorm(f"{name}_bn{number}"), Relu(f"{name}_relu{number}")

    convs = [Conv(f"{name}_conv{i}", filters, 3, s, padding=1, bias=False) for i, s in enumerate(strides, 1)]
    gates = Gate(f"{name}_gate", HC, charges=convs[0].name)
    branch = Chain(f"{name}_branch", (*normed(1), convs[0], *normed(2), gates, convs[1]))
    shortcut = Conv(f"{name}_shortcut", filters, 1, max(strides), bias=False)
    return Residual(name, branch, None if maps == filters else shortcut)
