package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BuriedRecord;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.EndedJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.topology.TestClock;
import dev.millrace.router.waiting.WaitingRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One task of the cache between its topics, with transactions: a turn's reads, store writes and
 * messages are committed together, or not at all.
 */
public class CacheWorld {
    public static final Topics TOPICS = new Topics("test.");
    public static final Duration TTL = Duration.ofHours(1);
    public static final Duration STALE = Duration.ofHours(1);
    public static final int TURN_JOBS = 2;
    public static final BigDecimal CALL_USD = new BigDecimal("0.25");

    public final TestClock clock = new TestClock();
    public final MeterRegistry meters;
    public final Map<String, Integer> maxRecordBytes = new HashMap<>();
    public ControlState control = ControlState.EMPTY;
    public long lostBefore = Long.MIN_VALUE;

    /**
     * True if all jobs share answers, false if none does, as a deliberate fault; null for no fault.
     */
    @Nullable Boolean sharing;

    /** Sees each end of a job, committed or not. */
    public Consumer<Ended> onEnd = _ -> {};

    /** Models that are out of service. */
    public final Set<String> unavailable = new HashSet<>();

    /** Committed output. */
    public final List<Released> released = new ArrayList<>();

    public final Map<String, List<Ended>> ended = new HashMap<>();

    /** Cost events of parts, which have the ids of their parents. */
    public final List<CostEvent> partCosts = new ArrayList<>();

    /** True if ends of parts are reported; false as a deliberate fault. */
    public boolean isReplying = true;

    public final List<DeadLetterRecord> deadLetters = new ArrayList<>();
    public final List<CacheStats> published = new ArrayList<>();

    public final TreeStore store = new TreeStore();
    private final List<Runnable> uncommitted = new ArrayList<>();
    private final CacheContext context;
    private final int turnJobs;
    private CacheTask task;

    /** The last end of a job, committed or not; null once it was read. */
    private @Nullable Ended lastEnded;

    /** Difference between the value of a result and its record, as the router assumes it. */
    private static final int OVERHEAD_BYTES = 1_024;

    public record Released(Job job, String topic, Headers headers, long timestamp) {}

    /** A result and its cost event, as the cache wrote them. */
    public record Ended(String result, CostEvent cost) {}

    CacheWorld(long maxEntries, long maxBytes) {
        this(maxEntries, maxBytes, TURN_JOBS);
    }

    /**
     * @param turnJobs most followers that one turn visits
     */
    CacheWorld(long maxEntries, long maxBytes, int turnJobs) {
        this(maxEntries, maxBytes, turnJobs, SimilarAnswers.NONE, new SimpleMeterRegistry());
    }

    public CacheWorld(
            long maxEntries,
            long maxBytes,
            int turnJobs,
            SimilarAnswers similar,
            MeterRegistry meters) {
        this.meters = meters;
        this.turnJobs = turnJobs;
        context =
                new CacheContext(
                        new CacheLimits(TTL, STALE, maxEntries, maxBytes, maxBytes),
                        similar,
                        1,
                        new CacheMetrics(meters),
                        () -> Uuid.ONE_UUID,
                        () -> Uuid.ONE_UUID);
        task = newTask();
    }

    CacheWorld() {
        this(100, 1 << 20);
    }

    private final Map<JobId, Job> jobs = new HashMap<>();

    private CacheTask newTask() {
        var services =
                new CacheServices(
                        TOPICS,
                        topic -> maxRecordBytes.getOrDefault(topic, Integer.MAX_VALUE),
                        () -> control,
                        job -> refusal(job.model()),
                        () -> lostBefore,
                        clock,
                        new InternalErrors(meters),
                        context);
        return new CacheTask(store, services, new Transaction(), 0, turnJobs);
    }

    private Optional<Rejection> refusal(String model) {
        return unavailable.contains(model)
                ? Optional.of(
                        new Rejection(
                                ErrorCode.UNKNOWN_MODEL,
                                model + " is not in service",
                                "body.model"))
                : Optional.empty();
    }

