package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobCostLimit.AttemptTokens;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.Priority;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.simulation.time.EventLog;
import dev.millrace.worker.simulation.time.EventType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Creates the records of job topics, some of which are not jobs. */
final class JobRecords {
    static final Instant SUBMITTED = Instant.parse("2026-11-20T08:00:00Z");

    static final String TENANT = "t";

    /** The output limit of each job. */
    static final int MAX_TOKENS = 100;

    private static final int ESTIMATED_INPUT = 30;
    private static final int REQUEST_PARTITION = 1;
    private static final int BATCHES = 4;

    /** One in this number of jobs has a limit on its cost. */
    private static final int BUDGET_RARITY = 3;

    /** No call of {@link Upstream} costs more. */
    static final BigDecimal ATTEMPT_USD = new BigDecimal("0.00025");

    /** Input tokens that cost {@link #ATTEMPT_USD} at the models of the workers. */
    private static final int ATTEMPT_TOKENS = 250;

    /** One in this number of limited jobs was planned at half the price. */
    private static final int HALF_PRICE_RARITY = 3;

    /** One in this number of jobs can share its answer. */
    private static final int CACHE_KEY_RARITY = 3;

    private static final int CACHE_KEYS = 5;

    /** One in this number of jobs is a part of a document. */
    private static final int PART_RARITY = 5;

    private static final int PARENTS = 50;

    /** One in this number of jobs has the shared prompt, in histories with one. */
    private static final int PROMPT_RARITY = 2;

    /** The beginning of the messages with the shared prompt. */
    static final String SHARED_PROMPT =
            """
            {"role":"system","content":"answer"},{"role":"user","content":\"""";

    /** One in this number of jobs does not wait long for an open breaker. */
    private static final int IMPATIENT_RARITY = 4;

    private static final OnUnavailable IMPATIENT = new OnUnavailable(Duration.ofMillis(500));

    /** One in this number of clients has a wrong clock. */
    private static final int WRONG_CLOCK_RARITY = 20;

    /** One in this number of records has a leader with a slow clock. */
    private static final int SLOW_CLOCK_RARITY = 3;

    private static final int SLOW_CLOCK_MILLIS = 2;

    /** Seconds until the deadline of a job that is bought at the lowest price. */
    private static final int LEAST_SECONDS = 90;

    private static final int MOST_SECONDS = 40 * 60;

    private static final long FAR_FUTURE = Instant.parse("2999-01-01T00:00:00Z").toEpochMilli();

    private final SplittableRandom random;
    private final int models;
    private final boolean hasChains;
    private final boolean hasTiers;
    private final int largeJobBytes;
    private final int estimatedTokens;
    private final boolean sharesPrompts;
    private final EventLog eventLog;
    private final LongSupplier nanos;
    private long lastMillis;

    JobRecords(Scenario scenario, EventLog eventLog, LongSupplier nanos) {
        this.nanos = nanos;
        Scenario.Sizes sizes = scenario.sizes();
        this.random = scenario.random();
        this.hasChains = scenario.fallback().hasChains();
        this.hasTiers = scenario.hasTiers();
        this.models = sizes.models();
        this.largeJobBytes = sizes.largeJobBytes();
        this.estimatedTokens = sizes.estimatedTokens();
        this.sharesPrompts = scenario.sharesPrompts();
        this.eventLog = eventLog;
    }

    Task make(TopicPartition partition, long offset, JobTopic topic, String topicId) {
        String customId = partition + "@" + offset + " of " + topicId;
        var id = JobId.of(TENANT, "b", customId);
        int kind = random.nextInt(30);
        if (kind == 0) {
            return new Task(
                    notAJob(partition, offset, id, topic.model(), topicId), id, topic, false);
        }
        boolean isServed = kind > 1;
        String named = isServed ? topic.model() : "gone";
        eventLog.add(isServed ? EventType.JOB : EventType.UNKNOWN_MODEL, customId);
        RecordHeaders headers = headers(id, named);
        boolean needsCall = isServed && headers.lastHeader(MillraceHeaders.DEADLINE) == null;
        var record = record(partition, offset, headers, line(customId, named));
        return new Task(record, id, topic, needsCall);
    }

    private String line(String customId, String model) {
        return """
        {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
        "body":{"model":"%s","messages":[%s],"max_tokens":%d}}"""
                .formatted(
                        customId,
                        model,
                        sharesPrompts && hasPrompt(customId) ? prompt(customId) : messages(),
                        MAX_TOKENS);
    }

    private static boolean hasPrompt(String customId) {
        return Math.floorMod(customId.hashCode(), PROMPT_RARITY) == 0;
    }

    private String prompt(String customId) {
        eventLog.add(EventType.PROMPT_SHARED, customId);
        return SHARED_PROMPT + customId.hashCode() + "\"}";
    }

    private String messages() {
        if (largeJobBytes == 0 || random.nextBoolean()) {
            return "";
        }
        eventLog.add(EventType.LARGE_JOB, largeJobBytes);
        return "\"" + "x".repeat(largeJobBytes) + "\"";
    }

    private ConsumerRecord<byte[], byte[]> notAJob(
            TopicPartition partition, long offset, JobId id, String model, String topicId) {
        eventLog.add(EventType.NOT_A_JOB, offset);
        return switch (random.nextInt(3)) {
            case 0 -> record(partition, offset, headers(id, model), null);
            case 1 ->
                    record(partition, offset, new RecordHeaders(), "{\"of\":\"" + topicId + "\"}");
            default ->
                    record(
                            partition,
                            offset,
                            headers(id, model),
                            "{\"no\":\"line of " + topicId + "\"}");
        };
    }

