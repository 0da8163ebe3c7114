package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.configuration.provider.ProviderBlock;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The configurations that {@code millrace init --provider} writes. */
@Tag("long")
class ProviderBlocksIT {
    @TempDir private Path folder;

    @Test
    void jobsOfEveryUrlEndAsEveryShippedProviderPromises() throws IOException {
        initAll();
        try (var simulator =
                Simulator.start(SimulatorSettings.parse("test", "{}"), "127.0.0.1", 0)) {
            MillraceConfig config = redirectTo(simulator.baseUri().toString());
            List<BlockJob> jobs = jobs(config);
            Path input =
                    Files.write(
                            folder.resolve("jobs.jsonl"),
                            jobs.stream().map(BlockJob::line).toList());

            run("run", "--json", input).exitsWith(3);

            Map<String, JsonNode> results = resultsById();
            assertThat(jobs)
                    .allSatisfy(it -> assertThat(end(results, it.id())).isEqualTo(it.end()));
            assertThat(providersOfAnswers(results.values()))
                    .isEqualTo(
                            ProviderBlock.shipped().stream()
                                    .map(ProviderBlock::name)
                                    .collect(Collectors.toSet()));
            assertThat(simulator.ledger().summary().billed())
                    .isEqualTo(jobs.stream().filter(BlockJob::isAnswered).count());
        }
    }

    @Test
    void autoReachesClaudeIfAnthropicIsTheOnlyProvider() throws IOException {
        run("init", "--provider", "anthropic").exitsWith(0);
        try (var simulator =
                Simulator.start(SimulatorSettings.parse("test", "{}"), "127.0.0.1", 0)) {
            redirectTo(simulator.baseUri().toString());
            Path input =
                    Files.write(
                            folder.resolve("jobs.jsonl"),
                            List.of(
                                    line(0, Endpoint.CHAT_COMPLETIONS, Model.AUTO),
                                    line(1, Endpoint.MESSAGES, Model.AUTO)));

            run("run", "--json", input).exitsWith(0);

            assertThat(resultsById().values())
                    .extracting(it -> it.at("/millrace/model").asString())
                    .allMatch(it -> it.startsWith("claude-"));
            assertThat(end(resultsById(), "job-0")).isEqualTo(Endpoint.MESSAGES.url());
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

    /**
     * A job for a model of a block.
     *
     * @param end what its result must say: {@code answered}, the url that it is translated from, or
     *     {@code validation_error}
     */
    private record BlockJob(String id, String line, String end) {
        boolean isAnswered() {
            return !end.equals("validation_error");
        }
    }

    /** Returns a job of each url for each model in service, and for {@code auto}. */
    private static List<BlockJob> jobs(MillraceConfig config) {
        List<BlockJob> jobs = new ArrayList<>();
        for (Endpoint url : Endpoints.known().all()) {
            for (Model model : config.modelsInService()) {
                jobs.add(job(jobs.size(), url, model.name(), end(url, model, config)));
            }
            // The first rule that applies uses a model of chats.
            String end = url == Endpoint.MESSAGES ? Endpoint.CHAT_COMPLETIONS.url() : "answered";
            jobs.add(job(jobs.size(), url, Model.AUTO, end));
        }
        return jobs;
    }

    private static BlockJob job(int number, Endpoint url, String model, String end) {
        return new BlockJob("job-" + number, line(number, url, model), end);
    }

    private static String end(Endpoint url, Model model, MillraceConfig config) {
        Set<Endpoint> served = model.urlsAt(config.providerOf(model).orElseThrow().endpoints());
        if (served.contains(url)) {
            return "answered";
        }
        boolean isChat = url == Endpoint.CHAT_COMPLETIONS && served.contains(Endpoint.MESSAGES);
        boolean isMessages = url == Endpoint.MESSAGES && served.contains(Endpoint.CHAT_COMPLETIONS);
        return isChat
                ? Endpoint.MESSAGES.url()
                : isMessages ? Endpoint.CHAT_COMPLETIONS.url() : "validation_error";
    }

    private static String end(Map<String, JsonNode> results, String id) {
        JsonNode result = Objects.requireNonNull(results.get(id), id);
        return result.at("/response/status_code").asInt(0) == 200
                ? result.at("/millrace/translated_from").asString("answered")
                : result.at("/error/code").asString();
    }

    private Map<String, JsonNode> resultsById() {
        return Batch.read(folder.resolve("jobs.results.jsonl")).stream()
                .collect(Collectors.toMap(it -> it.path("custom_id").asString(), it -> it));
    }

    private static Set<String> providersOfAnswers(Collection<JsonNode> results) {
        return results.stream()
                .filter(it -> it.at("/response/status_code").asInt(0) == 200)
                .map(it -> it.at("/millrace/provider").asString())
                .collect(Collectors.toSet());
    }

    private static String line(int number, Endpoint url, String model) {
        return """
        {"custom_id":"job-%d","method":"POST","url":"%s","body":{"model":"%s",%s}}"""
                .formatted(number, url.url(), model, url.smallestQuestion());
    }

    private Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments);
    }
}
