package dev.millrace.standalone.economy;

import dev.millrace.standalone.Main;
import dev.millrace.testclusters.JavaProcess;
import dev.millrace.testclusters.RestartableProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service in its own process, which can be killed, suspended, and restarted in its folder. Used
 * by one thread.
 */
public final class ServiceProcess {
    private static final String CONFIGURATION = "millrace.yaml";
    private static final String LOG = "service.log";
    static final String ROUTER_STATE = ".millrace-router";

    private final String command;
    private final Path home;
    private final RestartableProcess process;

    /**
     * Starts a service.
     *
     * @param command {@code router}, {@code worker}, {@code gateway} or {@code up}
     * @param home working folder of the service, which is created
     * @param options additional options of the command
     */
    public ServiceProcess(String command, Path home, String yaml, String... options)
            throws IOException {
        this.command = command;
        this.home = Files.createDirectories(home);
        Files.writeString(home.resolve(CONFIGURATION), yaml);
        var words =
                JavaProcess.command(
                        "512m",
                        Main.class,
                        command,
                        "--config",
                        CONFIGURATION,
                        "--metrics",
                        "127.0.0.1:0");
        words.addAll(List.of(options));
        process =
                new RestartableProcess(
                        command,
                        new ProcessBuilder(words).directory(home.toFile()),
                        home.resolve(LOG));
        process.start();
    }

    String command() {
        return command;
    }

    /** Kills the process as {@code kill -9} does, and waits for its end. */
    public void kill() {
        process.kill();
    }

    /** Suspends all threads of the process, as SIGSTOP does. */
    public void suspend() throws IOException {
        process.suspend();
    }

    public void resume() throws IOException {
        process.resume();
    }

    /** Starts the process again. */
    public void restart() throws IOException {
        process.start();
    }

    /** Deletes the local state of a killed router, which the router then restores from Kafka. */
    void deleteState() throws IOException {
        Path state = home.resolve(ROUTER_STATE);
        if (Files.exists(state)) {
            Files.walkFileTree(state, new Deletion());
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns all that the process has printed since the first start, of both streams. */
    public String output() {
        try {
            return Files.readString(home.resolve(LOG));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the state of the process and its log. */
    @Override
    public String toString() {
        return home.getFileName() + (isAlive() ? " lives:\n" : " has ended:\n") + output();
    }

    static String logs(List<ServiceProcess> services) {
        return String.join("\n", services.stream().map(ServiceProcess::toString).toList());
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
