package dev.millrace.standalone.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the commands of {@code examples/README.md}. */
@Tag("long")
class ExamplesIT {
    private static final String TICKETS = "examples/support-tickets.jsonl";
    private static final String MISTAKES = "run --simulate examples/mistakes.jsonl";
    private static final String BUDGETS =
            "run --simulate --config examples/budgets.yaml " + TICKETS;
    private static final int EXIT_WITH_FAILURES = 3;

    /** Expected output of each command that ends by itself. */
    private static final Map<String, String> PRINTED =
            Map.of(
                    "run --simulate " + TICKETS,
                    "succeeded        200",
                    BUDGETS,
                    "budget_exceeded 2",
                    "policy simulate --simulate --lines examples/ceilings.jsonl",
                    "12 lines: 12 would be sent",
                    "policy simulate --simulate --config examples/articles.yaml --lines"
                            + " examples/ceilings.jsonl",
                    "12 lines: 12 would be sent",
                    "policy simulate --simulate --policy examples/canary.yaml"
                            + " examples/ceilings.jsonl",
                    "12 lines: 12 would be sent",
                    "run --simulate examples/repeats.jsonl",
                    "cached           8",
                    "run --simulate examples/similar.jsonl",
                    "cached           4",
                    "run --simulate examples/long-document.jsonl",
                    "succeeded        2",
                    "audit examples/usage.jsonl",
                    "11 billed requests in 12 lines",
                    MISTAKES,
                    "dead letters     8");

    /** Ten other jobs name their tenants. */
    private static final int JOBS_WITHOUT_TENANT = 190;

    private static final String UP = "up --simulate";
    private static final String SIMULATED = " --data-dir .millrace-simulated";
    private static final String DOCUMENTS =
            "documents add examples/handbook/returns.md examples/handbook/delivery.md"
                    + " examples/handbook/warranty.md --collection handbook"
                    + SIMULATED;
    private static final String QUESTIONS = "submit examples/retrieval.jsonl" + SIMULATED;
    private static final String ANSWERS = "results retrieval.jsonl" + SIMULATED;

    private static final String CLUSTER = " --config examples/cluster.yaml";
    private static final String TOPICS = "topics apply" + CLUSTER;
    private static final List<String> SERVICES =
            Stream.of("router", "worker", "worker", "sink").map(it -> it + CLUSTER).toList();
    private static final String SUBMIT = "submit" + CLUSTER + " " + TICKETS;
    private static final String RESULTS = "results" + CLUSTER + " support-tickets.jsonl";

    @TempDir private Path folder;
    private Launcher launcher;

    @BeforeEach
    void copyExamples() throws IOException {
        launcher = new Launcher(folder);
        Path from = Launcher.page("examples");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve("examples").resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    private Finished run(String command) {
        return launcher.run((Object[]) command.split(" ", -1));
    }

    private Running start(String command) {
        return launcher.start((Object[]) command.split(" ", -1));
    }

    /** Returns the rest of the start-up line that begins with a word. */
    private static String printed(Running running, String word) {
        return running.out()
                .lines()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(running.out() + running.err()));
    }

    private static void stop(Running running) {
        running.terminate();
        running.await().exitsWith(0);
    }

    private void awaitResults(String command, int expected) {
        await().until(() -> run(command).out().lines().count() == expected);
    }

    @Nested
    class ThePage {
        @Test
        void hasNoCommandThatIsNotTried() throws IOException {
            var tried = new ArrayList<>(PRINTED.keySet());
            tried.addAll(SERVICES);
            tried.addAll(List.of(UP, UP + " --broker-port 9092", DOCUMENTS, QUESTIONS, ANSWERS));
            tried.addAll(List.of("simulator --port 8089", TOPICS, SUBMIT, RESULTS));

            assertThat(Files.readAllLines(Launcher.example("README.md")))
                    .filteredOn(line -> line.startsWith("./millrace "))
                    .extracting(line -> line.substring("./millrace ".length()))
                    .containsExactlyInAnyOrderElementsOf(tried);
        }
    }

    @Nested
    class ACommand {
        static Stream<String> commands() {
            return PRINTED.keySet().stream();
        }

        @ParameterizedTest
        @MethodSource("commands")
        void printsWhatThePagePromises(String command) {
            Finished finished = run(command);

            finished.exitsWith(
                    Set.of(MISTAKES, BUDGETS).contains(command) ? EXIT_WITH_FAILURES : 0);
            assertThat(finished.out()).contains(requireNonNull(PRINTED.get(command)));
        }
    }

