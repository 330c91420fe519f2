"""x"""
from beijiang.kernel.words import Words
HELP = Words("", "")
def arguments(p): ...
def run(a): return 0
