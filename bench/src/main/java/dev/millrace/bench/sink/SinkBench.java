package dev.millrace.bench.sink;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.database.BenchDatabases;
import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.database.PostgresCluster;
import dev.millrace.bench.database.SqliteFiles;
import dev.millrace.bench.database.StoredSums;
import dev.millrace.bench.figures.StolenPart;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.sink.SinkFigures.Rate;
import dev.millrace.bench.store.StoreContender;
import dev.millrace.bench.store.StoreRow;
import dev.millrace.bench.store.StoreTrial;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures the sink on its own broker. Used once, by one thread. */
final class SinkBench {
    private static final int PARTITIONS = 4;
    private static final String HEAP = "-Xmx" + SinkFigures.HEAP_MIB + "m";

    private final SinkPlan plan;
    private final WorkFolder folder;
    private final Terminal terminal;
    private final InstantSource clock;
    private final List<Rate> rates = new ArrayList<>();
    private final Map<DatabaseKind, String> skipped = new EnumMap<>(DatabaseKind.class);
    private final List<String> problems = new ArrayList<>();

    SinkBench(SinkPlan plan, WorkFolder folder, Terminal terminal, InstantSource clock) {
        this.plan = plan;
        this.folder = folder;
        this.terminal = terminal;
        this.clock = clock;
    }

    /**
     * Runs all parts of the plan.
     *
     * @throws IOException when a process does not start or ends early
     */
    SinkFigures measure() throws IOException, InterruptedException {
        try (var cluster = BenchCluster.start(folder)) {
            if (plan.has(DatabaseKind.SQLITE)) {
                measure(cluster, new SqliteFiles(folder));
            }
            if (plan.has(DatabaseKind.POSTGRESQL)) {
                measurePostgresql(cluster);
            }
        }
        return new SinkFigures(rates, skipped, problems);
    }

    private void measurePostgresql(BenchCluster cluster) throws IOException, InterruptedException {
        Optional<Path> binaries = PostgresCluster.binaries();
        if (binaries.isEmpty()) {
            skipped.put(
                    DatabaseKind.POSTGRESQL,
                    "initdb and pg_ctl are neither in /usr/lib/postgresql/*/bin nor on the PATH");
            return;
        }
        try (var databases = PostgresCluster.start(binaries.get())) {
            measure(cluster, databases);
        }
    }

    private void measure(BenchCluster cluster, BenchDatabases databases)
            throws IOException, InterruptedException {
        for (int resultBytes : plan.resultSizes()) {
            BenchPipeline pipeline =
                    cluster.create(
                            "bench-%s-%d.".formatted(databases.kind().key(), resultBytes),
                            PARTITIONS,
                            List.of());
            measureRates(pipeline, databases, resultBytes);
            cluster.delete(pipeline);
        }
    }

    private void measureRates(BenchPipeline pipeline, BenchDatabases databases, int resultBytes)
            throws IOException, InterruptedException {
        terminal.say(
                String.format(
                        Locale.ROOT,
                        "%s, results of %,d bytes: writing %,d jobs into the topics",
                        databases.kind().title(),
                        resultBytes,
                        plan.jobs()));
        var jobs = trial(StoreContender.SINK, pipeline, "", resultBytes).finishedJobs();
        BacklogLoader.load(pipeline, jobs.records(pipeline), 2L * plan.jobs(), clock);
        BigDecimal expectedUsd = jobs.costUsd(plan.jobs());
        List<StoreContender> contenders =
                Arrays.stream(StoreContender.values()).filter(it -> it.isFor(resultBytes)).toList();
        var rounds = new EnumMap<StoreContender, List<StoreRow>>(StoreContender.class);
        contenders.forEach(it -> rounds.put(it, new ArrayList<>()));
        var stolen = new StolenPart(clock);
        for (int round = 1; round <= plan.rounds(); round++) {
            for (StoreContender contender : contenders) {
                String name =
                        "%s_%d_%d".formatted(contender.key().replace('-', '_'), resultBytes, round);
                String url = databases.create(name);
                StoreRow row = run(trial(contender, pipeline, url, resultBytes), name);
                check(contender, databases.kind(), resultBytes, url, expectedUsd);
                databases.delete(name);
                rounds.computeIfAbsent(contender, _ -> new ArrayList<>()).add(row);
                terminal.say(
                        String.format(
                                Locale.ROOT,
                                "  %s: %,.0f rows/s",
                                contender.title(),
                                row.rowsPerSecond()));
            }
        }
        rounds.forEach(
                (contender, rows) ->
                        rates.add(
                                new Rate(
                                        databases.kind(),
                                        resultBytes,
                                        contender,
                                        rows,
                                        stolen.sinceBegin())));
    }

    private StoreTrial trial(
            StoreContender contender, BenchPipeline pipeline, String url, int resultBytes) {
        return new StoreTrial(
                contender, pipeline, url, plan.jobs(), resultBytes, SinkPlan.LINES_PER_BATCH);
    }

    private StoreRow run(StoreTrial trial, String name) throws IOException, InterruptedException {
        ProcessBuilder program =
                ChildJvm.program(
                        trial.contender().program().getName(), List.of(HEAP), trial.arguments());
        Path log = folder.file(name + ".log");
        try {
            return StoreRow.parse(ChildJvm.outputOf(program.redirectError(log.toFile())));
        } catch (IOException e) {
            throw new IOException(
                    "%s: %s%n%s"
                            .formatted(
                                    trial.contender().title(),
                                    e.getMessage(),
                                    Files.readString(log)),
                    e);
        }
    }

    private void check(
            StoreContender contender,
            DatabaseKind kind,
            int resultBytes,
            String url,
            BigDecimal expectedUsd)
            throws IOException {
        StoredSums found = StoredSums.of(url);
        String where =
                String.format(
                        Locale.ROOT,
                        "%s, %s, results of %,d bytes: ",
                        contender.title(),
                        kind.title(),
                        resultBytes);
        found.differencesFrom(plan.jobs(), expectedUsd, contender == StoreContender.SINK)
                .forEach(it -> problems.add(where + it));
    }
}
