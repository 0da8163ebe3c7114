package dev.millrace.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code policy simulate}, which needs no broker. */
class PolicySimulateIT {
    private static final Path INPUT = Launcher.example("support-tickets.jsonl");

    @TempDir private Path folder;

    @Test
    void simulationCountsJobsByModelAndWritesNoFile() {
        JsonNode summary =
                new Launcher(folder)
                        .run("policy", "simulate", "--simulate", "--json", INPUT)
                        .exitsWith(0)
                        .summary();

        assertThat(summary.path("jobs").intValue()).isEqualTo(200);
        assertThat(summary.path("by_choice").findValuesAsString("routed_by"))
                .contains("alias", "catalog")
                .anyMatch(it -> it.startsWith("default/3@file-"));
        assertThat(summary.path("cost_usd").decimalValue()).isPositive();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void policyOptionReplacesTheConfiguredPolicy() throws IOException {
        Path candidate = folder.resolve("canary.yaml");
        Files.writeString(
                candidate, "policies: { default: { rules: [ { use: [gemini-3.1-pro] } ] } }");

        JsonNode summary =
                simulate("--simulate", "--json", "--policy", candidate, INPUT)
                        .exitsWith(0)
                        .summary();

        assertThat(summary.path("by_choice").path(0).path("model").asString())
                .isEqualTo("gemini-3.1-pro");
        assertThat(summary.path("by_choice").path(0).path("routed_by").asString())
                .startsWith("default/1@file-");
    }

    @Test
    void invalidPolicyIsRejectedWithTheReason() throws IOException {
        Path candidate = folder.resolve("canary.yaml");
        Files.writeString(candidate, "policies: { default: { rules: [ { use: [gpt-9] } ] } }");

        Finished finished = simulate("--simulate", "--policy", candidate, INPUT).exitsWith(2);

        assertThat(finished.err()).contains("canary.yaml", "gpt-9");
    }

    @Test
    void refusedLinesAreListedWithTheirError() {
        Finished finished = simulate("--simulate", Launcher.example("mistakes.jsonl")).exitsWith(3);

        assertThat(finished.out())
                .contains(
                        "19 lines: 3 would be sent, 16 refused",
                        "mistakes.jsonl:12 unknown_model",
                        "mistakes.jsonl:11 duplicate_custom_id");
    }

    private Finished simulate(Object... arguments) {
        var all = new Object[arguments.length + 2];
        all[0] = "policy";
        all[1] = "simulate";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return CommandInProcess.run(all);
    }
}
