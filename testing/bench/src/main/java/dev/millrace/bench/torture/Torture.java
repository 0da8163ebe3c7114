package dev.millrace.bench.torture;

import static java.net.HttpURLConnection.HTTP_OK;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.torture.Evidence.Call;
import dev.millrace.bench.torture.Evidence.Inflicted;
import dev.millrace.bench.torture.FaultPlan.Fault;
import dev.millrace.bench.torture.RunHistory.Faults;
import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.simulator.traffic.TrafficCounts;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.log.Logging;
import dev.millrace.testclusters.FakeClock;
import dev.millrace.testclusters.PostgresServer;
import dev.millrace.testclusters.RestartableProcess;
import dev.millrace.testclusters.SmallDisk;
import dev.millrace.testclusters.secured.LinkedBrokers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/** One run: load, faults, recovery and comparison. Runs on the main thread. */
final class Torture {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(6);

    /** A planted fault may keep jobs from ending, but not from being called. */
    private static final Duration PLANT_QUIET_TIME = Duration.ofMinutes(1);

    private static final long POLL_MILLIS = 2_000;
    private static final int DISK_MEBIBYTES = 8 << 10;

    private static final int DRAWINGS = 24;

    /** Folders that are disks, if disks get full. */
    private static final List<String> DISKS = List.of("r1", "r2", "broker0", "broker1", "broker2");

    private final Setup setup;
    private final TortureCommand options;
    private final Duration length;
    private final Report report = new Report();
    private final Report.Table footprint =
            report.table("footprint", Footprint.COLUMNS.toArray(String[]::new));
    private final History history = new History();
    private final Deque<AutoCloseable> running = new ConcurrentLinkedDeque<>();
    private final List<Inflicted> inflicted = new ArrayList<>();
    private final Set<FaultKind> kinds;
    private final String apiKey;
    private Instant nextDrawing = Instant.MIN;

    Torture(Setup setup, TortureCommand options) {
        this.setup = setup;
        this.options = options;
        length = Duration.ofMinutes(options.minutes);
        kinds = new TreeSet<>(options.plant == null ? options.faults : options.plant.faults());
        apiKey = "sk-torture-" + Long.toHexString(options.seed) + "secret";
    }

