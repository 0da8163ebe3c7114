package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.cache.CacheOutputs;
import dev.millrace.router.cache.CacheServices;
import dev.millrace.router.cache.CacheTask;
import dev.millrace.router.dedupe.HandledOffset;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.RoutedJob;
import dev.millrace.router.records.PriorityTimestampExtractor;
import dev.millrace.router.waiting.WaitingRecord;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads the jobs that look up an answer and the ends of jobs that were called, and sends on what
 * {@link CacheTask} decides. Requests the commits of its task.
 *
 * <p>If the group's offsets are lost, records that were handled are read again. The store knows the
 * last lookup and the last answer of each transaction, so that no job is called twice, and no
 * answer of a job's earlier run ends a later one.
 */
final class CacheStep implements Processor<byte[], byte @Nullable [], byte[], Object> {
    private static final byte LOOKUPS = 0;
    private static final byte ANSWERS = 1;
    private static final Pattern CACHE_KEY = Pattern.compile("[0-9a-f]{64}");

    private final RouterContext router;
    private final Topics topics;
    private final EndForwarder ends;
    private final CommitTrigger commits;
    private final StepContext<Object> step = new StepContext<>();
    private @Nullable CacheTask task;
    private @Nullable HandledOffset lookups;
    private @Nullable HandledOffset answers;

    CacheStep(RouterContext router, Topics topics) {
        this.router = router;
        this.topics = topics;
        ends = EndForwarder.of(router, topics, StepNames.CACHE_OUTPUTS);
        commits = new CommitTrigger(router.backlog());
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
        KeyValueStore<Bytes, byte[]> entries = context.getStateStore(StepNames.CACHED);
        lookups = null;
        answers = null;
        var cache = new CacheTask(entries, services(), new Outputs(), context.taskId().partition());
        task = cache;
        step.every(
                RouterTopology.COMMIT_TICK,
                _ -> {
                    if (cache.onTick()) {
                        commits.onWork();
                    }
                    commits.onTick(context::commit);
                });
    }

    private CacheServices services() {
        return new CacheServices(
                topics,
                router.limits(),
                () -> router.policies().get().control(),
                job -> router.modelRefusal(job.chain()),
                router.lostBefore(),
                router.clock(),
                router.errors(),
                router.cache());
    }

    @Override
    public void close() {
        step.stop();
        if (task != null) {
            task.close();
        }
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> entry) {
        if (task == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        Origin origin = step.origin();
        router.backlog().onRecord(origin);
        commits.onWork();
        boolean isAnswer = origin.topic().equals(topics.answers());
        HandledOffset handled = isAnswer ? handledAnswers() : handledLookups();
        if (!handled.isNew(origin.offset())) {
            return;
        }
        if (isAnswer) {
            onAnswer(task, entry, origin);
        } else {
            byte[] value = entry.value() == null ? new byte[0] : entry.value();
            task.onLookup(new WaitingRecord(entry.headers(), value, entry.timestamp()), origin);
        }
        handled.onHandled(origin.offset());
        handled.flush();
    }

    /** Created by the first lookup, since it looks up the id of a topic. */
    private HandledOffset handledLookups() {
        if (lookups == null) {
            lookups =
                    new HandledOffset(
                            step.context().getStateStore(StepNames.CACHED),
                            LOOKUPS,
                            router.cache().lookupsTopic());
        }
        return lookups;
    }

    /** Created by the first answer, as for lookups. */
    private HandledOffset handledAnswers() {
        if (answers == null) {
            answers =
                    new HandledOffset(
                            step.context().getStateStore(StepNames.CACHED),
                            ANSWERS,
                            router.cache().answersTopic());
        }
        return answers;
    }

    /** Ignores a record of another program, which must not stop the router. */
    private static void onAnswer(
            CacheTask task, Record<byte[], byte @Nullable []> entry, Origin origin) {
        String cacheKey = cacheKey(entry);
        Optional<JobId> job = jobId(entry.headers());
        if (CACHE_KEY.matcher(cacheKey).matches() && job.isPresent()) {
            task.onAnswer(
                    cacheKey,
                    job.get(),
                    entry.value(),
                    PriorityTimestampExtractor.originalMillis(entry),
                    origin);
        }
    }

    /** Returns the header, which the answer of a job in a group has; else the record key. */
    private static String cacheKey(Record<byte[], byte @Nullable []> entry) {
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
            forward(
                    StepNames.RELEASED,
                    new Record<>(
                            key(job),
                            new RoutedJob(topic, lookup.value()),
                            lookup.timestamp(),
                            headers));
        }

        @Override
        public JobEnding end(JobEnding ending) {
            return ends.end(step, ending);
        }

        @Override
        public void deadLetter(WaitingRecord lookup, DeadLetterRecord letter) {
            byte[] key = letter.jobId() == null ? new byte[0] : key(letter.jobId());
            forward(
                    StepNames.CACHE_BURY,
                    new Record<>(key, letter, lookup.timestamp(), lookup.headers()));
        }

        @Override
        public void stats(CacheStats stats) {
            ControlRecord published = stats.record(step.context().taskId().partition());
            forward(
                    StepNames.CACHE_STATS,
                    new Record<>(
                            published.key().bytes(), published.value(), router.clock().millis()));
        }

        private void forward(String sink, Record<byte[], ?> entry) {
            step.forwardTo(sink, entry);
        }

        private static byte[] key(JobId job) {
            return job.value().getBytes(UTF_8);
        }
    }
}
