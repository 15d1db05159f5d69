"""Another engine's training steps and ours, in turn, and the ratios of the medians.

    python3 bench/alternate.py --rounds 3 --out DIR "default=COMMAND" "tuned=COMMAND"

Every command prints, for each net, a line with the net's name and "median X steps/s"; a line without a known net is
kept but not read. Ours is ./run bench --set steps --backends simd. One round is every command once, then ours, so
that whatever else the machine does meets all of them. Raw output goes to DIR, the table to DIR/table.md.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess

NETS = ("mlp5", "mlp20", "mlp40", "mnist", "cifar")
HOME = pathlib.Path(__file__).resolve().parent.parent

options = argparse.ArgumentParser()
options.add_argument("--rounds", type=int, default=3)
options.add_argument("--threads", type=int, default=2)
options.add_argument("--out", type=pathlib.Path, required=True)
options.add_argument("others", nargs="+", metavar="NAME=COMMAND")
args = options.parse_args()
args.out.mkdir(parents=True, exist_ok=True)
others = dict(other.split("=", 1) for other in args.others)
rates = {name: {net: [] for net in NETS} for name in [*others, "ours"]}
loads = []

for round in range(1, args.rounds + 1):
    loads.append(os.getloadavg()[0])
    for name, command in others.items():
        text = subprocess.run(command, shell=True, check=True, stdout=subprocess.PIPE, text=True).stdout
        (args.out / f"{name}-{round}.txt").write_text(text)
        for line in text.splitlines():
            net = next((n for n in NETS if re.search(rf"\b{n}\b", line)), None)
            found = re.search(r"median ([\d.]+) steps/s", line)
            if net and found:
                rates[name][net].append(float(found[1]))
    ours = args.out / f"ours-{round}"
    command = [HOME / "run", "bench", "--set", "steps", "--backends", "simd", "--threads", str(args.threads), "--out", ours]
    subprocess.run(command, check=True)
    for m in json.loads((ours / "results.json").read_text())["measurements"]:
        if m["family"] == "steps":
            rates["ours"][m["shape"]] += [1e9 / nanos for nanos in m["nanos"]]

columns = [f"ours / {name}" for name in others] + (["ours / best of them"] if len(others) > 1 else [])
lines = [
    f"Median training steps a second, batch 128, {args.threads} threads, {args.rounds} rounds; "
    f"load before each round: {', '.join(f'{load:.1f}' for load in loads)}.",
    "",
    "| net | " + " | ".join([*rates, *columns]) + " |",
    "|---" * (1 + len(rates) + len(columns)) + "|",
]
for net in NETS:
    median = {name: statistics.median(rates[name][net]) for name in rates if rates[name][net]}
    ratios = [median["ours"] / median[name] for name in others if name in median]
    if len(ratios) > 1:
        ratios.append(min(ratios))
    cells = [f"{median.get(name, float('nan')):.1f}" for name in rates] + [f"× {ratio:.2f}" for ratio in ratios]
    lines.append(f"| {net} | " + " | ".join(cells) + " |")
(args.out / "table.md").write_text("\n".join(lines) + "\n")
print("\n".join(lines))
