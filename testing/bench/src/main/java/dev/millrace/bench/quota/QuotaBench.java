package dev.millrace.bench.quota;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.figures.StolenTime;
import dev.millrace.bench.measurement.Report;
import dev.millrace.bench.measurement.Setup;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures parts one after another on its own broker. Used by one thread.
 *
 * @param perMinute the provider's limit of requests in any minute
 * @param time length of each measurement except of the batches
 * @param batches sizes of the batches
 * @param report what the figures are added to
 */
record QuotaBench(
        Setup setup,
        Set<QuotaPart> parts,
        int perMinute,
        Duration time,
        List<Integer> batches,
        Report report) {
    /** Numbers of workers, each for an equal part of the time. */
    private static final List<Integer> WORKERS = List.of(1, 2, 4, 3);

    private static final int BATCH_WORKERS = 4;

    /** A batch may take this many times as long as the limit allows. */
    private static final int BATCH_PATIENCE = 5;

    private static final Duration MIN_BATCH_TIME = Duration.ofMinutes(1);

    /** Backlogs are larger than the limit allows, so that work never runs out. */
    private static final double BACKLOG_SURPLUS = 1.2;

    private static final double SECONDS_PER_MINUTE = 60;
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double PERCENT = 100;
    private static final double MIN_USE = 98;
    private static final double MIN_BATCH_USE = 97;
    private static final double MAX_THROTTLED = 0.1;
    private static final double MAX_SEARCH_SECONDS = 60;

    Report measure() throws IOException, InterruptedException {
        try (var cluster = BenchCluster.start(setup.folder())) {
            if (parts.contains(QuotaPart.WORKERS)) {
                measureWorkers(cluster);
            }
            if (parts.contains(QuotaPart.SEARCH)) {
                measureSearch(cluster, "search-headers", true);
                measureSearch(cluster, "search-429s", false);
            }
            if (parts.contains(QuotaPart.BATCHES)) {
                for (int jobs : batches) {
                    measureBatch(cluster, jobs);
                }
            }
        }
        return report;
    }

    private void measureWorkers(BenchCluster cluster) throws IOException {
        try (var trial = trial(cluster, "workers", true, true)) {
            trial.publish(backlog());
            List<Instant> changes = new ArrayList<>();
            List<StolenTime> stolen = new ArrayList<>();
            for (int count : WORKERS) {
                setup.say("measuring " + count + " workers");
                trial.resize(count);
                if (changes.isEmpty()) {
                    trial.awaitFirstCall();
                }
                changes.add(setup.clock().instant());
                stolen.add(StolenTime.now());
                trial.pass(time.dividedBy(WORKERS.size()));
            }
            changes.add(setup.clock().instant());
            stolen.add(StolenTime.now());
            trial.problem().ifPresent(it -> report.problem("workers: " + it));
            CallTimeline calls = trial.calls();
            for (int i = 0; i < WORKERS.size(); i++) {
                LimitUse use = LimitUse.of(calls, changes.get(i), changes.get(i + 1), perMinute);
                addUse(
                        WORKERS.get(i) + " workers",
                        use,
                        stolen.get(i + 1).percentSince(stolen.get(i)));
            }
            LimitUse all = LimitUse.of(calls, changes.getFirst(), changes.getLast(), perMinute);
            addUse("all workers", all, stolen.getLast().percentSince(stolen.getFirst()));
            addTargets("all workers", all, MIN_USE);
        }
    }

    private void measureSearch(BenchCluster cluster, String name, boolean hasHeaders)
            throws IOException {
        setup.say("measuring an unknown limit: " + name);
        try (var trial = trial(cluster, name, hasHeaders, false)) {
            trial.publish(backlog());
            trial.resize(1);
            trial.awaitFirstCall();
            trial.pass(time);
            Instant end = setup.clock().instant();
            trial.problem().ifPresent(it -> report.problem(name + ": " + it));
            LimitSearch search = LimitSearch.of(trial.calls(), end, perMinute);
            Double found = search.found().map(QuotaBench::seconds).orElse(null);
            report.table("unknown limit", "search", "found after s", "429s before", "use % after")
                    .row(name, found, search.throttled(), PERCENT * search.after().use());
            if (found != null) {
                report.atMost(MAX_SEARCH_SECONDS, name + ": found after s", found);
                addTargets(name, search.after(), MIN_USE);
            } else {
                report.remark(name + ": the limit was not found");
            }
        }
    }

    private void measureBatch(BenchCluster cluster, int jobs)
            throws IOException, InterruptedException {
        String name = String.format(Locale.ROOT, "batch of %,d", jobs);
        setup.say("measuring a " + name);
        try (var trial = trial(cluster, "batch-" + jobs, true, true)) {
            trial.resize(BATCH_WORKERS);
            trial.awaitWorkers(BATCH_WORKERS);
            StolenTime before = StolenTime.now();
            trial.publish(jobs);
            Duration expected = Duration.ofMinutes(1).multipliedBy(jobs).dividedBy(perMinute);
            Duration timeout = MIN_BATCH_TIME.plus(expected.multipliedBy(BATCH_PATIENCE));
            if (!trial.awaitAnswered(jobs, timeout)) {
                report.problem(name + ": some jobs were not called");
            }
            trial.problem().ifPresent(it -> report.problem(name + ": " + it));
            LimitUse use = LimitUse.ofBatch(trial.calls(), perMinute);
            addUse(name, use, StolenTime.now().percentSince(before));
            addTargets(name, use, MIN_BATCH_USE);
        }
    }

    private void addUse(String name, LimitUse use, @Nullable Double stolen) {
        report.table("use", "of", "seconds", "calls", "use %", "429s", "429s %", "stolen %")
                .row(
                        name,
                        seconds(use.time()),
                        use.answered(),
                        PERCENT * use.use(),
                        use.throttled(),
                        PERCENT * use.throttledShare(),
                        stolen);
    }

    private void addTargets(String name, LimitUse use, double minUse) {
        report.atLeast(minUse, name + ": use %", PERCENT * use.use());
        report.atMost(MAX_THROTTLED, name + ": 429s %", PERCENT * use.throttledShare());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / MILLIS_PER_SECOND;
    }

    /** Returns the size of a backlog that lasts longer than the measurement. */
    private int backlog() {
        double seconds = time.toSeconds() + SECONDS_PER_MINUTE;
        return (int) Math.ceil(BACKLOG_SURPLUS * perMinute * seconds / SECONDS_PER_MINUTE);
    }

    private QuotaTrial trial(
            BenchCluster cluster, String name, boolean hasHeaders, boolean isConfigured)
            throws IOException {
        String limits = isConfigured ? "limits: { requests_per_minute: " + perMinute + " }" : "";
        String provided =
                "{ requests_per_minute: "
                        + perMinute
                        + ", window: sliding, headers: "
                        + hasHeaders
                        + " }";
        return new QuotaTrial(setup, cluster, name, provided, limits);
    }
}
