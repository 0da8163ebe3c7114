package dev.millrace.bench.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server with default settings, in a temporary folder, created by the machine's initdb
 * and pg_ctl. PostgreSQL refuses to run as root; for root, the server runs as {@code nobody}.
 */
public final class PostgresCluster implements BenchDatabases {
    private final Path binaries;
    private final Path folder;
    private final int port;

    private PostgresCluster(Path binaries, Path folder, int port) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
    }

    /** Returns the folder of initdb and pg_ctl: Debian's folders, otherwise the PATH. */
    public static Optional<Path> binaries() {
        var folders = new ArrayList<Path>();
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> found = Files.list(versions)) {
                found.sorted(Comparator.reverseOrder())
                        .forEach(version -> folders.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (String folder : Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1)) {
            folders.add(Path.of(folder));
        }
        return folders.stream()
                .filter(it -> Files.isExecutable(it.resolve("pg_ctl")))
                .filter(it -> Files.isExecutable(it.resolve("initdb")))
                .findFirst();
    }

    /**
     * Creates a server and starts it on a free loopback port.
     *
     * @param binaries folder from {@link #binaries}
     * @throws IOException when the server does not start
     */
    public static PostgresCluster start(Path binaries) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("millrace-bench-postgres");
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var server = new PostgresCluster(binaries, folder, port);
        if (isRoot()) {
            run(List.of("chown", "nobody", folder.toString()), Path.of("/"));
        }
        server.command("initdb", "-D", "data", "-U", "millrace", "-A", "trust", "-E", "UTF8");
        String options = "-h 127.0.0.1 -k " + folder + " -p " + port;
        server.command("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start");
        return server;
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.POSTGRESQL;
    }

    @Override
    public String create(String name) throws IOException {
        execute("CREATE DATABASE " + name);
        return url(name);
    }

    @Override
    public void delete(String name) throws IOException {
        execute("DROP DATABASE " + name);
    }

    private void execute(String statement) throws IOException {
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement it = connection.createStatement()) {
            it.execute(statement);
        } catch (SQLException e) {
            throw new IOException("PostgreSQL: " + e.getMessage(), e);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=millrace";
    }

    private void command(String program, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--clear-groups"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command, folder);
    }

    private static void run(List<String> command, Path folder)
            throws IOException, InterruptedException {
        // A file, since the server inherits the output of pg_ctl and keeps it open.
        Path log = Files.createTempFile("millrace-bench-postgres", ".log");
        int exit =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
        String output = Files.readString(log, UTF_8);
        Files.delete(log);
        if (exit != 0) {
            throw new IOException(command + " failed: " + output);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Stops the server and deletes its databases. */
    @Override
    public void close() throws IOException {
        try {
            command("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL stopped", e);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
