"""`python -m tests.bench [NAME …]`: run the benchmarks of this folder, or those named. Compare within one run."""

import sys
from importlib import import_module
from pathlib import Path

names = sorted(p.stem for p in Path(__file__).parent.glob("*.py") if not p.stem.startswith("_"))
wanted = sys.argv[1:] or names
if unknown := [name for name in wanted if name not in names]:
    sys.exit(f"bench: no benchmark {unknown[0]!r}; there are {', '.join(names) or 'none'}")
for name in wanted:
    print(f"bench: {name}", flush=True)
    import_module(f"tests.bench.{name}").main()
