#!/usr/bin/env python3
"""Lists records above nine components, files of at most 25 code lines, and interfaces with one implementation, by module.

usage: census.py [records|small|interfaces] in the checkout
"""
import collections, pathlib, re, sys
what = sys.argv[1]
def strip(t): return re.sub(r"//[^\n]*", "", re.sub(r"/\*.*?\*/", "", t, flags=re.S))
def lines(t):
    rows = (r.strip() for r in re.sub(r"/\*.*?\*/", "", t, flags=re.S).split("\n"))
    return sum(1 for r in rows if r and not r.startswith(("//", "import ", "package ")))
files = [p for p in list(pathlib.Path(".").glob("*/src/main/java/**/*.java")) + list(pathlib.Path(".").glob("*/*/src/main/java/**/*.java"))]
text = {p: p.read_text(encoding="utf8") for p in files}
def components(t, start):
    depth, angle, n, seen, i = 1, 0, 0, False, start
    while depth and i < len(t):
        c = t[i]
        if c == "(": depth += 1
        elif c == ")": depth -= 1
        elif c == "<": angle += 1
        elif c == ">": angle -= 1
        elif c == "," and depth == 1 and angle == 0: n += 1
        if depth and not c.isspace(): seen = True
        i += 1
    return n + 1 if seen else 0
if what == "records":
    out = []
    for p, t in text.items():
        s = strip(t)
        for m in re.finditer(r"\brecord\s+(\w+)\s*(?:<[^({]*>)?\s*\(", s):
            n = components(s, m.end())
            if n > 9: out.append((n, m.group(1), str(p)))
    for n, name, p in sorted(out, reverse=True): print(n, name, p)
    print(len(out))
if what == "small":
    by, total, kinds = collections.Counter(), 0, collections.Counter()
    rows = []
    for p, t in text.items():
        if p.name == "package-info.java": continue
        n = lines(t)
        if n <= 25:
            by[p.parts[0]] += 1; total += n
            k = re.search(r"\b(record|sealed interface|interface|enum|class|@interface)\b", strip(t)); kinds[k.group(1) if k else "?"] += 1
            refs = [q for q, u in text.items() if q != p and re.search(r"\b" + p.stem + r"\b", strip(u))]
            rows.append((len(refs), n, str(p), refs[0].stem if len(refs) == 1 else ""))
    print(sum(by.values()), "files", total, "lines", dict(by), dict(kinds))
    one = [r for r in rows if r[0] == 1]
    print("used by exactly one other file:", len(one), "none:", len([r for r in rows if r[0] == 0]))
    same = [r for r in one if any(str(q.parent) == str(pathlib.Path(r[2]).parent) and q.stem == r[3] for q in files)]
    print("... of these, in the same package:", len(same), "by module", dict(collections.Counter(pathlib.Path(r[2]).parts[0] for r in same)))
    if "-v" in sys.argv:
        for r in sorted(same, key=lambda r: r[2]): print(r[1], r[2], "->", r[3])
if what == "interfaces":
    out = []
    alltext = {p: strip(t) for p, t in text.items()}
    for p, t in alltext.items():
        for m in re.finditer(r"(?<!@)\b(sealed |non-sealed )?interface\s+(\w+)", t):
            if m.group(1) == "sealed ": continue
            name = m.group(2)
            impl = set()
            for q, u in alltext.items():
                if name not in u: continue
                for k in re.finditer(r"\b(?:class|record|enum)\s+(\w+)[^{;]*?\bimplements\b([^{]*)\{", u):
                    if re.search(r"\b" + name + r"\b", k.group(2)): impl.add(k.group(1))
                for k in re.finditer(r"\binterface\s+(\w+)[^{;]*?\bextends\b([^{]*)\{", u):
                    if re.search(r"\b" + name + r"\b", k.group(2)): impl.add(k.group(1))
                if re.search(r"new " + name + r"\s*(<[^>]*>)?\s*\(\s*\)\s*\{", u): impl.add("anonymous@" + q.stem)
            out.append((len(impl), name, str(p), sorted(impl)))
    for n, name, p, impl in sorted(out, key=lambda o: (o[0], o[2])):
        if n <= 1: print(n, name, p, impl)
    print(collections.Counter(o[0] for o in out))
