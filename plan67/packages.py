#!/usr/bin/env python3
"""Prints the packages of a module with code lines (as mass counts), their imports of each other, and the cycles.

usage: packages.py MODULE_FOLDER ROOT_PACKAGE [--first] [--edges] [--classes PREFIX]   e.g. packages.py router-stream dev.millrace.router
--first          slices by the first level below the root package
--edges          lists class -> class for each edge between slices
"""
import collections, pathlib, re, sys

folder, root = sys.argv[1:3]
first = "--first" in sys.argv
edges_too = "--edges" in sys.argv

def lines(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    rows = (row.strip() for row in text.split("\n"))
    return sum(1 for row in rows if row and not row.startswith(("//", "import ", "package ")))

def slice_of(package):
    rest = package[len(root):].strip(".")
    return (rest.split(".")[0] if first else rest) or "(root)"

size, files, graph, detail, of = collections.Counter(), collections.Counter(), collections.defaultdict(collections.Counter), collections.defaultdict(set), {}
sources = {}
for path in pathlib.Path(folder, "src/main/java").rglob("*.java"):
    text = path.read_text(encoding="utf8")
    package = re.search(r"^package ([\w.]+);", text, re.M).group(1)
    sources[path] = (package, text)
    size[slice_of(package)] += lines(text)
    files[slice_of(package)] += 1
packages = {package for package, _ in sources.values()}
for path, (package, text) in sources.items():
    for imported in re.findall(r"^import (?:static )?([\w.]+)\.[A-Z*]", text, re.M):
        if imported in packages and slice_of(imported) != slice_of(package):
            graph[slice_of(package)][slice_of(imported)] += 1
    for imported in re.findall(r"^import (?:static )?([\w.]+\.[A-Z]\w*)", text, re.M):
        target = imported.rsplit(".", 1)[0]
        if target in packages and slice_of(target) != slice_of(package):
            detail[slice_of(package), slice_of(target)].add(f"{path.stem}->{imported.rsplit('.', 1)[1]}")

index, low, stack, components, counter = {}, {}, [], [], [0]
def connect(node):
    index[node] = low[node] = counter[0]; counter[0] += 1; stack.append(node)
    for target in graph[node]:
        if target not in index: connect(target); low[node] = min(low[node], low[target])
        elif target in stack: low[node] = min(low[node], index[target])
    if low[node] == index[node]:
        component = []
        while True:
            component.append(stack.pop())
            if component[-1] == node: break
        components.append(component)
sys.setrecursionlimit(10000)
for node in list(size):
    if node not in index: connect(node)

for name in sorted(size):
    print(f"{name:28s} {size[name]:6d} lines {files[name]:4d} files  -> " + ", ".join(f"{t}({n})" for t, n in sorted(graph[name].items())))
print("cycles:", [sorted(c) for c in components if len(c) > 1] or "none")
if edges_too:
    for (a, b), uses in sorted(detail.items()):
        print(f"{a} -> {b}: " + ", ".join(sorted(uses)))
