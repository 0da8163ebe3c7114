#!/usr/bin/env bash
# Moves the modules into wings: libraries, features, testing. Run it at the root of a clean checkout; it changes files and the
# index, commits nothing, and ends with checks that need no build.
#
#   wings.sh            moves, rewrites, checks
#   wings.sh check      only the checks (after a rebase)
set -euo pipefail
unset CDPATH
cd "$(git rev-parse --show-toplevel)"

declare -A wing
for m in yaml contracts configuration control wire quota store consumer embedded-broker; do wing[$m]=libraries; done
for m in similarity retrieval; do wing[$m]=features; done
for m in simulator testkit testclusters testwaits integration bench; do wing[$m]=testing; done
moved=$(IFS='|'; echo "${!wing[*]}")

move() {
    [ -z "$(git status --porcelain)" ] || { echo "wings: the checkout has changes" >&2; exit 1; }
    mkdir -p libraries features testing
    for m in "${!wing[@]}"; do
        git mv "$m" "${wing[$m]}/$m"
        # What git ignores (target, node_modules) would leave the old folder behind.
        if [ -d "$m" ]; then
            if [ -d "$m/src/test/sdk/node_modules" ]; then
                mv "$m/src/test/sdk/node_modules" "${wing[$m]}/$m/src/test/sdk/"
            fi
            rm -rf "$m"
        fi
    done
}

# Poms: the parent is two folders up; the lists of modules name the wing.
poms() {
    for m in "${!wing[@]}"; do
        perl -0pi -e 's|(<artifactId>millrace-parent</artifactId>\s*\n(\s*)<version>[^<]*</version>\n)(?!\s*<relativePath>)|$1$2<relativePath>../../pom.xml</relativePath>\n|' \
            "${wing[$m]}/$m/pom.xml"
        perl -pi -e "s|<module>\Q$m\E</module>|<module>${wing[$m]}/$m</module>|" pom.xml
    done
}

# Scripts, the image, CI.
scripts() {
    python3 - <<'PY'
text = open("millrace", encoding="utf8").read()
def change(old, new, times=1):
    global text
    assert text.count(old) == times, (old, text.count(old))
    text = text.replace(old, new)
places = "{,libraries/,features/,testing/}*"
# Not each checkout has each wing (LauncherIT): a pattern without a match stays as it is, and must not be an error.
change("bench=$root/bench/${home#", "bench=$root/testing/bench/${home#")
change("    module=bench\n", "    module=testing/bench\n")
change('"$module" = bench ]', '"$module" = testing/bench ]', 3)
change("    bench*) options+=", "    testing/bench*) options+=")
change('"$root"/*/pom.xml "$root"/*/src/main', f'"$root"/{places}/pom.xml "$root"/{places}/src/main')
change('-newer "$home/.began" -print -quit)"', '-newer "$home/.began" -print -quit 2>/dev/null)"')
change("""$(cd "$root" && grep -r '@Seeds(' "${names[@]/%/.java}" -- */src/test)""",
    f"""$(cd "$root" && {{ grep -rs '@Seeds(' "${{names[@]/%/.java}}" -- {places}/src/test || true; }} | grep .)""")
change("$(cut -d / -f 1 <<<\"$simulations\" |", "$(sed 's|/src/test/.*||' <<<\"$simulations\" |")
open("millrace", "w", encoding="utf8").write(text)
PY
    perl -pi -e 's|rm -rf \*/target\)|rm -rf */target */*/target)|' Dockerfile
    perl -pi -e 's|^bench$|testing/bench\ntesting/integration|' .dockerignore
    perl -pi -e 's|--prefix simulator/|--prefix testing/simulator/|' .ci/run
    perl -pi -e 's|=simulator/src|=testing/simulator/src|' .ci/vulnerabilities
    perl -pi -e 's|\$root/embedded-broker/|\$root/libraries/embedded-broker/|g' deploy/containers/service-images
}