    private RecordHeaders headers(JobId id, String model) {
        var priorities = Priority.values();
        var headers = new RecordHeaders();
        var job =
                new JobHeaders(
                        new JobHeaders.Identity(id, TENANT, oneBatch(random), null),
                        new JobHeaders.Submission(
                                priorities[random.nextInt(priorities.length)],
                                deadline(),
                                SUBMITTED),
                        new JobHeaders.Route("default", chain(model), REQUEST_PARTITION));
        if (estimatedTokens > 0) {
            job = job.withTokens(new TokenEstimate(ESTIMATED_INPUT, estimatedTokens));
        }
        if (random.nextInt(BUDGET_RARITY) == 0) {
            job = job.withCostLimit(costLimit(id, job.chain().size()));
            eventLog.add(EventType.JOB_WITH_BUDGET, id);
        }
        if (random.nextInt(CACHE_KEY_RARITY) == 0) {
            job = job.withCacheKey("%064x".formatted(random.nextInt(CACHE_KEYS)));
        }
        if (Math.floorMod(id.hashCode(), PART_RARITY) == 0) {
            job = job.withParent(parent(Math.floorMod(id.value().hashCode(), PARENTS)));
        }
        if (Math.floorMod(id.value().hashCode(), IMPATIENT_RARITY) == 0) {
            job = job.withAnswerWait(new AnswerWait(Chunks.NONE, IMPATIENT));
        }
        if (hasTiers && random.nextBoolean()) {
            job = bought(job);
        }
        job.writeTo(headers);
        return headers;
    }

    private static JobId parent(int number) {
        return JobId.of(TENANT, "b", "document-" + number);
    }

    /** Returns a limit for one to three attempts. */
    private JobCostLimit costLimit(JobId id, int models) {
        var most = ATTEMPT_USD.multiply(BigDecimal.valueOf(random.nextInt(2, 7)));
        boolean isHalf = Math.floorMod(id.hashCode(), HALF_PRICE_RARITY) == 0;
        return new JobCostLimit(
                most.divide(BigDecimal.TWO),
                Collections.nCopies(
                        models, isHalf ? ATTEMPT_USD.divide(BigDecimal.TWO) : ATTEMPT_USD),
                BigDecimal.ZERO,
                Collections.nCopies(models, new AttemptTokens(ATTEMPT_TOKENS, 0)));
    }

    /** Returns a chain that can repeat models or name unknown ones. */
    private List<String> chain(String first) {
        var chain = new ArrayList<>(List.of(first));
        if (hasChains && random.nextBoolean()) {
            int fallbacks = random.nextInt(1, 4);
            for (int i = 0; i < fallbacks; i++) {
                boolean isKnown = random.nextInt(6) > 0;
                chain.add(isKnown ? JobLog.model(random.nextInt(models)) : "gone");
            }
        }
        return chain;
    }

    /** Returns the record of a job at the model that it was handed over to. */
    static ConsumerRecord<byte[], byte[]> handedOver(
            ProducerRecord<byte[], byte[]> written, TopicPartition partition, long offset) {
        byte[] key = written.key();
        // A copy, since the bytes identify the record.
        byte[] value = written.value().clone();
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                written.timestamp(),
                TimestampType.CREATE_TIME,
                key.length,
                value.length,
                key,
                value,
                new RecordHeaders(written.headers()),
                Optional.empty());
    }

    static JobHeaders headers(Headers ofJob) {
        try {
            return JobHeaders.read(ofJob);
        } catch (UnreadableHeader e) {
            throw new IllegalStateException(e);
        }
    }

    static String oneBatch(SplittableRandom random) {
        return "b" + random.nextInt(BATCHES);
    }

    /** Buys a job at the lowest price, mostly until a deadline that leaves time for the call. */
    private JobHeaders bought(JobHeaders job) {
        boolean hasDeadline = random.nextInt(3) > 0;
        Instant deadline =
                SUBMITTED
                        .plusNanos(nanos.getAsLong())
                        .plusSeconds(random.nextInt(LEAST_SECONDS, MOST_SECONDS));
        return new JobHeaders(
                        new JobHeaders.Identity(job.jobId(), job.tenant(), job.batch(), null),
                        new JobHeaders.Submission(
                                job.priority(), hasDeadline ? deadline : null, SUBMITTED),
                        new JobHeaders.Route("default", job.chain(), REQUEST_PARTITION))
                .withBuy(Buy.LOWEST);
    }

    private @Nullable Instant deadline() {
        if (hasTiers) {
            return null;
        }
        return random.nextInt(8) == 0 ? SUBMITTED.plusSeconds(random.nextInt(1, 60)) : null;
    }

    /**
     * Returns the time, unless the clock is wrong. As brokers' timestamps do, some equal the
     * previous one or are a little earlier.
     */
    private long timestamp() {
        lastMillis = Math.max(lastMillis + 1, nanos.getAsLong() / 1_000_000);
        if (random.nextInt(WRONG_CLOCK_RARITY) > 0) {
            long behind = lastMillis % SLOW_CLOCK_RARITY == 0 ? SLOW_CLOCK_MILLIS : 0;
            return SUBMITTED.toEpochMilli() + lastMillis - behind;
        }
        eventLog.add(EventType.WRONG_TIMESTAMP, lastMillis);
        return random.nextBoolean() ? FAR_FUTURE : 0;
    }

    private ConsumerRecord<byte[], byte[]> record(
            TopicPartition partition, long offset, RecordHeaders headers, @Nullable String value) {
        byte[] key = "key".getBytes(UTF_8);
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                timestamp(),
                TimestampType.CREATE_TIME,
                key.length,
                bytes == null ? ConsumerRecord.NULL_SIZE : bytes.length,
                key,
                bytes,
                headers,
                Optional.empty());
    }
}
