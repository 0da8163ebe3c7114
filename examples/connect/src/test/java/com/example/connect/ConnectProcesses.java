package com.example.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts Connect's standalone worker with the files of {@code examples/connect}, in a folder with
 * copies of them.
 */
final class ConnectProcesses {
    static final Path EXAMPLE = example();
    private static final Path WORKER = EXAMPLE.resolve(Path.of("target", "worker"));
    private static final Path PLUGINS = EXAMPLE.resolve(Path.of("target", "plugins"));
    private static final List<String> CONNECTORS =
            List.of(
                    "requests-outbox.properties",
                    "results-jdbc.properties",
                    "costs-jdbc.properties",
                    "results-iceberg.properties",
                    "costs-iceberg.properties");

    private final Path folder;
    private final Map<String, String> environment;

    /**
     * @param folder an empty folder
     * @param environment variables that the files name
     */
    ConnectProcesses(Path folder, Map<String, String> environment) throws IOException {
        this.folder = folder;
        this.environment = environment;
        try (Stream<Path> files = Files.list(EXAMPLE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Files.createSymbolicLink(folder.resolve("target"), EXAMPLE.resolve("target"));
    }

    /** Tests run in the folder of their module, or in that of standalone. */
    private static Path example() {
        Path here = Path.of("").toAbsolutePath();
        return here.endsWith("connect") ? here : here.resolveSibling("examples").resolve("connect");
    }

    /** Returns true if Maven has copied the worker and its plugins. */
    static boolean areDownloaded() {
        return Files.isDirectory(WORKER) && Files.isDirectory(PLUGINS.resolve("iceberg"));
    }

    /** Starts the worker, whose output {@link #log} returns. */
    Process startWorker() throws IOException {
        var arguments = new ArrayList<>(List.of("worker.properties"));
        arguments.addAll(CONNECTORS);
        return start(
                Redirect.appendTo(folder.resolve("worker.log").toFile()),
                WORKER + "/*",
                "org.apache.kafka.connect.cli.ConnectStandalone",
                arguments);
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("worker.log"), UTF_8);
    }

    /** Returns the rows of an Iceberg table, or none before the connector has created it. */
    List<String> rows(String connector) {
        Path out = folder.resolve(connector + ".rows");
        try {
            int exit =
                    start(
                                    Redirect.to(out.toFile()),
                                    PLUGINS.resolve("iceberg") + "/*:" + WORKER + "/*",
                                    EXAMPLE.resolve(
                                                    Path.of(
                                                            "src",
                                                            "test",
                                                            "iceberg",
                                                            "PrintTable.java"))
                                            .toString(),
                                    List.of(connector + ".properties"))
                            .waitFor();
            return exit == 0
                    ? Files.readAllLines(out).stream().filter(it -> it.contains("=")).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process start(Redirect out, String classPath, String program, List<String> arguments)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                program));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).redirectOutput(out).start();
    }
}