    public Job job(String name, int key) {
        return new Job(name, key, List.of("small"), null, clock.instant());
    }

    public void lookUp(Job job) {
        jobs.put(job.id(), job);
        task.onLookup(lookup(job), new Origin(TOPICS.lookups(), 0, 0));
    }

    /** Looks up a job that its budget does not cover. */
    public void lookUpUnpaid(Job job) {
        jobs.put(job.id(), job);
        WaitingRecord record = lookup(job);
        MillraceHeaders.put(
                record.headers(), MillraceHeaders.BUDGET_REFUSAL, "all 5 USD are spent");
        lookUp(record);
    }

    public WaitingRecord lookup(Job job) {
        var headers = new RecordHeaders();
        headers.add("own", new byte[] {1});
        var keyed =
                new JobHeaders(
                                new JobHeaders.Identity(job.id(), job.tenant(), "batch", 7L),
                                new JobHeaders.Submission(
                                        Priority.NORMAL, job.deadline(), job.submittedAt()),
                                new JobHeaders.Route("default/1@v7", job.chain(), 3))
                        .withCacheKey(cacheKey(job));
        keyed = withNamespace(keyed, job);
        if (job.parent() != null) {
            keyed = keyed.withParent(job.parent());
        }
        keyed.writeTo(headers);
        MillraceHeaders.put(
                headers, MillraceHeaders.JOB_TOPIC, TOPICS.jobs(job.chain().getFirst(), Lane.HIGH));
        return new WaitingRecord(headers, job.line(), clock.millis());
    }

    /** Returns the headers with the namespace of the job's question; only semantic tasks use it. */
    protected JobHeaders withNamespace(JobHeaders keyed, Job job) {
        return keyed;
    }

    private String cacheKey(Job job) {
        return sharing == null ? job.cacheKey() : job.cacheKey(sharing);
    }

    /** Returns the last end since the last call, committed or not. */
    @Nullable Ended takeLastEnded() {
        var last = lastEnded;
        lastEnded = null;
        return last;
    }

    public void lookUp(WaitingRecord record) {
        task.onLookup(record, new Origin(TOPICS.lookups(), 0, 0));
    }

    public void answer(Job job, byte @Nullable [] line) {
        answer(job, line, clock.millis());
    }

    /** Reads an answer that was written at the given time. */
    public void answer(Job job, byte @Nullable [] line, long writtenMillis) {
        task.onAnswer(
                cacheKey(job), job.id(), line, writtenMillis, new Origin(TOPICS.answers(), 0, 0));
    }

    /** Ends a job with a good answer of its first model. */
    public void succeed(Job job) {
        answer(job, success(job, job.chain().getFirst(), ""));
    }

    public void fail(Job job, ErrorCode error) {
        answer(job, failure(job, error));
    }

    /** Returns the result of a job that a model has answered. */
    public byte[] success(Job job, String model, String padding) {
        List<Fallback> fallbacks =
                model.equals(job.chain().getFirst())
                        ? List.of()
                        : List.of(new Fallback(job.chain().getFirst(), "server_error"));
        String body =
                "{\"answer to\":%d,\"meaning\":%d,\"for\":\"%s\",\"padding\":\"%s\"}"
                        .formatted(job.key(), job.meaning(), job.scope(), padding);
        return CallResults.answered(job, model, fallbacks, body);
    }

    public byte[] failure(Job job, ErrorCode error) {
        return CallResults.of(
                job, job.chain().getLast(), List.of(), Outcome.rejected(error, "of the leader"));
    }

    public boolean tick() {
        return task.onTick();
    }

    /** Lets time pass, with the checks of each second. */
    public void pass(Duration time) {
        clock.advance(time);
        var _ = tick();
    }

    /** Runs ticks until nothing is left to do. */
    public void settle() {
        while (tick()) {
            clock.advance(Duration.ofMillis(10));
        }
        commit();
    }

