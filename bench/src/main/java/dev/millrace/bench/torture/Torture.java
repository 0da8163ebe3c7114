package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.torture.FaultPlan.Fault;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.simulator.traffic.TrafficCounts;
import dev.millrace.standalone.cluster.TopicAdmin;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** One run: load, faults, recovery and comparison. Runs on the main thread. */
final class Torture {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(6);
    private static final long POLL_MILLIS = 2_000;
    private static final Price PRICE = Price.of(BigDecimal.ONE, BigDecimal.TWO);

    private final Setup setup;
    private final Options options;
    private final Report report = new Report();
    private final History history = new History();
    private final List<Inflicted> inflicted = new ArrayList<>();
    private final Set<FaultKind> kinds;
    private final String apiKey;

    /**
     * What a run does.
     *
     * @param length of the load
     * @param rate plain records per second
     * @param callers clients of the gateways
     * @param latency factor of the provider's latencies
     * @param from checkout whose build runs until a rolling restart; null = this build
     */
    record Options(
            Duration length,
            long seed,
            Set<FaultKind> faults,
            int rate,
            int callers,
            double latency,
            @Nullable Path from) {}

    /** A fault that happened, in milliseconds of the clock. */
    private record Inflicted(FaultKind kind, long from, long to) {}

    /** All parts of the cluster. */
    private record Cluster(
            Topics topics,
            Brokers brokers,
            Services services,
            PostgresProcess database,
            Simulator simulator,
            TopicReader reader) {}

    Torture(Setup setup, Options options) {
        this.setup = setup;
        this.options = options;
        kinds = new TreeSet<>(options.faults());
        apiKey = "sk-torture-" + Long.toHexString(options.seed()) + "-secret";
    }

    Report run() throws IOException, InterruptedException {
        setup.say("seed " + options.seed());
        var settings =
                SimulatorSettings.parse(
                        "torture", LoadModel.simulator(options.seed(), apiKey, options.latency()));
        Path data = Files.createTempDirectory("millrace-postgres");
        data.toFile().deleteOnExit();
        var disks = new SmallDisks();
        mount(disks, data);
        try (disks;
                var database = new PostgresProcess(data);
                var simulator = Simulator.start(settings, "127.0.0.1", 0);
                var brokers = new Brokers(setup.folder(), Services.names())) {
            var ports = new Services.Ports(database.port(), simulator.port());
            try (var services = new Services(setup.folder(), brokers, ports, apiKey)) {
                Runtime.getRuntime()
                        .addShutdownHook(
                                new Thread(
                                        () -> killAll(brokers, services, database, disks), "kill"));
                var reader = new TopicReader(brokers.servers());
                var topics = createTopics(brokers.servers(), simulator.port());
                prepare(services);
                services.start();
                run(new Cluster(topics, brokers, services, database, simulator, reader));
            }
        } catch (SQLException | ExecutionException e) {
            throw new IOException(e);
        }
        return report;
    }

    /** Mounts the disks that can get full. */
    private void mount(SmallDisks disks, Path database) throws IOException {
        if (kinds.stream().noneMatch(FaultKind::isFullDisk)) {
            return;
        }
        try {
            disks.mount(database);
            disks.mount(Services.files(setup.folder()));
            for (String name : List.of("r1", "r2", "broker0", "broker1", "broker2")) {
                disks.mount(setup.folder().file(name));
            }
        } catch (IOException e) {
            setup.say("no disk gets full, which needs root on Linux: " + e.getMessage());
            kinds.removeIf(FaultKind::isFullDisk);
        }
    }

    /** Chooses the build and the clock of each service. */
    private void prepare(Services services) throws IOException {
        Optional<Path> library = FakeClock.library();
        if (library.isEmpty() && kinds.removeIf(FaultKind::isClock)) {
            setup.say("no clock is wrong: libfaketime is not installed");
        }
        for (RestartableProcess service : services.processes()) {
            if (options.from() != null) {
                Path home = options.from().resolve("standalone/target/unchecked/millrace");
                service.builder().command().set(0, options.from().resolve("millrace").toString());
                service.builder().environment().put("MILLRACE_HOME", home.toString());
            }
            if (kinds.stream().anyMatch(FaultKind::isClock)) {
                FakeClock.of(service, setup.folder()).install(service, library.orElseThrow());
            }
        }
    }

