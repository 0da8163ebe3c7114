package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.dedupe.HandledOffset;
import dev.millrace.router.feature.EndForwarder;
import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.RoutedJob;
import dev.millrace.router.records.PriorityTimestampExtractor;
import dev.millrace.router.waiting.WaitingRecord;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads the jobs that look up an answer and the ends of called jobs, and sends the decisions of
 * {@link CacheTask}. Requests the commits of its task.
 *
 * <p>If the router's offsets are lost, handled records are read again. The store keeps the offsets
 * of the last handled lookup and answer. Thus no job is called twice, and an answer from a job's
 * earlier run does not end its later run.
 */
final class CacheStep implements TaskStep.Task {
    private static final byte LOOKUPS = 0;
    private static final byte ANSWERS = 1;
    private static final Pattern CACHE_KEY = Pattern.compile("[0-9a-f]{64}");

    private final RouterContext router;
    private final Topics topics;
    private final EndForwarder ends;
    private final TaskStep step;
    private final CacheTask task;
    private final HandledOffset lookups;
    private final HandledOffset answers;

    CacheStep(RouterContext router, Topics topics, CacheContext cache, TaskStep step) {
        this.router = router;
        this.topics = topics;
        this.step = step;
        ends = EndForwarder.of(router, topics, Caching.OUTPUTS);
        KeyValueStore<Bytes, byte[]> entries = step.store(CacheStore.NAME);
        lookups = new HandledOffset(entries, LOOKUPS, cache.lookupsTopic());
        answers = new HandledOffset(entries, ANSWERS, cache.answersTopic());
        task = new CacheTask(entries, services(cache), new Outputs(), step.partition());
    }

    private CacheServices services(CacheContext cache) {
        return new CacheServices(
                topics,
                router.limits(),
                () -> router.policies().get().control(),
                router::callRefusal,
                router.lostBefore(),
                router.clock(),
                router.errors(),
                cache);
    }

    @Override
    public boolean onTick() {
        return task.onTick();
    }

    @Override
    public void close() {
        task.close();
    }

    @Override
    public void process(Record<byte[], @Nullable Object> entry) {
        Origin origin = isCritical(entry.headers()) ? step.onUrgentRecord() : step.onRecord();
        byte[] value = entry.value() instanceof byte[] bytes ? bytes : null;
        if (origin.topic().equals(topics.answers())) {
            answers.once(origin.offset(), () -> onAnswer(entry, value, origin));
        } else {
            byte[] line = value == null ? new byte[0] : value;
            var lookup = new WaitingRecord(entry.headers(), line, entry.timestamp());
            lookups.once(origin.offset(), () -> task.onLookup(lookup, origin));
        }
    }

    private static boolean isCritical(Headers lookup) {
        return MillraceHeaders.text(lookup, MillraceHeaders.PRIORITY)
                .filter(Priority.CRITICAL.word()::equals)
                .isPresent();
    }

    /** Ignores a record of another program, which must not stop the router. */
    private void onAnswer(
            Record<byte[], @Nullable Object> entry, byte @Nullable [] result, Origin origin) {
        String cacheKey = cacheKey(entry);
        Optional<JobId> job = jobId(entry.headers());
        if (CACHE_KEY.matcher(cacheKey).matches() && job.isPresent()) {
            task.onAnswer(
                    cacheKey,
                    job.get(),
                    result,
                    PriorityTimestampExtractor.originalMillis(entry),
                    origin);
        }
    }

    /**
     * Returns the cache key: the header, which answers of jobs with a namespace have, or else the
     * record key.
     */
    private static String cacheKey(Record<byte[], @Nullable Object> entry) {
        return JobHeaders.cacheKey(entry.headers())
                .orElseGet(() -> entry.key() == null ? "" : new String(entry.key(), UTF_8));
    }

    private static Optional<JobId> jobId(Headers headers) {
        try {
            return MillraceHeaders.text(headers, MillraceHeaders.JOB_ID).map(JobId::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Forwards records to the sinks. */
    private final class Outputs implements CacheOutputs {
        @Override
        public void release(
                String topic, String model, JobId job, WaitingRecord lookup, Headers headers) {
            router.metrics().onRouted(model);
            step.forwardTo(
                    Caching.RELEASED,
                    new Record<>(
                            key(job),
                            new RoutedJob(topic, lookup.value()),
                            lookup.timestamp(),
                            headers));
        }

        @Override
        public JobEnding end(JobEnding ending) {
            return ends.end(step.context(), ending);
        }

        @Override
        public void deadLetter(WaitingRecord lookup, DeadLetterRecord letter) {
            byte[] key = letter.jobId() == null ? new byte[0] : key(letter.jobId());
            step.forwardTo(
                    Caching.BURY, new Record<>(key, letter, lookup.timestamp(), lookup.headers()));
        }

        @Override
        public void stats(CacheStats stats) {
            ControlRecord published = stats.record(step.partition());
            step.forwardTo(
                    Caching.STATS,
                    new Record<>(
                            published.key().bytes(), published.value(), router.clock().millis()));
        }

        private static byte[] key(JobId job) {
            return job.value().getBytes(UTF_8);
        }
    }
}
