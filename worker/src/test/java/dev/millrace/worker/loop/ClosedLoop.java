package dev.millrace.worker.loop;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Limits;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.WorkerFeatures;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.outcome.OutputRecords;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.quota.PermitSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop in simulated time: a backlog of one model, the worker's real loop with its limits,
 * found limits, breakers and retries, and a {@link ProviderModel}. A call starts when an earlier
 * one has ended, so that each refusal changes what follows.
 */
public final class ClosedLoop {
    /** Time of a turn that waits for nothing. */
    private static final Duration TURN = Duration.ofNanos(100_000);

    private final Settings settings;
    private final FakeTime time = new FakeTime();
    private final FakeCluster cluster = new FakeCluster();
    private final WorkerLoop loop;
    private final List<EndedCall> calls = new ArrayList<>();
    private final List<Duration> finished = new ArrayList<>();
    private final List<Duration> openings = new ArrayList<>();
    private int inFlight;
    private int outputs;
    private int failedJobs;
    private boolean isOpen;

    /**
     * The worker and its jobs.
     *
     * @param jobs number of jobs, all written at the start
     * @param worker keys of the {@code worker} section, such as {@code "max_in_flight: 3"}
     * @param limits configured limits of the model
     */
    public record Settings(int jobs, String worker, Limits limits, long seed) {}

    /**
     * A call that has ended.
     *
     * @param started time of its start, since the start of the simulation
     */
    public record EndedCall(ProviderModel.Reply reply, Duration started) {
        public Duration ended() {
            return started.plus(reply.took());
        }
    }

    public ClosedLoop(Settings settings, ProviderModel provider) {
        this.settings = settings;
        cluster.jobs(0, settings.jobs());
        var source = new FakeSource(cluster, time);
        var registry = new SimpleMeterRegistry();
        WorkerConfig config =
                new ConfigLoader(Map.of())
                        .parse("test", "worker: { instance: w, " + settings.worker() + " }")
                        .worker();
        loop =
                new WorkerLoop(
                        new WorkerLoop.Ports(
                                source,
                                new FakeLog(cluster),
                                new FakeTopics(cluster),
                                new SimulatedCalls(provider),
                                new FakeControl(),
                                PermitSource.LOCAL),
                        new FakeMailbox(time),
                        served(settings.limits()),
                        config,
                        new Timing(time.clock(), new SplittableRandom(settings.seed())),
                        new Breakers(
                                config.breaker(),
                                time.clock(),
                                _ -> 1,
                                new BreakerReporter(registry)),
                        new LoopFeatures(
                                Prompts.NONE, WorkerFeatures.searches(), CallFollower.NONE),
                        registry);
        loop.subscribe(List.of(FakeCluster.TOPIC));
        source.assign(0);
    }

    private static ServedModels served(Limits limits) {
        var model = Model.of(FakeCluster.MODEL, "p", Price.of("1", "2")).withLimits(limits);
        return new ServedModels(
                Map.of(model.name(), model),
                Map.of(FakeCluster.TOPIC, new JobTopic(FakeCluster.MODEL, Lane.NORMAL)),
                new FallbackModels(Map.of()),
                "v1",
                new OutputRecords(new Topics("millrace."), 1 << 20),
                ConfiguredLimits.NONE,
                _ -> 1,
                false);
    }

    /** Runs until all jobs have ended, at most until the given time since the start. */
    public ClosedLoop runUntil(Duration end) {
        while (endedJobs() < settings.jobs() && time.passed().compareTo(end) < 0) {
            Duration before = time.passed();
            loop.runOnce();
            if (time.passed().equals(before)) {
                time.await(TURN);
            }
            readResults();
            boolean wasOpen = isOpen;
            isOpen = !loop.report().open().isEmpty();
            if (isOpen && !wasOpen) {
                openings.add(time.passed());
            }
        }
        return this;
    }

    private void readResults() {
        var written = cluster.outputs.subList(outputs, cluster.outputs.size());
        for (var each : written) {
            if (each.topic().endsWith("results")) {
                if (ResultView.read(each.value()).errorCode() == null) {
                    finished.add(time.passed());
                } else {
                    failedJobs++;
                }
            }
        }
        outputs = cluster.outputs.size();
    }

    private int endedJobs() {
        return finished.size() + failedJobs;
    }

    /** Returns the time since the start. */
    public Duration passed() {
        return time.passed();
    }

    /** Returns the number of jobs that were answered until a time. */
    public long finishedUntil(Duration end) {
        return finished.stream().filter(it -> it.compareTo(end) <= 0).count();
    }

    /** Returns when each answered job has ended, since the start. */
    public List<Duration> finishedTimes() {
        return finished;
    }

    /** Returns when the last answered job has ended; null if none has. */
    public @Nullable Duration lastFinished() {
        return finished.isEmpty() ? null : finished.getLast();
    }

    /** Returns the number of jobs that have ended with an error. */
    public int failedJobs() {
        return failedJobs;
    }

    /** Returns when breakers opened, since the start. */
    public List<Duration> openings() {
        return openings;
    }

    /** Returns the calls that have ended, in the order of their ends. */
    public List<EndedCall> calls() {
        return calls;
    }

    /** Returns the number of calls that ended without an answer until a time. */
    public long failedUntil(Duration end) {
        return calls.stream()
                .filter(it -> !it.reply().isAnswer() && it.ended().compareTo(end) <= 0)
                .count();
    }

    private final class SimulatedCalls implements Providers {
        private final ProviderModel provider;

        SimulatedCalls(ProviderModel provider) {
            this.provider = provider;
        }

        @Override
        public Call start(CallRequest request, Consumer<CallReport> receiver) {
            var line = RequestParser.parse(request.record()).accepted();
            var reply = provider.reply(line.customId(), inFlight, time.passed());
            var call = new EndedCall(reply, time.passed());
            int counts = reply.isAnswer() ? 1 : 0;
            inFlight += counts;
            time.after(
                    reply.took(),
                    () -> {
                        inFlight -= counts;
                        calls.add(call);
                        receiver.accept(
                                new CallReport(
                                        line, "", reply.verdict(), true, reply.took(), null));
                    });
            return () -> {};
        }

        @Override
        public int keyCount(String provider) {
            return 1;
        }

        @Override
        public void close() {}
    }
}