    /** Leaves no process behind when a signal ends this one. */
    private static void killAll(
            Brokers brokers, Services services, PostgresProcess database, SmallDisks disks) {
        services.kill();
        brokers.nodes().forEach(RestartableProcess::kill);
        try (disks;
                database) {
            // Both are closed.
        } catch (IOException alreadyClosed) {
            // The run has ended normally and closed them.
        }
    }

    private Topics createTopics(String servers, int provider)
            throws InterruptedException, ExecutionException {
        MillraceConfig config =
                new ConfigLoader(Map.of(Services.API_KEY, apiKey))
                        .parse("torture", Services.configuration(servers, provider));
        int timeout = (int) START_TIMEOUT.toMillis();
        try (var admin =
                Admin.create(
                        Map.of("bootstrap.servers", servers, "default.api.timeout.ms", timeout))) {
            while (admin.describeCluster().nodes().get().size() < Brokers.COUNT) {
                Thread.sleep(POLL_MILLIS);
            }
            new TopicAdmin(admin).apply(TopicPlan.of(config));
        }
        return new Topics(config.topics().prefix());
    }

    private void run(Cluster cluster)
            throws IOException, InterruptedException, ExecutionException, SQLException {
        try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var target =
                    new Load.Target(
                            cluster.topics(),
                            cluster.services().gateways(),
                            http,
                            history,
                            new Marker(options.seed()),
                            options.rate());
            try (var load = new Load(target, cluster.brokers().servers())) {
                load.start(options.seed(), options.callers(), setup.clock());
                awaitFirstResult(cluster);
                setup.say("the load runs");
                harm(cluster);
                setup.say("the load ends");
                load.stop();
            }
            http.shutdownNow();
        }
        check(cluster);
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
        var injector =
                new FaultInjector(
                        setup.folder(),
                        cluster.topics(),
                        cluster.services(),
                        cluster.brokers(),
                        cluster.database(),
                        cluster.simulator());
        long start = setup.clock().millis();
        for (Fault fault : FaultPlan.of(options.seed(), options.length(), kinds).faults()) {
            idleUntil(start + fault.after().toMillis(), cluster);
            long from = setup.clock().millis();
            String victim = injector.inflict(fault);
            inflicted.add(new Inflicted(fault.kind(), from, setup.clock().millis()));
            setup.say(
                    "%d s: %s of %s for %.1f s"
                            .formatted(
                                    (from - start) / 1_000,
                                    fault.kind(),
                                    victim,
                                    (setup.clock().millis() - from) / 1e3));
            // Restarts of many processes can take longer than planned.
            start += Math.max(0, setup.clock().millis() - from - fault.lasts().toMillis());
        }
        idleUntil(start + options.length().toMillis(), cluster);
    }

    private void idleUntil(long millis, Cluster cluster) throws IOException, InterruptedException {
        for (long left = millis - setup.clock().millis();
                left > 0;
                left = millis - setup.clock().millis()) {
            Thread.sleep(Math.min(left, POLL_MILLIS));
            restartEnded(cluster);
        }
    }

    /** Restarts what has ended by itself, as an orchestrator would. */
    private void restartEnded(Cluster cluster) throws IOException {
        var all = new ArrayList<>(cluster.services().processes());
        all.addAll(cluster.brokers().nodes());
        for (RestartableProcess process : all) {
            Integer code = process.restartIfEnded();
            if (code != null) {
                report.remark(process.name() + " ended by itself with " + code);
                setup.say(process.name() + " ended by itself with " + code);
            }
        }
    }

    private void check(Cluster cluster) throws IOException, InterruptedException, SQLException {
        Evidence evidence = awaitEnd(cluster);
        OutcomeCheck.Verdict verdict = new OutcomeCheck(evidence).verdict();
        verdict.problems().forEach(report::problem);
        checkLogs();
        report.table(
                        "result",
                        "minutes",
                        "faults",
                        "jobs",
                        "lost",
                        "doubled",
                        "re-billed",
                        "uncertain",
                        "seed")
                .row(
                        options.length().toMinutes(),
                        inflicted.size(),
                        verdict.jobs(),
                        verdict.lost(),
                        verdict.doubled(),
                        verdict.rebilled(),
                        verdict.uncertain(),
                        String.valueOf(options.seed()));
        reportRecovery(evidence);
    }

    private void reportRecovery(Evidence evidence) {
        List<Long> times =
                evidence.outputs().results().stream()
                        .map(Outputs.Result::timestamp)
                        .sorted()
                        .toList();
        Map<FaultKind, List<Double>> gaps = new EnumMap<>(FaultKind.class);
        for (Inflicted fault : inflicted) {
            Duration gap = Recovery.longestGap(times, fault.from(), fault.to());
            gaps.computeIfAbsent(fault.kind(), _ -> new ArrayList<>()).add(gap.toMillis() / 1e3);
        }
        var table = report.table("faults", "fault", "times", "worst recovery s");
        gaps.forEach(
                (kind, all) ->
                        table.row(
                                kind.toString(),
                                all.size(),
                                all.stream().mapToDouble(it -> it).max().orElse(0)));
    }

    /** Waits until nothing is open and the database has everything, or for a timeout. */
    private Evidence awaitEnd(Cluster cluster)
            throws IOException, InterruptedException, SQLException {
        long start = setup.ticker().getAsLong();
        List<String> groups =
                List.of(cluster.topics().routerGroup(), cluster.topics().workerGroup());
        while (true) {
            Thread.sleep(POLL_MILLIS);
            restartEnded(cluster);
            boolean isLate = setup.ticker().getAsLong() - start > DRAIN_TIMEOUT.toNanos();
            try {
                Evidence evidence = evidence(cluster);
                Map<String, Long> open = cluster.reader().open(groups);
                boolean isStored =
                        evidence.database().costs().size() == evidence.outputs().costs().size()
                                && evidence.database().results().size()
                                        == evidence.outputs().results().size();
                boolean isQuiet = open.isEmpty() && !isCalling(cluster.simulator());
                if (isLate || (evidence.isAnswered() && isQuiet && isStored)) {
                    if (!open.isEmpty()) {
                        report.problem("open records: " + open);
                    }
                    return evidence;
                }
            } catch (KafkaException | IOException e) {
                if (isLate) {
                    throw new IOException(e);
                }
            }
        }
    }

    /** Returns true while a call runs, also one whose client has gone: it can still be billed. */
    private static boolean isCalling(Simulator simulator) {
        TrafficCounts total = simulator.statistics().total();
        return total.calls() > total.outcomes().values().stream().mapToLong(it -> it).sum();
    }

    private Evidence evidence(Cluster cluster) throws SQLException {
        return new Evidence(
                history.records(),
                history.answers(),
                history.batches(),
                history.cancelled(),
                Outputs.read(cluster.reader(), cluster.topics()),
                new DatabaseReader(PostgresProcess.url(cluster.database().port())).rows(),
                cluster.simulator().ledger().entries().stream()
                        .filter(LoggedCall::billed)
                        .collect(
                                groupingBy(
                                        it -> String.valueOf(it.caller().idempotencyKey()),
                                        mapping(Torture::cost, toList()))));
    }

    private static BigDecimal cost(LoggedCall call) {
        var usage = call.usage();
        return PRICE.costOf(
                new TokenUsage(
                        usage.input(), usage.cachedInput(), usage.cacheWrite(), usage.output(), 0));
    }

    private void checkLogs() throws IOException {
        try (var files = Files.list(setup.folder().path())) {
            for (Path log : files.filter(it -> it.toString().endsWith(".log")).toList()) {
                if (Files.readString(log, ISO_8859_1).contains(apiKey)) {
                    report.problem(log.getFileName() + " has the provider's key");
                }
            }
        }
    }
}
