package dev.millrace.worker.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.WorkerFeatures;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.ledger.OpenJob;
import dev.millrace.worker.ledger.PartitionLedger;
import dev.millrace.worker.ledger.Reading;
import dev.millrace.worker.quota.LimitSearch;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka cluster, which outlives the workers of a test: job records, committed offsets and
 * committed outputs.
 */
final class FakeCluster {
    /** Follows the jobs of all workers. */
    CallFollower follower = CallFollower.NONE;

    /** Creates the shared prompts of a worker. */
    Supplier<Prompts> prompts = () -> Prompts.NONE;

    /** Searches limits that nobody configured. */
    LimitSearch.Factory searches = WorkerFeatures.searches();

    /** Number of API keys of the provider. */
    int keyCount = 1;

    /** Lane of the topics whose names end with {@code normal}. */
    Lane lane = Lane.NORMAL;

    static final String MODEL = "m";
    static final String TOPIC = "millrace.jobs.m.normal";
    static final Instant SUBMITTED = Instant.parse("2026-11-20T08:00:00Z");

    final Map<TopicPartition, TreeMap<Long, ConsumerRecord<byte[], byte[]>>> jobs = new HashMap<>();

    /** The id of every job topic. */
    String topicId = "first";

    final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    final List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();

    /** The outcomes of the next transactions; further transactions are written. */
    final Deque<TransactionOutcome> nextOutcomes = new ArrayDeque<>();

    /** Maximum length of a value in the results topic, in bytes. */
    int maxResultBytes = Integer.MAX_VALUE;

    /** Maximum length of a value in the answers topic, in bytes. */
    int maxAnswerBytes = Integer.MAX_VALUE;

    /** Partitions whose offsets the cluster rejects. */
    final Set<TopicPartition> rejectedPartitions = new HashSet<>();

    /** Topics that no longer exist. A transaction with one of their offsets times out. */
    final Set<String> deletedTopics = new HashSet<>();

    /** Topics that refuse every record. */
    final Set<String> refusingTopics = new HashSet<>();

    boolean isRefused(ProducerRecord<byte[], byte[]> record) {
        return isTooLarge(record) || refusingTopics.contains(record.topic());
    }

    /** Writes a committed record. A job is appended to the first partition of its topic. */
    void write(ProducerRecord<byte[], byte[]> record) {
        outputs.add(record);
        if (record.topic().startsWith("millrace.jobs.")) {
            var id = new TopicPartition(record.topic(), 0);
            long offset = jobs.computeIfAbsent(id, _ -> new TreeMap<>()).size();
            record(id, offset, record.headers(), new String(record.value(), UTF_8));
        }
    }

    private boolean isTooLarge(ProducerRecord<byte[], byte[]> record) {
        int bytes = record.value() == null ? 0 : record.value().length;
        return (record.topic().endsWith("results") && bytes > maxResultBytes)
                || (record.topic().endsWith("answers") && bytes > maxAnswerBytes);
    }

    /** The fate of a transaction, and the result that its sender sees. */
    enum TransactionOutcome {
        WRITTEN,
        ABORTED,
        UNKNOWN_BUT_WRITTEN,
        UNKNOWN_AND_ABORTED,
        FENCED
    }

    static TopicPartition partition(int number) {
        return new TopicPartition(TOPIC, number);
    }

    static JobId jobId(int partition, long offset) {
        return JobId.of("t", "b", partition + "-" + offset);
    }

    static TopicPartition partition(String model) {
        return new TopicPartition("millrace.jobs." + model + ".normal", 0);
    }

    /** Returns the partition of a lane other than normal. */
    static TopicPartition partition(Lane lane) {
        return new TopicPartition("millrace.jobs.m." + lane.word(), 0);
    }

    /** Adds jobs to a lane other than normal from offset 0 on, with ids such as {@code bulk-3}. */
    void jobs(Lane lane, int count, Priority priority, int bytes) {
        for (int offset = 0; offset < count; offset++) {
            job(partition(lane), offset, MODEL, null, priority, text(bytes));
        }
    }

    /** Adds jobs to a partition from offset 0 on. */
    void jobs(int partition, int count) {
        for (int offset = 0; offset < count; offset++) {
            job(partition, offset);
        }
    }

    /** Adds a job whose custom_id joins partition and offset, such as {@code 0-3}. */
    void job(int partition, long offset) {
        job(partition, offset, MODEL, null);
    }

    void job(int partition, long offset, String model, @Nullable Instant deadline) {
        job(partition(partition), offset, model, deadline, Priority.NORMAL, "");
    }

    void largeJob(int partition, long offset, int bytes) {
        job(partition(partition), offset, MODEL, null, Priority.NORMAL, text(bytes));
    }

