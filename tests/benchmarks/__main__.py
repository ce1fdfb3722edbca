"""python -m tests.benchmarks: the speed and the memory of seqlib, measured."""

import argparse
import json
import sys
import time

from . import denormals, layers, length, memory, setting, steps, timing, tricks, words
from .report import Report

SECTIONS = ("steps", "length", "memory", "denormals", "tricks", "layers", "words")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="How fast seqlib is, in numbers.")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and rounds: less than a minute")
    parser.add_argument("--only", choices=SECTIONS, help="one section instead of all")
    parser.add_argument("--markdown", metavar="FILE", help="write the tables as Markdown too")
    parser.add_argument("--json", metavar="FILE", help="write every single measurement")
    parser.add_argument("--cpu-time", action="store_true", help="for a busy machine: leave out what others use")
    options = parser.parse_args()
    for path in filter(None, (options.markdown, options.json)):
        open(path, "a").close()  # a wrong path shall be known now
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console that lacks × or µ
    setting.one_thread()
    if options.cpu_time:
        timing.clock = time.process_time
    report, machine = Report(), setting.machine() | {"clock": "CPU time" if options.cpu_time else "wall time"}
    report.say(*(f"{name}: {value}" for name, value in machine.items()))
    sections = dict(zip(SECTIONS, (steps, length, memory, denormals, tricks, layers, words), strict=True))
    chosen = [options.only] if options.only else SECTIONS
    numbers = {"machine": machine} | {name: sections[name].measure(report, options.quick) for name in chosen}
    if options.markdown:
        report.save(options.markdown)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(numbers, file, indent=1)


if __name__ == "__main__":
    main()
