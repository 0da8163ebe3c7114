package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.feature.TaskStep;
import dev.millrace.router.topology.RouterDriver;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests tasks whose position in the lookups topic has moved backwards. */
class RereadLookupsTest {
    private static final String CACHE_KEY = "0f".repeat(32);

    private final RouterDriver router = new RouterDriver();
    private final MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
    private final KeyValueStore<Bytes, byte[]> entries =
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(CacheStore.NAME),
                            Serdes.Bytes(),
                            Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
    private TaskStep step = FixedCache.step(router);

    @BeforeEach
    void start() {
        entries.init(context.getStateStoreContext(), entries);
        step.init(context);
    }

    @AfterEach
    void close() {
        step.close();
        router.close();
    }

    private void read(String customId, long offset) {
        var headers = new RecordHeaders();
        new JobHeaders(
                        new JobHeaders.Identity(JobId.of("t", "b", customId), "t", "b", null),
                        new JobHeaders.Submission(Priority.NORMAL, null, Instant.EPOCH),
                        new JobHeaders.Route("catalog", List.of("small"), 0))
                .withCacheKey(CACHE_KEY)
                .writeTo(headers);
        MillraceHeaders.put(headers, MillraceHeaders.JOB_TOPIC, "test.jobs.small.normal");
        context.setRecordMetadata(RouterDriver.TOPICS.lookups(), 0, offset);
        byte[] line = RouterDriver.line(customId, "small").getBytes(UTF_8);
        step.process(new Record<>(new byte[0], line, 0, headers));
    }

    /** Reads the answer of a job that ended without a result. */
    private void readAnswer(String customId, long offset) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, JobId.of("t", "b", customId));
        context.setRecordMetadata(RouterDriver.TOPICS.answers(), 0, offset);
        step.process(new Record<>(CACHE_KEY.getBytes(UTF_8), null, 0, headers));
    }

    /** Starts the task again on its store. */
    private void restart() {
        step.close();
        step = FixedCache.step(router);
        step.init(context);
    }

    private long stored() {
        return entries.approximateNumEntries();
    }

    @Test
    void lookupThatIsReadAgainIsHandledOnce() {
        read("a", 0);
        read("b", 1);
        long stored = stored();
        restart();
        read("a", 0);
        read("b", 1);

        assertThat(context.forwarded(Caching.RELEASED)).hasSize(1);
        assertThat(stored()).isEqualTo(stored);
        read("c", 2);
        assertThat(stored()).isEqualTo(stored + 2);
    }

    @Test
    void answerThatIsReadAgainDoesNotEndTheNextRunOfItsJob() {
        read("a", 0);
        readAnswer("a", 0);
        read("a", 1);
        read("b", 2);
        restart();
        readAnswer("a", 0);

        // A second end of "a" would have "b" called.
        assertThat(context.forwarded(Caching.RELEASED)).hasSize(2);
        readAnswer("a", 1);
        assertThat(context.forwarded(Caching.RELEASED)).hasSize(3);
    }

    @Test
    void lookupOfARecreatedTopicIsNew() {
        read("a", 5);
        restart();
        router.lookupsTopic = new Uuid(1, 2);
        step.close();
        step = FixedCache.step(router);
        step.init(context);
        long stored = stored();
        read("b", 0);

        // The job, its deadline, and the number of waiting jobs.
        assertThat(stored()).isEqualTo(stored + 3);
    }
}
