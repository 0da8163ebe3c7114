package dev.millrace.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.store.fixture.TestDatabase;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Tests exports whose readers read nothing, over real connections. */
class SlowReadersTest {
    private static final String RESULTS = "/batches/b/results?tenant=acme";

    /** Larger than the operating system's buffer for an answer. */
    private static final int RESULT_BYTES = 16 << 20;

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
    void readersTakeThePlacesOfTheirTenant() throws Exception {
        try (var api = RunningApi.withPatience(database(), Duration.ofMinutes(10));
                var _ = readers(api)) {
            HttpResponse<?> refused = api.send("HEAD", RESULTS);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void readersThatAreCutOffFreeThePlacesOfTheirTenant() throws Exception {
        try (var api = RunningApi.withPatience(database(), Duration.ofMillis(500));
                var _ = readers(api)) {
            await().until(() -> api.send("HEAD", RESULTS).statusCode() == 200);
        }
        assertThat(log.list).isEmpty();
    }

    private TestDatabase database() throws Exception {
        TestDatabase database = TestDatabase.sqlite(folder);
        new StoredBatches().result("acme", "b", 1, RESULT_BYTES).storeIn(database);
        return database;
    }

    /** Begins as many exports as a tenant may have at once. */
    private static Closeable readers(RunningApi api) throws IOException {
        var readers = new ArrayList<Socket>();
        for (int i = 0; i < 4; i++) {
            readers.add(api.begin(RESULTS));
        }
        return () -> {
            for (Socket reader : readers) {
                reader.close();
            }
        };
    }
}
