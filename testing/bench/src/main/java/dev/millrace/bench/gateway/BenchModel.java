package dev.millrace.bench.gateway;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The models of the measurement, which differ in the latency of the simulated provider. */
enum BenchModel {
    /** Answers at once. */
    INSTANT("deepseek-flash", 0, "{ latency: 0ms }"),
    /** Answers after 50 ms. */
    DELAYED("qwen-turbo", 50, "{ latency: 50ms }"),
    /** Serves the batch beside which answers are measured. */
    BATCH("gemini-2.5-flash", 50, "{ latency: 50ms }"),
    /** Sends its first token after 50 ms and its last one after 250 ms. */
    STREAMED("gpt-4.1", 50, "{ first_byte: 50ms, latency: 250ms, answer_tokens: 100 }");

    private final String modelName;
    private final int latencyMillis;
    private final String settings;

    BenchModel(String modelName, int latencyMillis, String settings) {
        this.modelName = modelName;
        this.latencyMillis = latencyMillis;
        this.settings = settings;
    }

    String modelName() {
        return modelName;
    }

    /** Returns the time of the provider to the answer, or to the first token of a stream. */
    int latencyMillis() {
        return latencyMillis;
    }

    /** Returns the settings of the simulated provider for each model. */
    static Map<String, String> simulatorSettings() {
        return Arrays.stream(values())
                .collect(Collectors.toMap(BenchModel::modelName, it -> it.settings));
    }

    /**
     * Returns a configuration with these models and defaults for everything else.
     *
     * @param provider address of the simulated provider, ending in {@code /v1}
     */
    static String configuration(URI provider) {
        String models =
                Arrays.stream(values())
                        .map(
                                it ->
                                        "  %1$s: { provider: bench, upstream_model: %1$s }%n"
                                                .formatted(it.modelName))
                        .collect(Collectors.joining());
        return """
        providers:
          bench: { wire: openai, base_url: "%s" }
        gateway: { listen: "127.0.0.1:0" }
        metrics: { listen: "127.0.0.1:0" }
        models:
        %s"""
                .formatted(provider, models);
    }
}
