"""Alternates another engine's training steps with ours, and tabulates the ratios.

    python3 bench/alternate.py --rounds 3 --out DIR \\
        "default=venv/bin/python bench/pytorch_steps.py" "tuned=venv/bin/python bench/pytorch_steps.py --tuned"

Each command prints, for each net, a line with the net's name, "median X steps/s" and "best Y steps/s". Ours is
./run bench --set steps --backends simd. One round runs each command once, then ours, so that other load on the machine
meets all of them. Raw output goes to DIR, the tables to DIR/table.md; --rounds 0 only rewrites the tables.
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


def other_rates(folder, name):
    """net → [(median, best) of every round]"""
    rates = {net: [] for net in NETS}
    for file in sorted(folder.glob(f"{name}-[0-9]*.txt")):
        for line in file.read_text().splitlines():
            found = re.search(r"\b(" + "|".join(NETS) + r")\b.*median ([\d.]+) steps/s, best ([\d.]+) steps/s", line)
            if found:
                rates[found[1]].append((float(found[2]), float(found[3])))
    return rates


def our_rates(folder):
    rates = {net: [] for net in NETS}
    for file in sorted(folder.glob("ours-*/results.json")):
        for m in json.loads(file.read_text())["measurements"]:
            if m["family"] == "steps":
                rates[m["shape"]].append((1e9 / statistics.median(m["nanos"]), 1e9 / min(m["nanos"])))
    return rates


def table(title, rates, pick, rounds=False):
    others = [name for name in rates if name != "ours"]
    columns = [f"ours / {name}" for name in others] + (["ours / the better"] if len(others) > 1 else [])
    columns += ["lowest round", "highest round"] if rounds else []
    lines = [title, "", "| net | " + " | ".join([*rates, *columns]) + " |", "|---" * (1 + len(rates) + len(columns)) + "|"]
    for net in NETS:
        of = {name: pick(rates[name][net]) for name in rates if rates[name][net]}
        ratios = [of["ours"] / of[name] if {"ours", name} <= of.keys() else None for name in others]
        ratios += [min(ratios)] if len(ratios) > 1 and None not in ratios else [None] * (len(ratios) > 1)
        if rounds:  # of the ratios to the better, round by round
            each = [ours / max(other) for (ours, _), *other in zip(rates["ours"][net], *([m for m, _ in rates[name][net]] for name in others))]
            ratios += [min(each), max(each)] if each else [None, None]
        cells = [f"{of[name]:.1f}" if name in of else "–" for name in rates] + ["–" if r is None else f"× {r:.2f}" for r in ratios]
        lines.append(f"| {net} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


options = argparse.ArgumentParser()
options.add_argument("--rounds", type=int, default=3)
options.add_argument("--threads", type=int, default=2)
options.add_argument("--out", type=pathlib.Path, required=True)
options.add_argument("others", nargs="+", metavar="NAME=COMMAND")
args = options.parse_args()
args.out.mkdir(parents=True, exist_ok=True)
others = dict(other.split("=", 1) for other in args.others)

for round in range(1, args.rounds + 1):
    for name, command in others.items():
        text = subprocess.run(command, shell=True, check=True, stdout=subprocess.PIPE, text=True).stdout
        load = f"(load of the machine in the minute before the end: {os.getloadavg()[0]:.1f})\n"
        (args.out / f"{name}-{round}.txt").write_text(text + load)
    threads = ["--threads", str(args.threads), "--out", args.out / f"ours-{round}"]
    subprocess.run([HOME / "run", "bench", "--set", "steps", "--backends", "simd", *threads], check=True)

rates = {name: other_rates(args.out, name) for name in others} | {"ours": our_rates(args.out)}
text = "<!-- no results file: computed by bench/alternate.py from the raw output in this folder -->\n\n" + table(
    f"Training steps a second, batch 128, {args.threads} threads: medians of the rounds' medians.",
    rates,
    lambda rounds: statistics.median(median for median, _ in rounds),
    rounds=True,
)
text += "\n" + table("The best of all rounds, which other programs on the machine disturb less.", rates, lambda r: max(b for _, b in r))
(args.out / "table.md").write_text(text)
print(text)
