package dev.millrace.bench.quota;

import dev.millrace.bench.cluster.BenchCluster;
import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.bench.quota.QuotaPlan.Part;
import dev.millrace.bench.quota.QuotaTrial.Setting;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Measures the parts of a plan one after another on its own broker. Used by one thread. */
final class QuotaBench {
    /** Numbers of workers, each for an equal part of the time. */
    private static final List<Integer> WORKERS = List.of(1, 2, 4, 3);

    private static final int BATCH_WORKERS = 4;
    private static final List<String> MODELS =
            List.of(BenchPipeline.MODEL, BenchPipeline.OTHER_MODEL);
    private static final int WORKERS_OF_A_MODEL = 2;

    /** A batch may take this many times as long as the limit allows. */
    private static final int BATCH_PATIENCE = 5;

    private static final Duration MIN_BATCH_TIME = Duration.ofMinutes(1);

    private final QuotaPlan plan;
    private final WorkFolder folder;
    private final Terminal terminal;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final List<UseRow> workers = new ArrayList<>();
    private final List<LimitSearch> searches = new ArrayList<>();
    private final List<UseRow> batches = new ArrayList<>();
    private final List<UseRow> models = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    QuotaBench(
            QuotaPlan plan,
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
     * Measures all parts of the plan.
     *
     * @throws IOException when a process does not start or the broker fails
     */
    QuotaFigures measure() throws IOException, InterruptedException {
        try (var cluster = BenchCluster.start(folder)) {
            if (plan.parts().contains(Part.WORKERS)) {
                measureWorkers(cluster);
            }
            if (plan.parts().contains(Part.SEARCH)) {
                measureSearch(cluster, "search-headers", "by headers", true);
                measureSearch(cluster, "search-429", "by 429s alone", false);
            }
            if (plan.parts().contains(Part.BATCHES)) {
                for (int jobs : plan.batches()) {
                    measureBatch(cluster, jobs);
                }
            }
            if (plan.parts().contains(Part.MODELS)) {
                measureModels(cluster);
            }
        }
        return new QuotaFigures(workers, searches, batches, models, problems);
    }

    private void measureWorkers(BenchCluster cluster) throws IOException {
        try (var trial = trial(cluster, "workers", true, limits())) {
            trial.publish(plan.backlog());
            List<Instant> changes = new ArrayList<>();
            for (int count : WORKERS) {
                terminal.say("measuring " + count + " workers");
                Instant change = trial.resize(count);
                if (changes.isEmpty()) {
                    trial.awaitFirstCall();
                    change = trial.now();
                }
                changes.add(change);
                trial.pass(plan.time().dividedBy(WORKERS.size()));
            }
            Instant end = trial.now();
            finish(trial, "workers");
            changes.add(end);
            CallTimeline calls = trial.calls();
            for (int i = 0; i < WORKERS.size(); i++) {
                workers.add(
                        use(
                                trial,
                                Integer.toString(WORKERS.get(i)),
                                calls,
                                changes.get(i),
                                changes.get(i + 1)));
            }
            workers.add(use(trial, "all", calls, changes.getFirst(), end));
        }
    }

    private UseRow use(
            QuotaTrial trial, String name, CallTimeline calls, Instant from, Instant to) {
        return UseRow.of(name, calls, from, to, plan.perMinute())
                .withStolen(trial.stolen(from, to));
    }

    private void measureSearch(BenchCluster cluster, String name, String title, boolean hasHeaders)
            throws IOException {
        terminal.say("measuring an unknown limit, found " + title);
        try (var trial = trial(cluster, name, hasHeaders, "")) {
            trial.publish(plan.backlog());
            trial.resize(1);
            trial.awaitFirstCall();
            trial.pass(plan.time());
            Instant end = trial.now();
            finish(trial, name);
            searches.add(LimitSearch.of(title, trial.calls(), end, plan.perMinute()));
        }
    }

    private void measureBatch(BenchCluster cluster, int jobs)
            throws IOException, InterruptedException {
        terminal.say("measuring a batch of " + jobs);
        try (var trial = trial(cluster, "batch-" + jobs, true, limits())) {
            trial.resize(BATCH_WORKERS);
            trial.awaitWorkers(BATCH_WORKERS);
            trial.publish(jobs);
            Duration expected =
                    Duration.ofMinutes(1).multipliedBy(jobs).dividedBy(plan.perMinute());
            Duration timeout = MIN_BATCH_TIME.plus(expected.multipliedBy(BATCH_PATIENCE));
            if (!trial.awaitAnswered(jobs, timeout)) {
                problems.add("batch of " + jobs + ": some jobs were not called");
            }
            finish(trial, "batch of " + jobs);
            CallTimeline calls = trial.calls();
            UseRow row =
                    UseRow.ofBatch(
                            String.format(Locale.ROOT, "%,d", jobs), calls, plan.perMinute());
            batches.add(
                    calls.isEmpty()
                            ? row
                            : row.withStolen(trial.stolen(calls.first(), calls.last())));
        }
    }

    /** Lets two models share a limit, and then leaves the limit to one of them. */
    private void measureModels(BenchCluster cluster) throws IOException, InterruptedException {
        terminal.say("measuring a limit that two models share");
        var setting = new Setting("models", MODELS, provided(true), limits(), "");
        try (var trial = new QuotaTrial(context(cluster), setting)) {
            trial.resize(WORKERS_OF_A_MODEL);
            trial.awaitWorkers(MODELS.size() * WORKERS_OF_A_MODEL);
            trial.publish(plan.backlog(), MODELS.getFirst());
            trial.publish(plan.halfOfTheTime() / MODELS.size(), MODELS.getLast());
            trial.awaitFirstCall();
            trial.pass(plan.time());
            Instant end = trial.now();
            finish(trial, "models");
            CallTimeline all = trial.calls();
            CallTimeline ended = trial.calls(MODELS.getLast());
            if (all.isEmpty() || ended.isEmpty()) {
                problems.add("models: a model was not called");
                return;
            }
            models.add(use(trial, "2", all, all.first(), ended.last()));
            models.add(use(trial, "1", all, ended.last(), end));
            models.add(use(trial, "all", all, all.first(), end));
        }
    }

    private void finish(QuotaTrial trial, String name) {
        trial.problem().ifPresent(it -> problems.add(name + ": " + it));
    }

    /** Returns the configured limits of a model or a provider. */
    private String limits() {
        return "limits: { requests_per_minute: " + plan.perMinute() + " }";
    }

    /** Returns the limits that the provider keeps. */
    private String provided(boolean hasHeaders) {
        return "{ requests_per_minute: "
                + plan.perMinute()
                + ", window: sliding, headers: "
                + hasHeaders
                + " }";
    }

    private QuotaTrial.Context context(BenchCluster cluster) {
        return new QuotaTrial.Context(folder, cluster, clock, ticker);
    }

    /** Starts a provider of one model. */
    private QuotaTrial trial(
            BenchCluster cluster, String name, boolean hasHeaders, String ofModel) {
        var setting =
                new Setting(name, List.of(BenchPipeline.MODEL), provided(hasHeaders), "", ofModel);
        return new QuotaTrial(context(cluster), setting);
    }
}
