package dev.millrace.sink.store;

import dev.millrace.sink.fixture.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
    @TempDir Path folder;

    @Nested
    class Results extends ResultsContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Sums extends SumsContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Writers extends WritersContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Migrations extends MigrationContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Erasures extends ErasureContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }

    @Nested
    class Following extends FollowContract {
        @Override
        TestDatabase newDatabase() {
            return TestDatabase.sqlite(folder);
        }
    }
}
