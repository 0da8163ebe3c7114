package dev.millrace.sink.webhook;

import dev.millrace.sink.fixture.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SqliteWebhookTest {
    @TempDir Path folder;

    @Nested
    class Deliveries extends WebhookContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Batches extends BatchEventsContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }
}