    /** Adds a job with instructions that other jobs share, and a question. */
    void promptJob(long offset, String instructions, @Nullable Instant deadline) {
        promptJob(partition(0), offset, instructions, deadline);
    }

    /** Adds such a job to a lane other than normal. */
    void promptJob(Lane lane, long offset, String instructions) {
        promptJob(partition(lane), offset, instructions, null);
    }

    private void promptJob(
            TopicPartition id, long offset, String instructions, @Nullable Instant deadline) {
        String messages =
                """
                {"role":"system","content":"%s"},{"role":"user","content":"%d"}"""
                        .formatted(instructions, offset);
        job(id, offset, MODEL, deadline, Priority.NORMAL, messages);
    }

    /** Adds a job to the first partition of a model, with an id such as {@code m2-0-3}. */
    void jobOf(String model, long offset, int bytes) {
        job(partition(model), offset, model, null, Priority.NORMAL, text(bytes));
    }

    /** Adds a job with a chain of models to the topic of the first one. */
    void chainedJob(long offset, @Nullable Instant deadline, String... chain) {
        job(partition(chain[0]), offset, List.of(chain), deadline, Priority.NORMAL, "");
    }

    /** Adds a job with a chain of models to a lane other than normal of the first one. */
    void chainedJob(Lane lane, String... chain) {
        job(partition(lane), 0, List.of(chain), null, Priority.NORMAL, "");
    }

    private static String text(int bytes) {
        return "\"" + "x".repeat(bytes) + "\"";
    }

    private void job(
            TopicPartition id,
            long offset,
            String model,
            @Nullable Instant deadline,
            Priority priority,
            String messages) {
        job(id, offset, List.of(model), deadline, priority, messages);
    }

    private void job(
            TopicPartition id,
            long offset,
            List<String> chain,
            @Nullable Instant deadline,
            Priority priority,
            String messages) {
        String model = chain.getFirst();
        String lane = id.topic().substring(id.topic().lastIndexOf('.') + 1);
        String place = (lane.equals("normal") ? id.partition() : lane) + "-" + offset;
        String customId = model.equals(MODEL) ? place : model + "-" + place;
        var headers = new RecordHeaders();
        new JobHeaders(
                        new JobHeaders.Identity(JobId.of("t", "b", customId), "t", "b", null),
                        new JobHeaders.Submission(priority, deadline, SUBMITTED),
                        new JobHeaders.Route("default", chain, null))
                .writeTo(headers);
        String line =
                """
                {"custom_id":"%s","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"%s","messages":[%s],"max_tokens":100}}"""
                        .formatted(customId, model, messages);
        record(id, offset, headers, line);
    }

    /** Adds a job with the given submission time in its header. */
    void jobSubmitted(int partition, long offset, Instant submitted) {
        job(partition, offset);
        record(partition, offset)
                .headers()
                .remove(MillraceHeaders.SUBMITTED_AT)
                .add(MillraceHeaders.SUBMITTED_AT, submitted.toString().getBytes(UTF_8));
    }

    /** Adds a job that is bought at the lowest price. */
    void lowestJob(int partition, long offset, @Nullable Instant deadline) {
        job(partition, offset, MODEL, deadline);
        record(partition, offset)
                .headers()
                .add(MillraceHeaders.BUY, Buy.LOWEST.word().getBytes(UTF_8));
    }

    /** Adds a job with a chain of models that is bought at the lowest price. */
    void chainedLowestJob(long offset, @Nullable Instant deadline, String... chain) {
        chainedJob(offset, deadline, chain);
        record(0, offset).headers().add(MillraceHeaders.BUY, Buy.LOWEST.word().getBytes(UTF_8));
    }

    /** Adds a job whose answer other jobs can share. */
    void sharedJob(int partition, long offset) {
        job(partition, offset);
        record(partition, offset)
                .headers()
                .add(MillraceHeaders.CACHE_KEY, "a".repeat(64).getBytes(UTF_8));
    }

    /** Adds a job of another tenant than {@code t}. */
    void jobOfTenant(String tenant, int partition, long offset) {
        job(partition, offset);
        changeTenant(record(partition, offset).headers(), tenant);
    }

    /** Adds jobs of a tenant at the end of a lane's first partition. */
    void jobsOfTenant(String tenant, Lane lane, int count) {
        TopicPartition id = partition(lane);
        for (int i = 0; i < count; i++) {
            long offset = jobs.computeIfAbsent(id, _ -> new TreeMap<>()).size();
            job(id, offset, MODEL, null, Priority.NORMAL, "");
            changeTenant(record(id, offset).headers(), tenant);
        }
    }

    private static void changeTenant(Headers headers, String tenant) {
        headers.remove(MillraceHeaders.TENANT).add(MillraceHeaders.TENANT, tenant.getBytes(UTF_8));
    }

