package dev.millrace.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.fixture.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
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

    @Nested
    class ALockedDatabase extends WebhookFixture {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }

        @Test
        void keepsTheResultOfAnAttemptFromBeingStoredButNotForEver() throws Exception {
            recorderWithEvent();
            DeliverySender sender = sender(RECEIVER, poster);
            try (Connection other = DriverManager.getConnection(database.url());
                    Statement statement = other.createStatement()) {
                poster.onPost = () -> lock(statement);
                assertThatThrownBy(sender::runOnce).isInstanceOf(DatabaseException.class);
                assertThatThrownBy(sender::runOnce).isInstanceOf(DatabaseException.class);
            }
            poster.onPost = () -> {};
            now = now.plus(DeliverySender.LEASE);
            drain(sender);

            assertThat(poster.requests).hasSize(1);
            assertThat(deliveries()).containsExactly("delivered|1|200|null");
        }

        private static void lock(Statement statement) {
            try {
                statement.execute("BEGIN IMMEDIATE");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
