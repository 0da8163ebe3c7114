package dev.millrace.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.store.fixture.TestDatabase;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Tests answers whose receiver disconnects before their end. */
class GoneReadersTest {
    private static final int MAX_STREAMS = 8;

    @TempDir private Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(GatewayApi.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @Test
    void readerWhoLeavesIsNoFault() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches().job("acme", "b", 1, "0.1").storeIn(database);
        try (var api = RunningApi.withoutKeys(database, List.of(), () -> RunningApi.STATE)) {
            for (int i = 0; i < MAX_STREAMS; i++) {
                assertThat(isStream(api)).isTrue();
            }
            // A stream ends when it writes to a reader who has left; then another can be opened.
            await().until(() -> isStream(api));
        }
        assertThat(log.list).isEmpty();
    }

    /** Opens a stream and leaves it; returns false if too many are open. */
    private static boolean isStream(RunningApi api) throws Exception {
        try (InputStream stream = api.open("/events")) {
            return stream.read() == 'e';
        }
    }
}
