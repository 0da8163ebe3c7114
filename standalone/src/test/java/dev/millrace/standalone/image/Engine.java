package dev.millrace.standalone.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The container engine of this machine, through its command line, and the image under test. */
final class Engine {
    /** The image under test. */
    static final String IMAGE =
            Objects.requireNonNullElse(System.getenv("MILLRACE_IMAGE"), "millrace:latest");

    private Engine() {}

    /** The output of a command, including standard error, and its exit code. */
    record Output(int exitCode, String text) {}

    /** Skips the tests when there is no engine or no image. */
    static void requireImage() {
        assumeTrue(canRun("info"), "there is no container engine: \"docker info\" fails");
        assumeTrue(
                canRun("image", "inspect", IMAGE),
                "there is no image " + IMAGE + ": build it with \"docker build -t millrace .\"");
    }

    private static boolean canRun(String... arguments) {
        try {
            return run(arguments).exitCode() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** Runs {@code docker} to its end, or kills it when it takes too long. */
    static Output run(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        try {
            Finished finished =
                    Running.start(
                                    new ProcessBuilder(command).redirectErrorStream(true),
                                    String.join(" ", command))
                            .await();
            return new Output(finished.exitCode(), finished.out().strip());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Runs {@code docker} and returns its output. */
    static String print(String... arguments) throws IOException {
        Output output = run(arguments);
        assertThat(output.exitCode()).as(output.text()).isZero();
        return output.text();
    }

    /** Returns a property of the image, in the engine's template language. */
    static String imageProperty(String template) throws IOException {
        return print("image", "inspect", "--format", template, IMAGE);
    }

    /** Runs a program of the image in place of Millrace, and returns its output. */
    static String inImage(String program, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("run", "--rm", "--network=none"));
        command.addAll(List.of("--entrypoint", program, IMAGE));
        command.addAll(List.of(arguments));
        return print(command.toArray(String[]::new));
    }
}
