"""Writes golden vectors of ln and exp: name, argument, value, both integers.

ln   m  round(2^120 * ln m)
exp  x  round(2^127 * exp(-x / 2^120))
"""

from random import Random

from mpmath import exp, ln, mp, mpf, nint

mp.prec = 500
random = Random("agon fixed point")

ints = [1, 2, 3, 10, 10**14, 10**18 - 10**14, 10**18 - 1, 10**18, 2**63, 2**64 - 1]
ints += [random.getrandbits(64) >> random.randrange(60) or 1 for _ in range(200)]
for m in ints:
    print("ln", m, int(nint(ln(mpf(m)) * 2**120)), sep="\t")

args = [0, 1, 2**113, 2**120, 2**120 * 9, 2**120 * 39]
args += [random.randrange(40 << 120) >> random.randrange(100) for _ in range(200)]
for x in args:
    print("exp", x, int(nint(exp(-mpf(x) / 2**120) * 2**127)), sep="\t")
