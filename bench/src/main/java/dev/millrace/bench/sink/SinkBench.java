package dev.millrace.bench.sink;

import dev.millrace.bench.cluster.BacklogLoader;
import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.database.BenchDatabases;
import dev.millrace.bench.database.DatabaseKind;
import dev.millrace.bench.database.PostgresCluster;
import dev.millrace.bench.database.SqliteFiles;
import dev.millrace.bench.database.StoredSums;
import dev.millrace.bench.figures.StolenPart;
import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.sink.SinkFigures.Rate;
import dev.millrace.bench.sink.SinkPlan.Part;
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
import java.util.function.LongSupplier;

/** Measures the sink on its own broker. Used once, by one thread. */
final class SinkBench {
    private static final int PARTITIONS = 4;
    private static final String HEAP = "-Xmx" + SinkFigures.HEAP_MIB + "m";

    private final SinkPlan plan;
    private final WorkFolder folder;
    private final Terminal terminal;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final List<Rate> rates = new ArrayList<>();
    private final List<ApiFigures> apis = new ArrayList<>();
    private final List<ExportFigures> exports = new ArrayList<>();
    private final Map<DatabaseKind, String> skipped = new EnumMap<>(DatabaseKind.class);
    private final List<String> problems = new ArrayList<>();

    SinkBench(
            SinkPlan plan,
            WorkFolder folder,
            Terminal terminal,
            InstantSource clock,
            LongSupplier ticker) {
        this.plan = plan;
        this.folder = folder;
        this.terminal = terminal;
        this.clock = clock;
        this.ticker = ticker;
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
        return new SinkFigures(rates, apis, exports, skipped, problems);
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
        if (plan.has(Part.RATES)) {
            for (int resultBytes : plan.resultSizes()) {
                measureRates(cluster, databases, resultBytes);
            }
        }
        if (plan.has(Part.API)) {
            measureApi(cluster, databases);
        }
        if (plan.has(Part.EXPORT)) {
            measureExport(cluster, databases);
        }
    }

    /** Writes the records of a backlog into new topics. */
    private StoreTrial backlog(
            BenchCluster cluster,
            BenchDatabases databases,
            Part part,
            int jobs,
            int resultBytes,
            int linesPerBatch) {
        String name = part.name().toLowerCase(Locale.ROOT);
        terminal.say(
                String.format(
                        Locale.ROOT,
                        "%s, %s, results of %,d bytes: writing %,d jobs into the topics",
                        name,
                        databases.kind().title(),
                        resultBytes,
                        jobs));
        String prefix = "bench-%s-%s-%d.".formatted(databases.kind().key(), name, resultBytes);
        var trial =
                new StoreTrial(
                        StoreContender.SINK,
                        cluster.create(prefix, PARTITIONS, List.of()),
                        "",
                        jobs,
                        resultBytes,
                        linesPerBatch);
        BacklogLoader.load(
                trial.pipeline(),
                trial.finishedJobs().records(trial.pipeline()),
                trial.rows(),
                clock);
        return trial;
    }

    private void measureApi(BenchCluster cluster, BenchDatabases databases)
            throws IOException, InterruptedException {
        StoreTrial backlog =
                backlog(
                        cluster,
                        databases,
                        Part.API,
                        plan.apiJobs(),
                        SinkPlan.API_RESULT_BYTES,
                        SinkPlan.LINES_PER_BATCH);
        terminal.say("  requesting paths of the API while the sink stores them");
        String name = "api";
        StoreTrial trial = backlog.with(StoreContender.SINK, databases.create(name));
        try (var api = new ApiTrial(databases.kind(), trial, folder, ticker, problems)) {
            apis.add(api.load(plan.perSecond()));
        }
        finish(cluster, databases, trial, name);
    }

    private void measureExport(BenchCluster cluster, BenchDatabases databases)
            throws IOException, InterruptedException {
        StoreTrial backlog =
                backlog(
                        cluster,
                        databases,
                        Part.EXPORT,
                        plan.exported(),
                        SinkPlan.API_RESULT_BYTES,
                        plan.exported());
        terminal.say("  storing them");
        String name = "export";
        StoreTrial trial = backlog.with(StoreContender.SINK, databases.create(name));
        try (var api = new ApiTrial(databases.kind(), trial, folder, ticker, problems)) {
            StoreRow store = api.awaitStored();
            terminal.say(
                    String.format(
                            Locale.ROOT, "  exporting them (%,.0f rows/s)", store.rowsPerSecond()));
            exports.add(api.export());
        }
        finish(cluster, databases, trial, name);
    }

    /** Checks the rows, then deletes database and topics. */
    private void finish(
            BenchCluster cluster, BenchDatabases databases, StoreTrial trial, String name)
            throws IOException, InterruptedException {
        check(trial, databases.kind(), trial.finishedJobs().costUsd(trial.jobs()));
        databases.delete(name);
        cluster.delete(trial.pipeline());
    }

    private void measureRates(BenchCluster cluster, BenchDatabases databases, int resultBytes)
            throws IOException, InterruptedException {
        StoreTrial backlog =
                backlog(
                        cluster,
                        databases,
                        Part.RATES,
                        plan.jobs(),
                        resultBytes,
                        SinkPlan.LINES_PER_BATCH);
        BigDecimal expectedUsd = backlog.finishedJobs().costUsd(plan.jobs());
        List<StoreContender> contenders =
                Arrays.stream(StoreContender.values()).filter(it -> it.isFor(resultBytes)).toList();
        var rounds = new EnumMap<StoreContender, List<StoreRow>>(StoreContender.class);
        contenders.forEach(it -> rounds.put(it, new ArrayList<>()));
        var stolen = new StolenPart(clock);
        for (int round = 1; round <= plan.rounds(); round++) {
            for (StoreContender contender : contenders) {
                String name =
                        "%s_%d_%d".formatted(contender.key().replace('-', '_'), resultBytes, round);
                StoreTrial trial = backlog.with(contender, databases.create(name));
                StoreRow row = run(trial, name);
                check(trial, databases.kind(), expectedUsd);
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
        cluster.delete(backlog.pipeline());
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

    private void check(StoreTrial trial, DatabaseKind kind, BigDecimal expectedUsd)
            throws IOException {
        String where =
                String.format(
                        Locale.ROOT,
                        "%s, %s, results of %,d bytes: ",
                        trial.contender().title(),
                        kind.title(),
                        trial.resultBytes());
        StoredSums.of(trial.jdbcUrl())
                .differencesFrom(
                        trial.jobs(), expectedUsd, trial.contender() == StoreContender.SINK)
                .forEach(it -> problems.add(where + it));
    }
}
