package dev.millrace.standalone.compose;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The services of {@code docker-compose.yml} under a separate project name, on free ports. Closing
 * removes their containers, networks and volumes.
 */
final class ComposeProject implements AutoCloseable {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Longest time for one command of Compose, such as a start that waits for health. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final List<String> IMAGES =
            List.of(
                    image("MILLRACE_IMAGE", "millrace:latest"),
                    image("MILLRACE_KAFKA_IMAGE", "apache/kafka:4.2.2"),
                    image("MILLRACE_POSTGRES_IMAGE", "postgres:15"),
                    image("MILLRACE_PROMETHEUS_IMAGE", "prom/prometheus:v3.5.3"));

    private final List<String> compose;
    private final Map<String, String> environment = new HashMap<>();

    /** Removes the containers if the JVM ends in the middle of a test. */
    private final Thread removal = new Thread(this::remove);

    private ComposeProject(List<String> compose, List<Path> files, Path testFiles) {
        this.compose = new ArrayList<>(compose);
        files.forEach(file -> this.compose.addAll(List.of("-f", file.toString())));
        String name = "millrace-test-" + UUID.randomUUID().toString().substring(0, 8);
        environment.put("COMPOSE_PROJECT_NAME", name);
        environment.put("TEST_FILES", testFiles.toString());
        for (String port :
                List.of(
                        "MILLRACE_PORT",
                        "MILLRACE_KAFKA_PORT",
                        "MILLRACE_KAFKA_2_PORT",
                        "MILLRACE_KAFKA_3_PORT",
                        "MILLRACE_PROMETHEUS_PORT")) {
            environment.put(port, Integer.toString(freePort()));
        }
    }

    /**
     * Returns a project that has started nothing.
     *
     * <p>Skips the test without an engine, without Compose and without an image.
     *
     * @param files Compose files, later ones override earlier ones
     * @param testFiles folder that the files name as {@code TEST_FILES}
     */
    static ComposeProject of(List<Path> files, Path testFiles) {
        if (run(List.of("docker", "info"), Map.of()).exitCode() != 0) {
            return abort("no container engine runs here: docker info fails");
        }
        for (String image : IMAGES) {
            if (run(List.of("docker", "image", "inspect", image), Map.of()).exitCode() != 0) {
                return abort(
                        "the image "
                                + image
                                + " is missing; make it with docker build -t millrace . or"
                                + " deploy/containers/service-images");
            }
        }
        for (List<String> command :
                List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            var version = new ArrayList<>(command);
            version.add("version");
            if (run(version, Map.of()).exitCode() == 0) {
                var project = new ComposeProject(command, files, testFiles);
                Runtime.getRuntime().addShutdownHook(project.removal);
                return project;
            }
        }
        return abort("neither docker compose nor docker-compose is installed");
    }

    /** Includes the services of a profile from now on. */
    void activate(String profile) {
        environment.put("COMPOSE_PROFILES", profile);
    }

    /** Runs a command of Compose, which must succeed, and returns its standard output. */
    String compose(String... arguments) {
        var command = new ArrayList<>(compose);
        command.addAll(List.of(arguments));
        return succeed(command);
    }

    /** Runs a command of the engine, which must succeed, and returns its standard output. */
    String docker(String... arguments) {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return succeed(command);
    }

    /** Returns the ids of the containers of a service. */
    List<String> containers(String service) {
        return compose("ps", "-q", service).lines().filter(line -> !line.isBlank()).toList();
    }

    /** Returns the published address of a port that has a variable, such as a Kafka listener. */
    String address(String variable) {
        return "127.0.0.1:" + environment.get(variable);
    }

    /** Returns the published address of a port of a service. */
    String address(String service, int port) {
        return compose("port", service, Integer.toString(port)).strip();
    }

    /**
     * Returns what, when it is closed, writes the state and the logs of all containers to a file.
     */
    Logs logsTo(Path file) {
        return () ->
                uninterrupted(
                        () -> {
                            try {
                                Files.writeString(
                                        file, compose("ps") + compose("logs", "--no-color", "-t"));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    /** Something to close before the project. */
    interface Logs extends AutoCloseable {
        @Override
        void close();
    }

    /** Removes the project even where a container hangs. */
    @Override
    public void close() {
        uninterrupted(this::remove);
        Runtime.getRuntime().removeShutdownHook(removal);
    }

    private void remove() {
        compose("down", "--volumes", "--remove-orphans", "--timeout", "5");
    }

    /** Runs commands that must run even after the test's timeout, which interrupts the thread. */
    private static void uninterrupted(Runnable commands) {
        boolean interrupted = Thread.interrupted();
        try {
            commands.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String succeed(List<String> command) {
        return run(command, environment).exitsWith(0).out();
    }

    private static Finished run(List<String> command, Map<String, String> environment) {
        var builder = new ProcessBuilder(command).directory(ROOT.toFile());
        builder.environment().putAll(environment);
        String name = String.join(" ", command);
        try {
            return Running.start(builder, name).await(LIMIT);
        } catch (UncheckedIOException e) {
            return new Finished(name, -1, "", String.valueOf(e.getMessage()));
        }
    }

    private static String image(String variable, String byDefault) {
        String image = System.getenv(variable);
        return image == null || image.isEmpty() ? byDefault : image;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