    public void commit() {
        store.commit();
        uncommitted.forEach(Runnable::run);
        uncommitted.clear();
    }

    /** Loses uncommitted changes, and restarts from the committed state. */
    public void crash() {
        store.abort();
        uncommitted.clear();
        task.close();
        task = newTask();
    }

    public void restart() {
        commit();
        crash();
    }

    public List<Ended> endsOf(Job job) {
        return ended.getOrDefault(job.id().value(), List.of());
    }

    /** Returns the result of a job that the cache has ended. */
    public String resultOf(Job job) {
        commit();
        return endsOf(job).getFirst().result();
    }

    public CostEvent costOf(Job job) {
        commit();
        return endsOf(job).getFirst().cost();
    }

    public List<String> releasedNames() {
        commit();
        return released.stream().map(it -> it.job().name()).toList();
    }

    public double count(String result) {
        return meters.get("millrace.router.cache").tag("result", result).counter().count();
    }

    public double gauge(String name) {
        return meters.get("millrace.router.cache." + name).gauge().value();
    }

    /** Collects the output of a transaction. */
    private final class Transaction implements CacheOutputs {
        private final EndWriter writer =
                new EndWriter(
                        TOPICS,
                        () ->
                                maxRecordBytes.getOrDefault(TOPICS.results(), Integer.MAX_VALUE)
                                        - OVERHEAD_BYTES);

        private void onCommit(Consumer<CacheWorld> effect) {
            uncommitted.add(() -> effect.accept(CacheWorld.this));
        }

        @Override
        public void release(
                String topic, String model, JobId job, WaitingRecord lookup, Headers headers) {
            var sent =
                    new Released(
                            Objects.requireNonNull(jobs.get(job)),
                            topic,
                            headers,
                            lookup.timestamp());
            onCommit(it -> it.released.add(sent));
        }

        @Override
        public JobEnding end(JobEnding ending) {
            EndWriter.Written written = writer.write(ending);
            String result = "";
            for (ProducerRecord<byte[], byte[]> record : written.records()) {
                if (record.topic().equals(TOPICS.results())) {
                    result = new String(record.value(), UTF_8);
                } else if (record.topic().equals(TOPICS.parts())) {
                    onReply(
                            PartReply.read(record.key(), record.value(), record.headers())
                                    .orElseThrow());
                } else if (record.topic().equals(TOPICS.costs())) {
                    onCost(CostEventCodec.read(record.value()), result);
                }
            }
            return written.ending();
        }

        private void onReply(PartReply reply) {
            if (isReplying) {
                byte[] result = reply.result() == null ? new byte[0] : reply.result();
                end(reply.part(), new Ended(new String(result, UTF_8), reply.end()));
            }
        }

        private void onCost(CostEvent cost, String result) {
            if (cost.part() == null) {
                end(cost.jobId(), new Ended(result, cost));
            } else {
                onCommit(it -> it.partCosts.add(cost));
            }
        }

        private void end(JobId job, Ended end) {
            lastEnded = end;
            onEnd.accept(end);
            onCommit(it -> it.ended.computeIfAbsent(job.value(), _ -> new ArrayList<>()).add(end));
        }

        @Override
        public void deadLetter(WaitingRecord lookup, DeadLetterRecord letter) {
            EndedJob job = letter.ends();
            if (job == null || job.facts().receivers().parent() == null) {
                onCommit(it -> it.deadLetters.add(letter));
            }
            if (job != null) {
                var buried = new BuriedRecord(null, lookup.value(), lookup.headers());
                var _ =
                        end(
                                new JobEnding.Unreadable(
                                        job.facts(),
                                        letter.reason(),
                                        job.calls(),
                                        AttemptCost.NONE,
                                        buried));
            }
        }

        @Override
        public void stats(CacheStats stats) {
            onCommit(it -> it.published.add(stats));
        }
    }
}
