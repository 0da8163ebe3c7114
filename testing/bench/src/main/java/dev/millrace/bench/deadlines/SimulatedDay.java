package dev.millrace.bench.deadlines;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.trace.Traces;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.hold.CheaperHours;
import dev.millrace.router.hold.HeldJobs;
import dev.millrace.router.hold.HoldOutputs;
import dev.millrace.router.hold.HoldServices;
import dev.millrace.router.hold.QueueTimes;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.waiting.OldestWaitingJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.worker.WorkerFeatures;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.fallback.FallbackModels;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.loop.LoopFeatures;
import dev.millrace.worker.loop.WorkerLoop;
import dev.millrace.worker.outcome.OutputRecords;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.quota.PermitSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.Stores;

/**
 * A day of jobs in simulated time: they pass the router's {@link HeldJobs}, which let them wait for
 * a cheaper hour, and a {@link WorkerLoop}, which buys their calls at a tier.
 */
final class SimulatedDay implements HoldOutputs {
    private static final String TENANT = "bench";
    private static final Topics TOPICS = new Topics("millrace.");
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int MAX_RESULT_BYTES = 1 << 20;

    private final SimulatedTime time;
    private final List<DeadlineJob> jobs;
    private final Map<String, Model> models;
    private final OutputRecords records = new OutputRecords(TOPICS, MAX_RESULT_BYTES);
    private final Map<JobId, Instant> routed = new HashMap<>();
    private final QueueTimes queueTimes = new QueueTimes();
    private final SimulatedCluster cluster;
    private final Market market;
    private final HeldJobs held;
    private final WorkerLoop loop;
    private int ended;
    private int onTime;
    private int spilled;
    private int uncertain;
    private BigDecimal cost = BigDecimal.ZERO;

    /**
     * What a day has cost.
     *
     * @param onTime jobs with an answer by their deadline
     * @param spilled jobs that were too late for the cheaper tier
     * @param uncertain calls that the worker has aborted, whose bill it does not know
     * @param refused calls that the flex tier refused
     * @param cost what Millrace has computed for the answered calls, in US dollars
     * @param bill what the providers charge
     */
    record Outcome(
            int onTime,
            int spilled,
            int uncertain,
            long refused,
            BigDecimal cost,
            BigDecimal bill) {}

    private SimulatedDay(List<DeadlineJob> jobs, Buy buy) {
        this.jobs = jobs;
        time = new SimulatedTime(DeadlineLoad.BEGIN);
        models =
                jobs.stream()
                        .map(DeadlineJob::model)
                        .distinct()
                        .collect(Collectors.toMap(Model::name, Function.identity()));
        Map<String, JobTopic> topics =
                models.keySet().stream()
                        .collect(
                                Collectors.toMap(
                                        it -> records.jobTopic(it, Lane.NORMAL),
                                        it -> new JobTopic(it, Lane.NORMAL)));
        market = new Market(jobs, time);
        cluster = new SimulatedCluster(topics.keySet(), time, this::onOutput);
        held = held();
        loop = loop(topics);
        jobs.forEach(job -> time.at(job.arrives(), () -> arrive(job, buy)));
        time.at(time.now().plus(TICK), this::tick);
    }

    /** Buys all jobs in one way. */
    static Outcome of(List<DeadlineJob> jobs, Buy buy) {
        return new SimulatedDay(jobs, buy).run();
    }

    private Outcome run() {
        loop.run(cluster.topicNames());
        return new Outcome(onTime, spilled, uncertain, market.refused(), cost, market.bill());
    }

    private HeldJobs held() {
        return new HeldJobs(
                Stores.inMemoryKeyValueStore("held").get(),
                new HoldServices(
                        () -> ControlState.EMPTY,
                        _ -> Optional.empty(),
                        it -> it,
                        _ -> Optional.empty(),
                        new CheaperHours(
                                it -> Optional.ofNullable(models.get(it)), queueTimes::p99, 1),
                        new OldestWaitingJob(),
                        Traces.OFF,
                        time::now,
                        new InternalErrors(new SimpleMeterRegistry())),
                this,
                0);
    }