# Links and paths in pages. A link goes from page to target; both may have moved, so each is computed.
pages() {
    git ls-files '*.md' | python3 -c '
import os, re, sys
wing = dict(pair.split("=") for pair in sys.argv[1].split())
def new(path):
    first = path.split("/", 1)[0]
    return wing[first] + "/" + path if first in wing else path
def old(path):
    parts = path.split("/", 2)
    return path.split("/", 1)[1] if len(parts) > 1 and wing.get(parts[1]) == parts[0] else path
link = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")
for page in sys.stdin.read().split():
    text = open(page, encoding="utf8").read()
    before = os.path.dirname(old(page)); after = os.path.dirname(page)
    def changed(match):
        target = os.path.normpath(os.path.join(before, match.group(1)))
        if target.startswith(".."): return match.group(0)
        moved = os.path.relpath(new(target), after or ".")
        same = os.path.normpath(match.group(1)) == moved
        return match.group(0) if same else "](" + moved + ("/" if match.group(1).endswith("/") else "")
    fixed = link.sub(changed, text)
    # Paths in prose and commands.
    fixed = re.sub(r"(?<![\w./-])(" + "|".join(wing) + r")/(?=src/|target/|pom\.xml)", lambda m: wing[m.group(1)] + "/" + m.group(0), fixed)
    if fixed != text: open(page, "w", encoding="utf8").write(fixed)
' "$(for m in "${!wing[@]}"; do printf '%s=%s ' "$m" "${wing[$m]}"; done)"
}