    /** Adds a job whose record has the given timestamp. */
    void jobWrittenAt(int partition, long offset, Instant written) {
        job(partition, offset);
        date(partition(partition), offset, written, TimestampType.CREATE_TIME);
    }

    /** Adds a job to the express lane, to which a broker gives the timestamp. */
    void expressJobAppendedAt(long offset, Instant appended) {
        TopicPartition id = partition(Lane.EXPRESS);
        job(id, offset, MODEL, null, Priority.CRITICAL, "");
        date(id, offset, appended, TimestampType.LOG_APPEND_TIME);
    }

    private void date(TopicPartition id, long offset, Instant time, TimestampType type) {
        var record = record(id, offset);
        Objects.requireNonNull(jobs.get(id))
                .put(
                        offset,
                        new ConsumerRecord<>(
                                record.topic(),
                                record.partition(),
                                offset,
                                time.toEpochMilli(),
                                type,
                                record.serializedKeySize(),
                                record.serializedValueSize(),
                                record.key(),
                                record.value(),
                                record.headers(),
                                Optional.empty()));
    }

    /** Adds a header that is not one of Millrace. */
    void header(int partition, long offset, int bytes) {
        record(partition, offset).headers().add("x-theirs", new byte[bytes]);
    }

    void costLimit(int partition, long offset, JobCostLimit costLimit) {
        change(partition, offset, job -> job.withCostLimit(costLimit));
    }

    /** Lets a job come back from the router after calls at its model. */
    void calledBefore(int partition, long offset, int attempts) {
        change(partition, offset, job -> job.returned(attempts, attempts, BigDecimal.ZERO));
    }

    /** Adds the passages of documents in the job's prompt. */
    void passages(int partition, long offset, String json) {
        change(partition, offset, job -> job.withPassages(json));
    }

    /** Changes how a job's submitter waits. */
    void answerWait(int partition, long offset, AnswerWait wait) {
        change(partition, offset, job -> job.withAnswerWait(wait));
    }

    private void change(int partition, long offset, UnaryOperator<JobHeaders> change) {
        Headers headers = record(partition, offset).headers();
        try {
            JobHeaders job = JobHeaders.read(headers);
            MillraceHeaders.removeAll(headers);
            change.apply(job).writeTo(headers);
        } catch (UnreadableHeader e) {
            throw new AssertionError(e);
        }
    }

    /** Replaces all headers with the given header's name. */
    void replaceHeader(int partition, long offset, Header header) {
        record(partition, offset).headers().remove(header.key()).add(header);
    }

    /** Replaces a text in the value of a job. */
    void replaceBody(int partition, long offset, String part, String by) {
        ConsumerRecord<byte[], byte[]> job = record(partition, offset);
        String value = new String(job.value(), UTF_8);
        record(partition, offset, job.headers(), value.replace(part, by));
    }

    private ConsumerRecord<byte[], byte[]> record(int partition, long offset) {
        return record(partition(partition), offset);
    }

    private ConsumerRecord<byte[], byte[]> record(TopicPartition id, long offset) {
        return Objects.requireNonNull(Objects.requireNonNull(jobs.get(id)).get(offset));
    }

    void record(int partition, long offset, Headers headers, @Nullable String value) {
        record(partition(partition), offset, headers, value);
    }

    private void record(TopicPartition id, long offset, Headers headers, @Nullable String value) {
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        jobs.computeIfAbsent(id, _ -> new TreeMap<>())
                .put(
                        offset,
                        new ConsumerRecord<>(
                                id.topic(),
                                id.partition(),
                                offset,
                                0,
                                TimestampType.CREATE_TIME,
                                32,
                                bytes == null ? ConsumerRecord.NULL_SIZE : bytes.length,
                                "k".getBytes(UTF_8),
                                bytes,
                                headers,
                                Optional.empty()));
    }

    long committedOffset(int partition) {
        return Objects.requireNonNull(committed.get(partition(partition))).offset();
    }

    /** Returns the open jobs in the committed ledger of partition 0. */
    List<OpenJob> openJobs() {
        OffsetAndMetadata offset = Objects.requireNonNull(committed.get(partition(0)));
        return ((Reading.Known) PartitionLedger.read(offset.offset(), offset.metadata())).open();
    }

    List<ResultView> results() {
        return outputs.stream()
                .filter(it -> it.topic().endsWith("results"))
                .map(it -> ResultView.read(it.value()))
                .toList();
    }

    List<String> resultIds() {
        return results().stream().map(ResultView::customId).toList();
    }

    List<CostEvent> costs() {
        return outputs.stream()
                .filter(it -> it.topic().endsWith("costs"))
                .map(it -> CostEventCodec.read(it.value()))
                .toList();
    }

    List<ProducerRecord<byte[], byte[]>> deadLetters() {
        return outputs.stream().filter(it -> it.topic().endsWith("dead-letters")).toList();
    }
}
