package dev.millrace.bench.retrieval;

import dev.millrace.bench.process.ChildProcess;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Indexes generated documents in a process, searches them, kills the process and starts another.
 */
record RetrievalBench(
        RetrievalPlan plan, WorkFolder folder, Terminal terminal, LongSupplier ticker) {
    /** Part of the searches that must find the document of their question. */
    private static final double LEAST_FOUND = 0.5;

    private static final long BYTES_PER_MIB = 1 << 20;

    /** Measures everything. */
    RetrievalFigures measure() throws IOException {
        List<IndexTimes> indexing = new ArrayList<>();
        if (plan.sample() > 0) {
            indexing.add(sample());
        }
        Path index = folder.file("index");
        long begin = ticker.getAsLong();
        try (ChildProcess first = start("first", plan.large(), index)) {
            terminal.say("indexing " + plan.passages() + " short passages");
            IndexTimes times = index(first);
            Duration rebuilt = since(begin);
            indexing.add(times);
            terminal.say("searching");
            SearchTimes searches =
                    RetrievalProgram.read(first.ask(RetrievalProgram.SEARCH), SearchTimes.class);
            first.requestLiveHeap();
            var memory =
                    new RetrievalFigures.Memory(
                            first.liveHeapMib(), first.memory().residentMib(), diskMib(index));
            first.kill();
            terminal.say("starting again");
            return restarted(index, indexing, searches, memory, rebuilt);
        }
    }

    private IndexTimes sample() throws IOException {
        terminal.say("indexing " + plan.sample() + " passages of the default size");
        try (ChildProcess process = start("sample", plan.full(), folder.file("sample"))) {
            return index(process);
        }
    }

    private RetrievalFigures restarted(
            Path index,
            List<IndexTimes> indexing,
            SearchTimes searches,
            RetrievalFigures.Memory memory,
            Duration rebuilt)
            throws IOException {
        long begin = ticker.getAsLong();
        try (ChildProcess second = start("second", plan.large(), index)) {
            IndexTimes again = index(second);
            var starts = new RetrievalFigures.Starts(rebuilt, since(begin));
            return new RetrievalFigures(
                    indexing,
                    searches,
                    memory,
                    starts,
                    plan.collections() > 0 ? Optional.of(collections()) : Optional.empty(),
                    problems(indexing.getLast(), again, searches));
        }
    }

    private RetrievalFigures.Collections collections() throws IOException {
        terminal.say("opening " + plan.collections() + " collections");
        try (ChildProcess process =
                ChildProcess.start(
                        folder,
                        "collections",
                        CollectionsProgram.class,
                        List.of(),
                        CollectionsProgram.arguments(
                                folder.file("collections"), plan.collections()))) {
            process.requestLiveHeap();
            long before = process.liveHeapMib();
            var handles = CollectionsProgram.handles(process.ask(CollectionsProgram.FILL));
            process.requestLiveHeap();
            return new RetrievalFigures.Collections(
                    plan.collections(),
                    process.liveHeapMib() - before,
                    process.memory().residentMib(),
                    handles);
        }
    }

    private List<String> problems(IndexTimes first, IndexTimes again, SearchTimes searches) {
        List<String> problems = new ArrayList<>();
        if (first.passages() < plan.passages()) {
            problems.add("the index has %d passages".formatted(first.passages()));
        }
        if (again.passages() != first.passages()) {
            problems.add(
                    "after a kill, the index has %d passages of %d"
                            .formatted(again.passages(), first.passages()));
        }
        if (again.embeddingNanos() > 0) {
            problems.add("after a kill, documents were embedded again");
        }
        if (searches.found() < LEAST_FOUND) {
            problems.add("most searches do not find the document of their question");
        }
        return problems;
    }

    private ChildProcess start(String name, PassagePlan passages, Path index) throws IOException {
        return ChildProcess.start(
                folder,
                name,
                RetrievalProgram.class,
                List.of(),
                RetrievalProgram.arguments(passages, index, plan.threads(), plan.searches()));
    }

    private static IndexTimes index(ChildProcess process) throws IOException {
        return RetrievalProgram.read(process.ask(RetrievalProgram.INDEX), IndexTimes.class);
    }

    private Duration since(long begin) {
        return Duration.ofNanos(ticker.getAsLong() - begin);
    }

    private static long diskMib(Path index) throws IOException {
        try (var all = Files.walk(index)) {
            return all.mapToLong(it -> it.toFile().isFile() ? it.toFile().length() : 0).sum()
                    / BYTES_PER_MIB;
        }
    }
}