# Java. Tests run in the folder of their module: in a wing, the root is two folders up.
java() {
    local m
    for m in "${!wing[@]}"; do
        { git ls-files "${wing[$m]}/$m/*.java" || true; } | while read -r f; do
            perl -pi -e '
                s|Path\.of\("\.\.",|Path.of("..", "..",|g;
                s|Path\.of\("\.\."\)|Path.of("..", "..")|g;
                s|Path\.of\("\.\./docs|Path.of("../../docs|g;
            ' "$f"
        done
    done
    local docs=libraries/contracts/src/test/java/dev/millrace/contracts
    perl -pi -e 's|"simulator/src/test/sdk/|"testing/simulator/src/test/sdk/|' $docs/supply/Component.java
    # In its own module again, not through the root.
    perl -0pi -e 's|Path\.of\("\.\.", "\.\.", "store", "src"|Path.of("src"|' \
        libraries/store/src/test/java/dev/millrace/store/result/DatabaseOfVersion01Contract.java
    # Modules are at the root or in a wing.
    perl -pi -e 's|Files\.list\(ROOT\)|Files.walk(ROOT, 2)|' \
        $docs/documentation/{DecisionPagesTest,LinksTest,VocabularyTest}.java \
        worker/src/test/java/dev/millrace/worker/simulation/GuaranteesPageTest.java
    perl -pi -e 's|filter\(folder -> !folder\.endsWith\("docs"\)\)|filter(folder -> !folder.startsWith(ROOT.resolve("docs")))|;
                 s|^        pages\.add\(ROOT\.resolve\("README\.md"\)\);\n||' $docs/documentation/LinksTest.java
    perl -0pi -e 's|(private static final Path BENCH = Path\.of\()"bench"|$1"testing", "bench"|;
        s|for \(Path module : folders\(ROOT\)\)|for (Path module : modules())|;
        s|(    private static List<Path> folders\(Path folder\))|    /** Returns the folders at the root and in the wings. */\n    private static List<Path> modules() throws IOException {\n        try (Stream<Path> folders = Files.walk(ROOT, 2)) {\n            return folders.filter(Files::isDirectory).toList();\n        }\n    }\n\n$1|' \
        $docs/documentation/CodeMapTest.java
    local t=standalone/src/test/java/dev/millrace/standalone
    for m in "${!wing[@]}"; do
        perl -pi -e "s|^(    [A-Z_]+\()\"\Q$m\E\",|\$1\"${wing[$m]}/$m\",|" $t/architecture/Module.java
        perl -pi -e "s|^( +)\"\Q$m\E\"([,)])|\$1\"${wing[$m]}/$m\"\$2|" $t/monitoring/MetricsPageTest.java
    done
    perl -pi -e 's|"simulator/src/test/sdk/node_modules"|"testing/simulator/src/test/sdk/node_modules"|; s|npm ci in simulator/|npm ci in testing/simulator/|' \
        $t/e2e/ExamplesIT.java $t/e2e/gateway/GatewaySdkIT.java testing/simulator/src/test/java/dev/millrace/simulator/sdk/SdkScript.java
    perl -pi -e 's|Path\.of\("\.\.", "simulator", "src"|Path.of("..", "testing", "simulator", "src"|' $t/e2e/gateway/GatewaySdkIT.java
    # The launcher with modules in wings.
    perl -pi -e 's|-pl bench -am|-pl testing/bench -am|; s|"bench/target/bench\.jar"|"testing/bench/target/bench.jar"|;
        s|"quota/src/test|"libraries/quota/src/test|; s|"wire/src/test|"libraries/wire/src/test|;
        s|-pl quota,worker|-pl libraries/quota,worker|; s|-pl wire,worker|-pl libraries/wire,worker|;
        s|--quick -pl quota|--quick -pl libraries/quota|; s|(mkdir -p \|failed\.xml )quota/target|$1libraries/quota/target|' $t/launcher/LauncherIT.java
    # "-pl" takes an artifact id, too, which is the same wherever the module is.
    perl -0pi -e 's|-pl %s -am -Dtest|-pl :millrace-%s -am -Dtest|' testing/testwaits/src/main/java/dev/millrace/testwaits/SeedRunner.java
    perl -pi -e 's|-pl testwaits -am|-pl :millrace-testwaits -am|' testing/testwaits/src/test/java/dev/millrace/testwaits/SeedRunnerTest.java
}

wing_pages() {
    cat >libraries/README.md <<'TEXT'
# Libraries

What the services share. None of them knows a service, a feature or a test.

| library | for |
|---|---|
| [`contracts`](contracts/README.md) | what travels between services: topics, headers, jobs, results, costs, errors |
| [`configuration`](configuration/README.md), [`yaml`](yaml/README.md) | `millrace.yaml` and the topics that follow from it |
| [`control`](control/README.md) | the topic with policies, cancellations and models in service |
| [`wire`](wire/README.md) | how providers are asked and their answers read |
| [`quota`](quota/README.md) | limits that all workers share |
| [`store`](store/README.md) | the database of results and costs |
| [`consumer`](consumer/README.md) | reads results, for your programs |
| [`embedded-broker`](embedded-broker/README.md) | Kafka in the process of `run` and `up` |
TEXT
    cat >features/README.md <<'TEXT'
# Features

What can be taken out. The core never imports a feature.

| feature | for |
|---|---|
| [`similarity`](similarity/README.md) | answers of similar questions, embeddings |
| [`retrieval`](retrieval/README.md) | passages of documents in prompts |
TEXT
    cat >testing/README.md <<'TEXT'
# Testing

What tests and measures Millrace. Of these, only the simulator ships, for `--simulate`.

| module | for |
|---|---|
| [`simulator`](simulator/README.md) | answers like a provider, costs nothing |
| [`testkit`](testkit/README.md) | a whole pipeline in tests of your programs |
| [`testclusters`](testclusters/README.md), [`testwaits`](testwaits/README.md) | clusters and waits of our own tests |
| [`integration`](integration/README.md) | one queue of all integration tests |
| [`bench`](bench/README.md) | measurements, and `torture` |
TEXT
    git add libraries/README.md features/README.md testing/README.md
}

check() {
    local bad=0
    echo "entries at the root (without dot files): $(git ls-files | cut -d/ -f1 | sort -u | grep -vc '^\.')"
    python3 - <<'PY' || bad=1
import os, re, subprocess, sys
bad = 0
for page in subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True).stdout.split():
    if not os.path.exists(page): continue
    text = re.sub(r"(?ms)^```.*?^```$", "", open(page, encoding="utf8").read())
    for target in re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", text):
        if not os.path.exists(os.path.join(os.path.dirname(page), target)):
            print("dead link:", page, target); bad = 1
for pom in re.findall(r"<module>([^<]+)", open("pom.xml").read()):
    text = open(pom + "/pom.xml").read()
    if "/" in pom and "<relativePath>../../pom.xml" not in text: print("parent:", pom); bad = 1
sys.exit(bad)
PY
    # Former places that are still named. Package names, strings such as "worker" and artifact ids do not match.
    if git grep -nE "(^|[\"' =:(\`/])($moved)/(src|target|pom\.xml)" -- . ':!CHANGELOG.md' ':!docs/decisions' |
        grep -vE "(libraries|features|testing)/($moved)/(src|target|pom\.xml)"; then bad=1; fi
    bash -n millrace
    return $bad
}

if [ "${1:-}" != check ]; then
    move
    poms
    scripts
    pages
    java
    wing_pages
    git add -A
fi
check && echo "wings: done; next: mvn -q spotless:apply, ./millrace test --quick, then -Dtest=StyleTest,DirectionsTest,PackagesTest"
