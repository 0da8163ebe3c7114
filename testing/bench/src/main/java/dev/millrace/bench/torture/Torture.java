package dev.millrace.bench.torture;

import static java.net.HttpURLConnection.HTTP_OK;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import dev.millrace.bench.torture.ClientHistory.ClientAnswer;
import dev.millrace.bench.torture.FaultPlan.Fault;
import dev.millrace.bench.torture.PublishedRuns.Faults;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.standalone.log.Logging;
import dev.millrace.testclusters.RestartableProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/** One run: load, faults, recovery and comparison. Runs on the main thread. */
final class Torture {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration DRAIN_TIMEOUT = Duration.ofMinutes(6);

    /** A planted fault may keep jobs from ending, but not from being called. */
    private static final Duration PLANT_QUIET_TIME = Duration.ofMinutes(1);

    private static final long POLL_MILLIS = 2_000;
    private static final int DRAWINGS = 24;

    private final Setup setup;
    private final TortureCommand options;
    private final Duration length;
    private final Report report = new Report();
    private final ClientHistory history = new ClientHistory();
    private final List<InflictedFault> inflicted = new ArrayList<>();
    private final Set<FaultKind> kinds;
    private Instant nextDrawing = Instant.MIN;

    Torture(Setup setup, TortureCommand options) {
        this.setup = setup;
        this.options = options;
        length = Duration.ofMinutes(options.minutes);
        kinds = new TreeSet<>(options.plant == null ? options.faults : options.plant.faults());
    }

