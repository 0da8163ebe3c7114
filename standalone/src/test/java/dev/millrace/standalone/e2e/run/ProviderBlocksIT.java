package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.config.MillraceConfig;
import dev.millrace.contracts.config.loading.ConfigLoader;
import dev.millrace.contracts.config.provider.ProviderBlock;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configurations that {@code millrace init --provider} writes. */
class ProviderBlocksIT {
    @TempDir private Path folder;

    @Test
    void jobsOfEveryUrlSucceedAtEveryShippedProvider() throws IOException {
        initAll();
        try (var simulator =
                Simulator.start(SimulatorSettings.parse("test", "{}"), "127.0.0.1", 0)) {
            MillraceConfig config = redirectTo(simulator.baseUri().toString());
            List<String> jobs = jobs(config);
            Path input = Files.write(folder.resolve("jobs.jsonl"), jobs);

            Finished finished = run("run", "--json", input).exitsWith(0);

            assertThat(jobs).hasSizeGreaterThan(2 * ProviderBlock.shipped().size());
            assertThat(finished.summary().path("succeeded").intValue()).isEqualTo(jobs.size());
            assertThat(simulator.ledger().summary().billed()).isEqualTo(jobs.size());
        }
    }

    @Test
    void simulatedRunNeedsNoKey() throws IOException {
        run("init", "--provider", "azure").exitsWith(0);
        Path input =
                Files.writeString(
                        folder.resolve("one.jsonl"), line(0, Endpoint.EMBEDDINGS, "auto") + "\n");

        Finished finished = run("run", "--simulate", "--json", input).exitsWith(0);

        assertThat(finished.summary().path("succeeded").intValue()).isEqualTo(1);
    }

    @Test
    void unknownProviderListsTheKnownOnes() {
        Finished finished = run("init", "--provider", "gemini").exitsWith(2);

        assertThat(finished.err())
                .contains(
                        "There is no provider \"gemini\"", "google: Gemini", "azure: Azure OpenAI");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void existingFileIsLeftAloneAndTheMessageSaysWhatToDo() throws IOException {
        Path config = Files.writeString(folder.resolve("millrace.yaml"), "# mine\n");

        Finished finished = run("init", "--provider", "ollama").exitsWith(2);

        assertThat(finished.err()).contains("already exists", "Name another file", "copy");
        assertThat(config).hasContent("# mine\n");
    }

    private void initAll() {
        List<Object> arguments = new ArrayList<>(List.of("init"));
        for (ProviderBlock block : ProviderBlock.shipped()) {
            arguments.add("--provider");
            arguments.add(block.name());
        }
        run(arguments.toArray()).exitsWith(0);
    }

    /** Replaces every host by the simulator's and every key by one with the right prefix. */
    private MillraceConfig redirectTo(String simulator) throws IOException {
        Path file = folder.resolve("millrace.yaml");
        String text =
                Files.readString(file)
                        .replaceAll("(base_url: .*?)https?://[^/}\\s]+", "$1" + simulator)
                        .replaceAll("api_key: .*", "api_key: sk-test")
                        .replaceAll("key_prefix: \\S+", "key_prefix: sk-");
        Files.writeString(file, text);
        return new ConfigLoader(Map.of()).load(file);
    }

    /** Returns a job for each model in service and each url that it serves. */
    private static List<String> jobs(MillraceConfig config) {
        List<String> jobs = new ArrayList<>();
        for (Model model : config.modelsInService()) {
            for (Endpoint url : model.urlsAt(config.providerOf(model).orElseThrow().endpoints())) {
                jobs.add(line(jobs.size(), url, model.name()));
            }
        }
        return jobs;
    }

    private static String line(int number, Endpoint url, String model) {
        String fields =
                switch (url) {
                    case CHAT_COMPLETIONS, MESSAGES ->
                            "\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
                    case COMPLETIONS -> "\"max_tokens\":16,\"prompt\":\"Hi\"";
                    case RESPONSES, EMBEDDINGS -> "\"input\":\"Hi\"";
                };
        return """
        {"custom_id":"job-%d","method":"POST","url":"%s","body":{"model":"%s",%s}}"""
                .formatted(number, url.url(), model, fields);
    }

    private Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments);
    }
}
