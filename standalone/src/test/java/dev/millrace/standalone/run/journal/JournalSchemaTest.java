package dev.millrace.standalone.run.journal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.console.UserError;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalSchemaTest {
    @ParameterizedTest
    @CsvSource({"5,--fresh starts over", "7,newer Millrace"})
    void journalOfAnotherVersionIsRefused(int version, String advice, @TempDir Path folder)
            throws SQLException {
        Path file = folder.resolve("runs.db");
        RunJournal.open(file).close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("pragma user_version = " + version);
        }

        assertThatThrownBy(() -> RunJournal.open(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("runs.db")
                .hasMessageContaining(advice);
    }
}