    private WorkerLoop loop(Map<String, JobTopic> topics) {
        var registry = new SimpleMeterRegistry();
        var timing = new Timing(time.clock(), new SplittableRandom(1));
        WorkerConfig config =
                new ConfigLoader(Map.of())
                        .parse("bench", "worker: { instance: bench, commit_interval: 0s }")
                        .worker();
        return new WorkerLoop(
                new WorkerLoop.Ports(
                        cluster,
                        cluster,
                        cluster.topics(),
                        market,
                        new NoControl(),
                        PermitSource.LOCAL),
                new SimulatedMailbox(time),
                new ServedModels(
                        models,
                        topics,
                        new FallbackModels(Map.of()),
                        "bench",
                        records,
                        ConfiguredLimits.NONE,
                        _ -> 1,
                        false),
                config,
                timing,
                new Breakers(
                        config.breaker(), timing.clock(), _ -> 1, new BreakerReporter(registry)),
                new LoopFeatures(Prompts.NONE, WorkerFeatures.searches(), CallFollower.NONE),
                registry);
    }

    private void tick() {
        held.onTick();
        time.at(time.now().plus(TICK), this::tick);
    }

    private void arrive(DeadlineJob job, Buy buy) {
        JobId id = JobId.of(TENANT, TENANT, job.customId());
        var headers =
                new JobHeaders(
                                new JobHeaders.Identity(id, TENANT, TENANT, null),
                                new JobHeaders.Submission(
                                        Priority.NORMAL, job.deadline(), job.arrives()),
                                new JobHeaders.Route("catalog", List.of(job.model().name()), 0))
                        .withBuy(buy)
                        .withTokens(
                                new TokenEstimate(
                                        job.usage().inputTokens(), job.usage().outputTokens()));
        var identity = new JobIdentity(id, job.customId(), TENANT, TENANT, null, null);
        var planned =
                new PlannedJob(
                        identity,
                        new Origin("requests", 0, job.number()),
                        headers,
                        job.line().getBytes(UTF_8));
        var waiting =
                new PlannedRecord(planned, null, new RecordHeaders(), 0, time.now().toEpochMilli());
        if (held.mustWait(headers)) {
            held.onJob(waiting);
        } else {
            release(waiting);
        }
    }

    @Override
    public void release(PlannedRecord job) {
        JobHeaders headers = job.job().headers();
        var written = new RecordHeaders();
        headers.writeTo(written);
        routed.put(headers.jobId(), time.now());
        cluster.append(records.jobTopic(headers.model(), Lane.NORMAL), written, job.job().bytes());
    }

    @Override
    public void refuse(PlannedRecord job, Rejection rejection) {
        onEnd();
    }

    @Override
    public void bury(UnreadableJob job, String message) {
        throw new IllegalStateException("a held job is unreadable: " + message);
    }

    @Override
    public void report(WorkerReport report) {}

    private void onOutput(ProducerRecord<byte[], byte[]> record) {
        if (record.topic().equals(TOPICS.costs())) {
            onCost(CostEventCodec.read(record.value()));
        } else if (record.topic().equals(TOPICS.results())) {
            ResultView result = ResultView.read(record.value());
            Instant deadline = jobs.get(Integer.parseInt(result.customId())).deadline();
            onTime += result.errorCode() == null && !time.now().isAfter(deadline) ? 1 : 0;
            onEnd();
        }
    }

    private void onCost(CostEvent event) {
        if (event.kind() == CostKind.UNCERTAIN) {
            uncertain++;
        } else {
            cost = cost.add(event.costUsd());
        }
        if (event.isFinal()) {
            spilled += event.cost().spilled() ? 1 : 0;
            queueTimes.onEnd(
                    event,
                    Objects.requireNonNull(routed.get(event.jobId())).toEpochMilli(),
                    time.now().toEpochMilli());
        }
    }

    private void onEnd() {
        ended++;
        if (ended == jobs.size()) {
            loop.stop();
        }
    }

    /** Control without a command. */
    private static final class NoControl implements Control {
        @Override
        public Optional<ControlState> state() {
            return Optional.of(ControlState.EMPTY);
        }

        @Override
        public Health health() {
            return Health.ready("nothing to follow");
        }

        @Override
        public void close() {}
    }
}