    Report run() throws IOException, InterruptedException {
        setup.say("seed " + options.seed);
        Logging.quietConnections();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "close"));
        try {
            run(start());
        } catch (SQLException e) {
            throw new IOException(e);
        } finally {
            close();
        }
        return report;
    }

    /** Stops what runs, the last started first, also when a signal ends this process. */
    private synchronized void close() {
        while (!running.isEmpty()) {
            try {
                running.removeLast().close();
            } catch (Exception e) {
                setup.say("cannot stop a part of the cluster: " + e);
            }
        }
    }

    private <T extends AutoCloseable> T closed(T part) {
        running.add(part);
        return part;
    }

    private Cluster start() throws IOException, InterruptedException, SQLException {
        Path data = Files.createTempDirectory("millrace-postgres");
        Map<Path, SmallDisk> disks = disks(data);
        Path binaries =
                PostgresServer.binaries()
                        .orElseThrow(() -> UserError.usage("PostgreSQL is not installed"));
        var postgres = PostgresServer.start(binaries, data);
        running.add(postgres::close);
        String jdbcUrl = postgres.newDatabase();
        String yaml = LoadModel.simulator(options.seed, options.latency);
        var settings = SimulatorSettings.parse("torture", yaml);
        var simulator = closed(Simulator.start(settings, "127.0.0.1", 0));
        var brokers = closed(new LinkedBrokers(setup.folder().path(), Services.names()));
        var ports = new Services.Ports(postgres.port(), jdbcUrl, simulator.port());
        var services = closed(new Services(setup.folder(), brokers, ports, apiKey, options.plant));
        prepare(services);
        services.createTopics();
        var topics = new Topics(TopicsConfig.CLUSTER.prefix());
        brokers.date(topics.results());
        brokers.date(topics.costs());
        var cluster = new Cluster(topics, brokers, services, postgres, jdbcUrl, simulator, disks);
        cluster.acceptKeys(apiKey);
        FaultInjector.startAll(services.processes());
        return cluster;
    }

    /** Mounts the disks that can get full. */
    private Map<Path, SmallDisk> disks(Path database) throws IOException {
        var disks = new HashMap<Path, SmallDisk>();
        if (kinds.stream().noneMatch(FaultKind::isFullDisk)) {
            return disks;
        }
        var folders = new ArrayList<>(List.of(database, Services.files(setup.folder())));
        DISKS.forEach(it -> folders.add(setup.folder().file(it)));
        for (Path folder : folders) {
            Optional<SmallDisk> disk =
                    SmallDisk.tryMount(Files.createDirectories(folder), DISK_MEBIBYTES);
            if (disk.isEmpty()) {
                setup.say("no disk gets full, which needs root on Linux");
                kinds.removeIf(FaultKind::isFullDisk);
                return disks;
            }
            disks.put(folder, disk.get());
            boolean isKept = setup.folder().isKept() && !folder.equals(database);
            running.add(isKept ? disk.get()::closeAndKeepFiles : disk.get());
        }
        return disks;
    }

    /** Chooses the build and the clock of each service. */
    private void prepare(Services services) throws IOException {
        Optional<Path> library = FakeClock.library();
        if (library.isEmpty() && kinds.removeIf(FaultKind::isClock)) {
            setup.say("no clock is wrong: libfaketime is not installed");
        }
        for (RestartableProcess service : services.processes()) {
            if (options.from != null) {
                Path home = options.from.resolve("standalone/target/unchecked/millrace");
                service.builder().command().set(0, options.from.resolve("millrace").toString());
                service.builder().environment().put("MILLRACE_HOME", home.toString());
            }
            if (kinds.stream().anyMatch(FaultKind::isClock)) {
                FakeClock.of(service, setup.folder().path())
                        .install(service, library.orElseThrow());
            }
        }
    }

    private void run(Cluster cluster) throws IOException, InterruptedException, SQLException {
        try (var load = new Load(cluster, history, setup.clock(), options)) {
            awaitFirstResult(cluster);
            Map<String, Long> start = Footprint.of(cluster);
            setup.say("the load runs");
            harm(cluster);
            setup.say("the load ends");
            load.stop();
            while (!load.hasStopped()) {
                Thread.sleep(POLL_MILLIS);
                restartEnded(cluster);
            }
            load.failures().forEach(it -> report.problem("a client failed: " + it));
            check(cluster, start);
        }
    }

    private void awaitFirstResult(Cluster cluster) throws IOException, InterruptedException {
        long start = setup.ticker().getAsLong();
        while (history.answers().stream().noneMatch(History.ClientAnswer::isGood)) {
            if (setup.ticker().getAsLong() - start > START_TIMEOUT.toNanos()) {
                throw new IOException("no call was answered: " + history.answers());
            }
            Thread.sleep(POLL_MILLIS);
            restartEnded(cluster);
        }
    }

    private void harm(Cluster cluster) throws IOException, InterruptedException {
        var injector = new FaultInjector(setup.folder(), cluster);
        long start = setup.clock().millis();
        for (Fault fault : FaultPlan.of(options.seed, length, kinds).faults()) {
            idleUntil(start + fault.after().toMillis(), cluster);
            injector.prepare(fault);
            long from = setup.clock().millis();
            long running = running(cluster.simulator());
            String victim = inflict(injector, fault);
            long to = setup.clock().millis();
            inflicted.add(new Inflicted(fault.kind(), victim, from, to, running));
            setup.say(
                    "%s, %d s: %s of %s for %.1f s"
                            .formatted(
                                    Instant.ofEpochMilli(from),
                                    (from - start) / 1_000,
                                    fault.kind(),
                                    victim,
                                    (to - from) / 1e3));
            // Restarts of many processes can take longer than planned.
            start = Math.max(start, to - fault.end().toMillis());
        }
        idleUntil(start + length.toMillis(), cluster);
    }

    /** A fault that cannot be inflicted, or healed, is a problem, but not the end of the run. */
    private String inflict(FaultInjector injector, Fault fault) throws InterruptedException {
        try {
            return injector.inflict(fault);
        } catch (IOException | IllegalStateException e) {
            report.problem(fault + " failed: " + e);
            return "none";
        }
    }

    private void idleUntil(long millis, Cluster cluster) throws IOException, InterruptedException {
        for (long left = millis - setup.clock().millis();
                left > 0;
                left = millis - setup.clock().millis()) {
            Thread.sleep(Math.min(left, POLL_MILLIS));
            restartEnded(cluster);
            draw(cluster);
        }
    }

    /** Adds a row to the footprints from time to time. */
    private void draw(Cluster cluster) throws IOException {
        Instant now = setup.clock().instant();
        if (now.isAfter(nextDrawing)) {
            nextDrawing = now.plus(length.dividedBy(DRAWINGS));
            footprint.row(Footprint.row(now, cluster, setup.folder().path()));
        }
    }

    private void checkFootprint(Map<String, Long> before, Map<String, Long> after) {
        after.forEach(
                (name, end) -> {
                    long start = before.getOrDefault(name, 0L);
                    if (Footprint.isLeak(name, start, end)) {
                        report.problem(end + " " + name + ", at the start " + start);
                    }
                });
    }

    /** Restarts what has ended by itself, as an orchestrator would. */
    private void restartEnded(Cluster cluster) throws IOException {
        for (RestartableProcess process : cluster.processes()) {
            Integer code = process.restartIfEnded();
            if (code != null) {
                report.remark(process.name() + " ended by itself with " + code);
                setup.say(process.name() + " ended by itself with " + code);
            }
        }
    }

    private void check(Cluster cluster, Map<String, Long> start)
            throws IOException, InterruptedException, SQLException {
        Evidence evidence = awaitEnd(cluster);
        OutcomeCheck.Verdict verdict = new OutcomeCheck(evidence).verdict();
        report(verdict.problems());
        if (options.plant == null) {
            checkLogs();
            checkGateways(cluster.services().gateways(), evidence.outputs());
            checkFootprint(start, Footprint.of(cluster));
        }
        Map<String, Faults> faults = recoveries(evidence);
        List<Long> run = verdict.row(options.minutes, options.seed, inflicted.size());
        report.table("result", RunHistory.COLUMNS.toArray(String[]::new)).row(run.toArray());
        var outcomes = report.table("outcomes", "outcome", "jobs");
        evidence.outputs().results().stream()
                .collect(groupingBy(Outputs.Result::outcome, TreeMap::new, counting()))
                .forEach(outcomes::row);
        var table = report.table("faults", "fault", "times", "worst recovery s");
        faults.forEach((kind, it) -> table.row(kind, it.times(), it.worst()));
        if (options.record != null) {
            RunHistory.add(options.record, run, faults);
        }
    }

    /** Reports what the checker found. A planted fault is expected, and nothing else counts. */
    private void report(List<String> found) {
        Plant plant = options.plant;
        if (plant == null) {
            found.forEach(report::problem);
            return;
        }
        found.forEach(it -> report.remark("found: " + it));
        boolean isFound = found.stream().anyMatch(it -> it.contains(plant.problem()));
        String words = "%s after %d min of load".formatted(plant, options.minutes);
        if (isFound) {
            report.remark("found the planted " + words);
        } else {
            report.problem("did not find the planted " + words);
        }
    }

    private Map<String, Faults> recoveries(Evidence evidence) {
        List<Long> times =
                evidence.outputs().results().stream()
                        .filter(it -> it.isCalled() && it.text().isPresent())
                        .map(Outputs.Result::timestamp)
                        .sorted()
                        .toList();
        return inflicted.stream()
                .collect(
                        toMap(
                                it -> it.kind().toString(),
                                it -> new Faults(1, it.recoverySeconds(times)),
                                Faults::plus,
                                TreeMap::new));
    }

    /** Waits until nothing is open and the database has everything, or for a timeout. */
    private Evidence awaitEnd(Cluster cluster) throws IOException, InterruptedException {
        long fewest = Long.MAX_VALUE;
        long progress = 0;
        List<String> groups =
                List.of(
                        cluster.topics().routerGroup(),
                        cluster.topics().workerGroup(),
                        cluster.topics().retrievalGroup());
        while (true) {
            Thread.sleep(POLL_MILLIS);
            restartEnded(cluster);
            long now = setup.ticker().getAsLong();
            boolean isLate =
                    fewest != Long.MAX_VALUE
                            && now - progress
                                    > (options.plant == null ? DRAIN_TIMEOUT : PLANT_QUIET_TIME)
                                            .toNanos();
            try {
                Map<String, Long> open = cluster.reader().open(groups);
                long left =
                        running(cluster.simulator())
                                + open.values().stream().mapToLong(it -> it).sum();
                if (left < fewest) {
                    fewest = left;
                    progress = now;
                }
                if (left > 0 && !isLate) {
                    continue;
                }
                Evidence evidence = evidence(cluster);
                boolean isSettled = new OutcomeCheck(evidence).isSettled();
                if (isLate || isSettled) {
                    if (!open.isEmpty()) {
                        report.problem("open records: " + open);
                    }
                    return evidence;
                }
            } catch (KafkaException | IOException | SQLException e) {
                if (isLate) {
                    throw new IOException(e);
                }
            }
        }
    }

    /** Counts the running calls, also those whose clients have gone: they can still be billed. */
    private static long running(Simulator simulator) {
        TrafficCounts total = simulator.statistics().total();
        return total.calls() - total.outcomes().values().stream().mapToLong(it -> it).sum();
    }

    private Evidence evidence(Cluster cluster) throws SQLException {
        return new Evidence(
                history,
                Outputs.read(cluster.reader(), cluster.topics()),
                Outputs.Rows.read(cluster.jdbcUrl()),
                cluster.simulator().ledger().entries().stream()
                        .collect(
                                groupingBy(
                                        it -> jobOf(String.valueOf(it.caller().idempotencyKey())),
                                        mapping(Torture::call, toList()))),
                List.copyOf(inflicted));
    }

    /** Returns the job of a call, whose idempotency key tells calls of a fallback apart. */
    private static String jobOf(String idempotencyKey) {
        return idempotencyKey.split("-fallback-", 2)[0];
    }

    private static Call call(LoggedCall call) {
        var usage = call.usage();
        var priced =
                new TokenUsage(
                        usage.input(), usage.cachedInput(), usage.cacheWrite(), usage.output(), 0);
        return new Call(
                call.model(),
                LoadModel.PRICE.costOf(priced),
                call.time().toEpochMilli(),
                call.time().plus(call.duration()).toEpochMilli(),
                call.billed(),
                call.outcome() == CallOutcome.ANSWERED);
    }

    private void checkLogs() throws IOException {
        var secrets =
                Stream.concat(Stream.of(apiKey), history.secrets().stream())
                        .map(it -> it.split("-", 3)[2])
                        .toList();
        try (var files = Files.list(setup.folder().path())) {
            for (Path log : files.filter(it -> it.toString().endsWith(".log")).toList()) {
                if (secrets.stream().anyMatch(Files.readString(log, ISO_8859_1)::contains)) {
                    report.problem(log.getFileName() + " has a secret");
                }
            }
        }
    }

    /**
     * Replaced secrets of the clients' key are refused, and the current one is accepted. Each batch
     * that a client submitted has ended, as its results say.
     */
    private void checkGateways(List<URI> gateways, Outputs outputs)
            throws IOException, InterruptedException {
        String current = history.secrets().getLast();
        Map<String, Long> succeeded =
                outputs.results().stream()
                        .filter(it -> it.view().errorCode() == null)
                        .collect(groupingBy(it -> it.view().batch(), counting()));
        var wrong = new TreeSet<String>();
        try (var http = HttpClient.newHttpClient()) {
            for (URI gateway : gateways) {
                for (String secret : history.secrets()) {
                    int status = get(http, gateway.resolve("/v1/models"), secret).statusCode();
                    if ((status == HTTP_OK) != secret.equals(current)) {
                        report.problem(gateway + " answers " + status + " to a secret");
                    }
                }
            }
            FaultInjector.await(
                    () -> {
                        wrong.clear();
                        for (String id : history.batches().keySet()) {
                            URI uri = gateways.getFirst().resolve(BatchLoad.path(id));
                            String batch = get(http, uri, current).body();
                            if (!BatchLoad.hasEnded(batch, succeeded.getOrDefault(id, 0L))) {
                                wrong.add(batch);
                            }
                        }
                        return wrong.isEmpty();
                    });
        }
        wrong.forEach(it -> report.problem("not as its results: " + it));
    }

    private static HttpResponse<String> get(HttpClient http, URI uri, String secret)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + secret).build(),
                BodyHandlers.ofString());
    }
}
