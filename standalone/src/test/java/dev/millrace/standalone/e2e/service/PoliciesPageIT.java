package dev.millrace.standalone.e2e.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.RoutedBy;
import dev.millrace.standalone.e2e.Launcher;
import dev.millrace.standalone.e2e.Running;
import dev.millrace.standalone.guard.SimulatedModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of {@code docs/policies.md} one after the other. The page shows them beside a
 * pipeline with providers, so the simulated one is in the folder of such a pipeline.
 */
@Tag("long")
class PoliciesPageIT {
    private static final Path PAGE = Launcher.page("docs").resolve("policies.md");
    private static final String ARM = "claude-sonnet-4.5";

    private static final int JOBS_OF_THE_CANARY = 600;
    private static final int JOBS_UNTIL_THE_TRIP = 4_000;

    @TempDir private Path folder;
    private Running pipeline;
    private SteadyLoad load;

    @BeforeEach
    void start() throws IOException {
        Path examples = Files.createDirectory(folder.resolve("examples"));
        for (String name : List.of("canary.yaml", "ceilings.jsonl")) {
            Files.copy(Launcher.example(name), examples.resolve(name));
        }
        pipeline = new Launcher(folder).start("up", "--simulate", "--data-dir", ".millrace");
        pipeline.awaitOutput("running ");
        load = new SteadyLoad(printed("bootstrap"));
    }

    @AfterEach
    void stop() {
        load.close();
        pipeline.terminate();
        pipeline.await().exitsWith(0);
    }

    /** Returns the rest of the start-up line that begins with a word. */
    private String printed(String word) {
        return pipeline.out()
                .lines()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(pipeline.out() + pipeline.err()));
    }

    /**
     * One command of the page.
     *
     * @param before runs before the command
     * @param check verifies the output
     */
    private record Step(int exitCode, Runnable before, Consumer<String> check) {}

    private final Map<String, Step> steps = new LinkedHashMap<>();

    private void command(String command, String... printed) {
        commandAfter(() -> {}, command, printed);
    }

    private void commandAfter(Runnable before, String command, String... printed) {
        step(0, before, command, printed);
    }

    private void step(int code, Runnable before, String command, String... printed) {
        steps.put(command, new Step(code, before, out -> assertThat(out).contains(printed)));
    }

    @Test
    void everyCommandOfThePageWorksAsDescribed() throws IOException {
        simulating();
        applying();
        rollingBack();
        pausingAndCancelling();
        assertThat(commands()).containsExactlyElementsOf(steps.keySet());

        List<String> transcript = new ArrayList<>();
        steps.forEach(
                (command, step) -> {
                    step.before().run();
                    var words = Stream.of(command.split(" ", -1)).toArray();
                    var finished = new Launcher(folder).run(words);
                    transcript.add(finished.toString());
                    assertThat(finished.exitCode())
                            .as(() -> String.join("\n", transcript))
                            .isEqualTo(step.exitCode());
                    step.check().accept(finished.out());
                });
    }

    private void simulating() {
        command(
                "policy simulate --simulate --lines examples/ceilings.jsonl",
                "ceilings.jsonl:4 qwen-turbo, by default/3@file-",
                "12 lines: 12 would be sent, 0 refused",
                "default/1@",
                "default/2@",
                "default/3@",
                "default/4@",
                "default/5@",
                "default/6@");
        command(
                "policy simulate --simulate --policy examples/canary.yaml examples/ceilings.jsonl",
                "12 lines: 12 would be sent, 0 refused",
                "default/5@file-");
    }

    private void applying() {
        step(
                3,
                () -> {},
                "policy diff examples/canary.yaml",
                "default: " + RoutedBy.version(Policy.SHIPPED) + " → v1",
                "-     use: [gpt-4.1]",
                "+     split: ");
        command(
                "policy apply examples/canary.yaml --note canary",
                "default: " + RoutedBy.version(Policy.SHIPPED) + " → v1",
                "+     guard: ");
        command("policy show default", "split: ", ARM);
        command("policy history default", "v1", "canary", "(in force)");
        commandAfter(
                () -> load.untilDone(JOBS_OF_THE_CANARY, "default/5@v1"),
                "status",
                "routers 1, workers 1",
                "policy default@v1",
                ": canary",
                "rule 5: " + ARM + " at 1 %, step 1 of 3");
        command("costs --by rule,arm", "default/5@v1", "gpt-4.1  ", "P95 ms");
    }

    private void rollingBack() {
        commandAfter(
                load::start, "policy rollback default", "default: v1 → v2", "+     use: [gpt-4.1]");
        command("policy rollback default --to 1", "default: v2 → v3", "+     split: ");
        commandAfter(
                this::breakTheArm, "policy clear default " + ARM, "restored the share of " + ARM);
    }

    private void breakTheArm() {
        load.stop();
        new SimulatedModel(URI.create(printed("simulator")), ARM)
                .behave("{\"failures\":{\"context_length_exceeded\":1}}");
        load.untilTripped(JOBS_UNTIL_THE_TRIP, ARM);
    }

    private void pausingAndCancelling() {
        command("cancel --batch 2026-11-20 --tenant acme", "cancelled: batch 2026-11-20 of acme");
        command(
                "cancel --batch 2026-11-20 --tenant acme --running",
                "cancelled: batch 2026-11-20 of acme",
                ", with running calls");
        command("cancel --job 6f1d0c7e5a3b4f2891e0d7c6b5a49382", "cancelled: job 6f1d0c7e");
        command("pause --model gpt-4.1", "paused: gpt-4.1");
        command("resume --model gpt-4.1", "resumed: gpt-4.1");
        command("pause --tenant acme --for 2h", "paused: tenant acme,", ", until ");
        command("pause --tenant acme --batch 2026-11-20", "paused: batch 2026-11-20 of acme,");
        command("pause --all", "paused: everything");
        command("resume --all", "resumed: everything");
    }

    /** Returns the arguments of all commands on the page, in order. */
    private static List<String> commands() throws IOException {
        return Pattern.compile("(?m)^\\./millrace (.*)$")
                .matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult it) -> it.group(1))
                .toList();
    }
}
