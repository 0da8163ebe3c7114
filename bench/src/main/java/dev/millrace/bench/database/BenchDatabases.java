package dev.millrace.bench.database;

import java.io.IOException;

/** Creates the databases of a measurement. Used by one thread. */
public interface BenchDatabases extends AutoCloseable {
    DatabaseKind kind();

    /**
     * Creates an empty database.
     *
     * @param name lower-case letters, digits and underscores
     * @return its JDBC URL
     * @throws IOException when the database cannot be created
     */
    String create(String name) throws IOException;

    /**
     * Deletes a database that nobody uses any more.
     *
     * @throws IOException when the database cannot be deleted
     */
    void delete(String name) throws IOException;

    @Override
    void close() throws IOException;
}