    @Nested
    class ARunningPipeline {
        private static final Path PACKAGES =
                Launcher.page("testing/simulator/src/test/sdk/node_modules");

        @Test
        void addsPassagesToQuestions() {
            whileRunning(
                    up -> {
                        run(DOCUMENTS).exitsWith(0);
                        run(QUESTIONS).exitsWith(0);

                        awaitResults(ANSWERS, 3);
                        assertThat(run(ANSWERS).out()).contains("examples/handbook/returns.md");
                    });
        }

        @Test
        void answersThePythonClient() {
            assumeTrue(succeeds("python3", "-c", "import openai"), "pip install openai");
            whileRunning(up -> asks("python3", "examples/clients/ask.py", printed(up, "gateway")));
        }

        @Test
        void answersTheNodeClient() throws IOException {
            havePackages();
            whileRunning(up -> asks("node", "examples/clients/ask.mjs", printed(up, "gateway")));
        }

        @Test
        void takesARequestOfNode() throws IOException {
            havePackages();
            publishes("node", "examples/clients/topics.mjs");
        }

        @Test
        void takesARequestOfPython() {
            assumeTrue(
                    succeeds("python3", "-c", "import confluent_kafka"),
                    "pip install confluent-kafka");
            publishes("python3", "examples/clients/topics.py");
        }

        @Test
        void takesARequestOfGo() {
            assumeTrue(succeeds("go", "version"), "Go is not installed");
            output("go", "mod", "init", "topics");
            output("go", "get", "github.com/twmb/franz-go@v1.22.3");
            publishes("go", "run", "examples/clients/topics.go");
        }

        /** Checks that a program gets the result of its request. */
        private void publishes(String... command) {
            var all = new ArrayList<>(List.of(command));
            whileRunning(
                    up -> {
                        all.add(printed(up, "bootstrap"));
                        assertThat(output(all.toArray(String[]::new)))
                                .contains("Where is my parcel?", "USD");
                    });
        }

        /** Starts a pipeline on free ports. */
        private void whileRunning(Consumer<Running> action) {
            Running up = start(UP + " --metrics 127.0.0.1:0");
            try {
                up.awaitOutput("gateway http");
                action.accept(up);
            } finally {
                stop(up);
            }
        }

        private void asks(String... command) {
            assertThat(output(command))
                    .contains("Where is my parcel?", "stream: ", "batch: completed 3 of 3");
        }

        private void havePackages() throws IOException {
            assumeTrue(
                    Files.isDirectory(PACKAGES),
                    "The packages are not installed: npm ci in testing/simulator/src/test/sdk");
            assumeTrue(succeeds("node", "--version"), "Node.js is not installed");
            Files.createSymbolicLink(folder.resolve("node_modules"), PACKAGES);
        }

        private String output(String... command) {
            var builder = new ProcessBuilder(command).directory(folder.toFile());
            return Running.start(builder, String.join(" ", command)).await().exitsWith(0).out();
        }

        private boolean succeeds(String... command) {
            try {
                return Running.start(new ProcessBuilder(command), command[0]).await().exitCode()
                        == 0;
            } catch (UncheckedIOException missing) {
                return false;
            }
        }
    }

    @Nested
    class AClusterWithTwoWorkers {
        @Test
        void answersTheBatch() throws IOException {
            List<Running> running = new ArrayList<>();
            try {
                Running cluster = start(UP + " --only broker,simulator --metrics 127.0.0.1:0");
                running.add(cluster);
                cluster.awaitOutput("running ");
                use(printed(cluster, "bootstrap"), printed(cluster, "simulator"));
                run(TOPICS).exitsWith(0);
                SERVICES.forEach(it -> running.add(start(it + " --metrics 127.0.0.1:0")));

                run(SUBMIT).exitsWith(0);

                awaitResults(RESULTS, JOBS_WITHOUT_TENANT);
            } finally {
                running.reversed().forEach(ExamplesIT::stop);
            }
        }

        /** Replaces the default addresses, which another test can use. */
        private void use(String bootstrap, String simulator) throws IOException {
            Path file = folder.resolve("examples/cluster.yaml");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace("127.0.0.1:9092", bootstrap)
                            .replace("http://127.0.0.1:8089", simulator));
        }
    }
}
