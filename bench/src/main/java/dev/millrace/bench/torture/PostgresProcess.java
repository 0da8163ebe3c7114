package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server that survives crashes, from the machine's installation. Runs as {@code
 * nobody} if this process is root, since PostgreSQL refuses to run as root. Used by one thread.
 */
final class PostgresProcess implements AutoCloseable {
    private static final String DATABASE = "millrace";
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private final Path binaries;
    private final Path folder;
    private final int port = Brokers.freePort();

    /**
     * Creates and starts a server with an empty database {@code millrace}.
     *
     * @param folder an empty folder, whose parents anybody can enter; {@link #close} empties it
     */
    PostgresProcess(Path folder) throws IOException, SQLException {
        this.folder = folder;
        binaries = binaries().orElseThrow(() -> UserError.usage("PostgreSQL is not installed"));
        if (isRoot()) {
            run(List.of("chown", "nobody", folder.toString()), Path.of("/"));
        }
        command("initdb", "-D", "data", "-U", "millrace", "-A", "trust", "-E", "UTF8");
        start();
        try (var connection = DriverManager.getConnection(url(port, "postgres"));
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE millrace");
        }
    }

    Path folder() {
        return folder;
    }

    int port() {
        return port;
    }

    /**
     * Returns the JDBC URL of the database.
     *
     * @param through port of the server, or of a link to it
     */
    static String url(int through) {
        return url(through, DATABASE);
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=millrace";
    }

    void start() throws IOException {
        String options = "-h 127.0.0.1 -k " + folder + " -p " + port;
        command("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start");
    }

    /** Stops the server at once, as in a crash. */
    void kill() throws IOException {
        command("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop");
    }

    /** Starts the server, whether it has ended by itself or not. */
    void restart() throws IOException {
        try {
            kill();
        } catch (IOException alreadyEnded) {
            // A full disk can end it.
        }
        start();
    }

    void backUp() throws IOException {
        client("pg_dump", "--format=custom", "--file=backup.dump", DATABASE);
    }

    /** Replaces the database by its backup. */
    void restore() throws IOException {
        client("dropdb", "--force", DATABASE);
        client("createdb", DATABASE);
        client("pg_restore", "--dbname=" + DATABASE, "backup.dump");
    }

    private void client(String program, String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", "" + port, "-U", "millrace"));
        all.addAll(List.of(arguments));
        command(program, all.toArray(String[]::new));
    }

    static Optional<Path> binaries() throws IOException {
        if (!Files.isDirectory(VERSIONS)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(it -> it.resolve("bin"))
                    .filter(it -> Files.isExecutable(it.resolve("pg_ctl")))
                    .max(Comparator.naturalOrder());
        }
    }

    private void command(String program, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--clear-groups"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command, folder);
    }

    private static void run(List<String> command, Path folder) throws IOException {
        Path log = Files.createTempFile("millrace-postgres", ".log");
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        int exit = process.onExit().join().exitValue();
        String output = Files.readString(log, UTF_8);
        Files.delete(log);
        if (exit != 0) {
            throw new IOException(command + " failed: " + output);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Override
    public void close() throws IOException {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }
}
