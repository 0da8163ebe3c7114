package dev.millrace.store.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteUrlTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "what?",
                "a?mode=memory",
                "50% done",
                "%41",
                "a#b;c",
                "Team, 2026 ?#%",
                "file:x",
                "größe?"
            })
    void databaseIsInTheFileOfThatName(String name) throws DatabaseException, IOException {
        Path file = folder.resolve(name).resolve("millrace.db");
        String url = Database.sqliteUrl(file);

        var _ = Database.of(url).migrate();

        assertThat(file).isRegularFile();
        assertThat(Database.file(url)).contains(file);
        try (var beside = Files.list(folder)) {
            assertThat(beside).containsExactly(folder.resolve(name));
        }
    }
}
