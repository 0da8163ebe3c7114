package dev.millrace.bench.database;

/** A kind of database that the sink can use. */
public enum DatabaseKind {
    /** A file of SQLite. */
    SQLITE("sqlite", "SQLite"),
    /** A database of a PostgreSQL server. */
    POSTGRESQL("postgresql", "PostgreSQL");

    private final String key;
    private final String title;

    DatabaseKind(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** Returns the name in JSON. */
    public String key() {
        return key;
    }

    /** Returns the name for people. */
    public String title() {
        return title;
    }
}