    Report run() throws IOException, InterruptedException {
        setup.say("seed " + options.seed);
        Logging.quietConnections();
        try (var starter = new ClusterStarter(setup, options, kinds)) {
            run(starter.start());
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return report;
    }

    private void run(Cluster cluster) throws IOException, InterruptedException, SQLException {
        try (var load = new Load(cluster, history, setup.clock(), options)) {
            awaitFirstResult(cluster);
            Map<String, Long> start = Footprint.of(cluster);
            setup.say("the load runs");
            harm(cluster);
            setup.say("the load ends");
            load.stop();
            // A planted fault may keep clients waiting.
            while (options.plant == null && !load.hasStopped()) {
                pause(POLL_MILLIS, cluster);
            }
            load.failures().forEach(it -> report.problem("a client failed: " + it));
            check(cluster, load.target(), start);
        }
    }

    private void awaitFirstResult(Cluster cluster) throws IOException, InterruptedException {
        long start = setup.ticker().getAsLong();
        while (history.answers().stream().noneMatch(ClientAnswer::isGood)) {
            if (setup.ticker().getAsLong() - start > START_TIMEOUT.toNanos()) {
                throw new IOException("no call was answered: " + history.answers());
            }
            pause(POLL_MILLIS, cluster);
        }
    }

    private void harm(Cluster cluster) throws IOException, InterruptedException {
        long start = setup.clock().millis();
        for (Fault fault : FaultPlan.of(options.seed, length, kinds).faults()) {
            idleUntil(start + fault.after().toMillis(), cluster);
            var injector = new FaultInjector(setup.folder(), cluster, fault);
            injector.prepare();
            long from = setup.clock().millis();
            long running = cluster.runningCalls();
            String victim = inflict(injector);
            long to = setup.clock().millis();
            inflicted.add(new InflictedFault(fault.kind(), victim, from, to, running));
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
    private String inflict(FaultInjector injector) throws InterruptedException {
        try {
            return injector.inflict();
        } catch (IOException | IllegalStateException e) {
            report.problem(injector.fault() + " failed: " + e);
            return "none";
        }
    }

    private void idleUntil(long millis, Cluster cluster) throws IOException, InterruptedException {
        while (setup.clock().millis() < millis) {
            pause(Math.clamp(millis - setup.clock().millis(), 0, POLL_MILLIS), cluster);
            draw(cluster);
        }
    }

    /** Waits, then restarts what has ended by itself, as an orchestrator would. */
    private void pause(long millis, Cluster cluster) throws IOException, InterruptedException {
        Thread.sleep(millis);
        for (RestartableProcess process : cluster.processes()) {
            Integer code = process.restartIfEnded();
            if (code != null) {
                report.remark(process.name() + " ended by itself with " + code);
                setup.say(process.name() + " ended by itself with " + code);
            }
        }
    }

    /** Adds a row to the footprints from time to time. */
    private void draw(Cluster cluster) throws IOException {
        Instant now = setup.clock().instant();
        if (now.isAfter(nextDrawing)) {
            nextDrawing = now.plus(length.dividedBy(DRAWINGS));
            Map<String, Object> row = Footprint.row(now, cluster, setup.folder().path());
            String[] columns = row.keySet().toArray(String[]::new);
            report.table("footprint", columns).row(row.values().toArray());
        }
    }

    private void checkFootprint(Map<String, Long> before, Map<String, Long> after) {
        for (var end : after.entrySet()) {
            long start = before.getOrDefault(end.getKey(), 0L);
            if (Footprint.isLeak(end.getKey(), start, end.getValue())) {
                report.problem(end + ", at the start " + start);
            }
        }
    }

    private void check(Cluster cluster, Load.Target target, Map<String, Long> start)
            throws IOException, InterruptedException, SQLException {
        Evidence evidence = awaitEnd(cluster);
        OutcomeCheck.Verdict verdict = new OutcomeCheck(evidence).verdict();
        report(verdict.problems());
        if (options.plant == null) {
            checkLogs();
            checkSecrets(target);
            checkBatches(target, evidence.outputs());
            checkFootprint(start, Footprint.of(cluster));
        }
        Map<String, Faults> faults = recoveries(evidence);
        List<Long> run = verdict.row(options.minutes, options.seed, inflicted.size());
        report.table("result", PublishedRuns.COLUMNS.toArray(String[]::new)).row(run.toArray());
        var outcomes = report.table("outcomes", "outcome", "jobs");
        evidence.outputs().results().stream()
                .collect(groupingBy(Outputs.Result::outcome, TreeMap::new, counting()))
                .forEach(outcomes::row);
        var table = report.table("faults", "fault", "times", "worst recovery s");
        faults.forEach((kind, it) -> table.row(kind, it.times(), it.worst()));
        if (options.record != null) {
            PublishedRuns.add(options.record, run, faults);
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
        if (found.stream().anyMatch(Pattern.compile(plant.problem()).asPredicate())) {
            report.remark("found the planted " + plant);
        } else {
            report.problem("did not find the planted " + plant);
        }
    }

    private Map<String, Faults> recoveries(Evidence evidence) {
        List<Long> times =
                evidence.outputs().results().stream()
                        .filter(it -> it.isCalled() && it.text().isPresent())
                        .map(Outputs.Result::timestamp)
                        .sorted()
                        .toList();
        var faults = new TreeMap<String, Faults>();
        for (InflictedFault it : inflicted) {
            faults.merge(
                    it.kind().toString(), new Faults(1, it.recoverySeconds(times)), Faults::plus);
        }
        return faults;
    }

    /** Waits until nothing is open and the database has everything, or for a timeout. */
    private Evidence awaitEnd(Cluster cluster) throws IOException, InterruptedException {
        Duration patience = options.plant == null ? DRAIN_TIMEOUT : PLANT_QUIET_TIME;
        long fewest = Long.MAX_VALUE;
        long progress = setup.ticker().getAsLong();
        while (true) {
            pause(POLL_MILLIS, cluster);
            boolean isLate = setup.ticker().getAsLong() - progress > patience.toNanos();
            try {
                Map<String, Long> open = cluster.openRecords();
                long left = open.values().stream().reduce(cluster.runningCalls(), Long::sum);
                if (left < fewest) {
                    fewest = left;
                    progress = setup.ticker().getAsLong();
                }
                Evidence evidence = left == 0 || isLate ? evidence(cluster) : null;
                if (evidence != null && (isLate || new OutcomeCheck(evidence).isSettled())) {
                    if (!open.isEmpty() && options.plant == null) {
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

    private Evidence evidence(Cluster cluster) throws SQLException {
        return new Evidence(
                history,
                Outputs.read(cluster.reader(), cluster.topics()),
                Outputs.stored(cluster.jdbcUrl()),
                Evidence.calls(cluster.simulator().ledger().entries()),
                cluster.services().refusedByProvider(),
                List.copyOf(inflicted));
    }

    private void checkLogs() throws IOException {
        var secrets =
                Stream.concat(Stream.of(Services.FIRST_API_KEY), history.secrets().stream())
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

    /** Replaced secrets of the clients' key are refused, and the current one is accepted. */
    private void checkSecrets(Load.Target target) throws InterruptedException {
        for (URI gateway : target.gateways()) {
            for (String secret : history.secrets()) {
                var request = Load.Target.request(gateway.resolve("/v1/models"), secret);
                int status = target.send(request).map(HttpResponse::statusCode).orElse(0);
                if ((status == HTTP_OK) != secret.equals(history.secrets().getLast())) {
                    report.problem(gateway + " answers " + status + " to a secret");
                }
            }
        }
    }

    /** Each batch that a client submitted has ended, as its results say. */
    private void checkBatches(Load.Target target, Outputs outputs)
            throws IOException, InterruptedException {
        Map<String, Set<String>> ended =
                outputs.results().stream()
                        .map(Outputs.Result::view)
                        .filter(it -> it.errorCode() == null)
                        .collect(
                                groupingBy(ResultView::batch, mapping(ResultView::jobId, toSet())));
        var wrong = new TreeSet<String>();
        FaultInjector.await(
                () -> {
                    wrong.clear();
                    for (String id : history.batches().keySet()) {
                        URI uri = target.gateways().getFirst().resolve(BatchLoad.path(id));
                        var request = Load.Target.request(uri, history.secrets().getLast());
                        String batch = target.send(request).map(HttpResponse::body).orElse("{}");
                        if (!BatchLoad.hasEnded(batch, ended.getOrDefault(id, Set.of()).size())) {
                            wrong.add(batch);
                        }
                    }
                    return wrong.isEmpty();
                });
        wrong.forEach(it -> report.problem("not as its results: " + it));
    }
}
