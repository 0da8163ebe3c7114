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
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests when the cache step requests a commit. */
class LookupCommitsTest {
    private final RouterDriver router = new RouterDriver();
    private final MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
    private final KeyValueStore<Bytes, byte[]> entries =
            Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(CacheStore.NAME),
                            Serdes.Bytes(),
                            Serdes.ByteArray())
                    .withLoggingDisabled()
                    .build();
    private final TaskStep step = FixedCache.step(router);

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

    @ParameterizedTest
    @CsvSource({"CRITICAL, true", "HIGH, false"})
    void criticalLookupIsCommittedWithoutATick(Priority priority, boolean isCommitted) {
        var headers = new RecordHeaders();
        new JobHeaders(
                        new JobHeaders.Identity(JobId.of("t", "b", "a"), "t", "b", null),
                        new JobHeaders.Submission(priority, null, Instant.EPOCH),
                        new JobHeaders.Route("catalog", List.of("small"), 0))
                .withCacheKey("0f".repeat(32))
                .writeTo(headers);
        MillraceHeaders.put(headers, MillraceHeaders.JOB_TOPIC, "test.jobs.small.normal");
        context.setRecordMetadata(RouterDriver.TOPICS.lookups(), 0, 0);

        step.process(
                new Record<>(
                        new byte[0], RouterDriver.line("a", "small").getBytes(UTF_8), 0, headers));

        assertThat(context.forwarded(Caching.RELEASED)).hasSize(1);
        assertThat(context.committed()).isEqualTo(isCommitted);
    }
}
