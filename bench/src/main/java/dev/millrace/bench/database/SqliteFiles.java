package dev.millrace.bench.database;

import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** SQLite databases in the work folder. */
public final class SqliteFiles implements BenchDatabases {
    /** Endings of the database, its write-ahead log, and the index of the log. */
    private static final List<String> ENDINGS = List.of(".db", ".db-wal", ".db-shm");

    private final WorkFolder folder;

    /** Creates databases in a folder. */
    public SqliteFiles(WorkFolder folder) {
        this.folder = folder;
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.SQLITE;
    }

    @Override
    public String create(String name) {
        return "jdbc:sqlite:" + folder.file(name + ENDINGS.getFirst());
    }

    /** Deletes the files unless the work folder is kept. */
    @Override
    public void delete(String name) throws IOException {
        if (!folder.isKept()) {
            for (String ending : ENDINGS) {
                Files.deleteIfExists(folder.file(name + ending));
            }
        }
    }

    @Override
    public void close() {}
}
