package dev.millrace.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.store.database.Database;
import dev.millrace.store.fixture.SqliteDump;
import dev.millrace.store.fixture.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
    @TempDir Path folder;

    @Nested
    class Results extends ResultsContract {
        @Override
        protected TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Sums extends SumsContract {
        @Override
        protected TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Writers extends WritersContract {
        @Override
        protected TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class OfVersion01 extends DatabaseOfVersion01Contract {
        private int databases;

        OfVersion01() {
            super("sqlite.sql");
        }

        @Override
        protected TestDatabase newDatabase() throws IOException {
            databases++;
            return TestDatabase.sqlite(
                    Files.createDirectory(folder.resolve(Integer.toString(databases))));
        }

        @Override
        String dump(TestDatabase database) throws SQLException {
            return SqliteDump.of(database);
        }

        @Override
        void restore(String dump, TestDatabase database) throws SQLException {
            SqliteDump.restore(dump, database);
        }
    }

    @Nested
    class Erasures extends ErasureContract {
        @Override
        protected TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Ends extends BatchEndContract {
        @Override
        protected TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class QueriesOfATenant {
        @Test
        void readNoFailuresOfOtherTenants() throws Exception {
            TestDatabase database = TestDatabase.sqlite(folder);
            Database.of(database.url()).migrate();

            assertThat(
                            database.rows(
                                    "EXPLAIN QUERY PLAN SELECT job_id FROM results"
                                            + " WHERE error_code IS NOT NULL AND tenant = 't'"
                                            + " ORDER BY finished_at DESC LIMIT 10"))
                    .singleElement()
                    .asString()
                    .contains("results_failed_of_tenant");
            assertThat(
                            database.rows(
                                    "EXPLAIN QUERY PLAN SELECT reason FROM dead_letters"
                                            + " WHERE tenant = 't' ORDER BY received_at DESC LIMIT 10"))
                    .singleElement()
                    .asString()
                    .contains("dead_letters_of_tenant");
        }
    }
}
