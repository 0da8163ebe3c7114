package dev.millrace.simulator.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/** Runs a script in {@code src/test/sdk}, which calls a simulator through an official SDK. */
final class SdkScript {
    private static final Path FOLDER = Path.of("src", "test", "sdk");
    private static final JsonMapper JSON = new JsonMapper();

    /** Models by behaviour; every other model answers at once. */
    private static final String SETTINGS =
            """
            {"keys": ["sk-test"],
             "models": {
               "slow": {"latency": "30ms", "first_byte": "10ms", "keep_alive": "3ms"},
               "refusing": {"failures": {"refusal": 1}},
               "broken": {"failures": {"error_mid_stream": 1}},
               "ended": {"failures": {"end_mid_body": 1}},
               "unknown": {"failures": {"model_not_found": 1}},
               "throttled": {"failures": {"rate_limited": 1}, "retry_after": {"delay": "3s"}},
               "failing": {"failures": {"server_error": 1}, "server_error_statuses": [503]},
               "overloaded": {"failures": {"overloaded": 1}}}}
            """;

    private SdkScript() {}

    /**
     * Runs a script against a dedicated simulator. Skips the test when Node.js or the SDKs are not
     * installed.
     *
     * @return the result of each case
     */
    static SdkResults run(String script) throws IOException, InterruptedException {
        assumeTrue(
                Files.isDirectory(FOLDER.resolve("node_modules")),
                "The SDKs are not installed: run npm ci in testing/simulator/src/test/sdk");
        try (Simulator simulator =
                Simulator.start(SimulatorSettings.parse("test", SETTINGS), "127.0.0.1", 0)) {
            Process node = start(script, simulator.baseUri().toString());
            String output =
                    new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            assertThat(node.waitFor()).as(output).isZero();
            return new SdkResults(JSON.readTree(output.substring(output.lastIndexOf('\n') + 1)));
        }
    }

    private static Process start(String script, String baseUri) {
        try {
            return new ProcessBuilder("node", script, baseUri)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException missing) {
            return abort("Node.js is not installed: " + missing.getMessage());
        }
    }
}
