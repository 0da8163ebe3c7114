package dev.millrace.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchPipelineTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final BenchPipeline pipeline = new BenchPipeline("127.0.0.1:9092", "bench-http.", 12);

    @Test
    void configurationHasOneModelInService() {
        var config = pipeline.config(5_000, URI.create("http://127.0.0.1:8089/v1"));

        assertThat(config.modelsInService())
                .extracting(Model::name)
                .containsExactly(BenchPipeline.MODEL);
        assertThat(config.worker().maxInFlight()).isEqualTo(5_000);
        assertThat(config.topics().partitions()).isEqualTo(12);
    }

    @Test
    void limitedConfigurationHasLimitsOfModelAndProvider() {
        var config = pipeline.limitedConfig(5_000, BenchPipeline.NO_PROVIDER);
        Model model = config.modelsInService().getFirst();

        assertThat(model.limits().requestsPerMinute()).isPresent();
        assertThat(model.limits().tokensPerMinute()).isPresent();
        assertThat(config.providerOf(model))
                .hasValueSatisfying(it -> assertThat(it.limits().concurrency()).isPresent());
        assertThat(config.worker().maxInFlight()).isEqualTo(5_000);
    }

    @Test
    void eachModelHasItsTopicAndUpstreamName() {
        var models = List.of(BenchPipeline.MODEL, BenchPipeline.OTHER_MODEL);
        var config = pipeline.config(models);

        assertThat(config.modelsInService())
                .extracting(Model::name)
                .containsExactlyInAnyOrderElementsOf(models);
        assertThat(config.modelsInService())
                .extracting(Model::upstreamModel)
                .contains("bench-qwen-turbo");
        assertThat(new ModelJobs(pipeline, BenchPipeline.OTHER_MODEL, 100).of(7, NOW))
                .satisfies(
                        it -> {
                            assertThat(it.topic()).isEqualTo("bench-http.jobs.qwen-turbo.normal");
                            assertThat(NumberedJob.number(it.key())).isEqualTo(107);
                        });
    }

    @Test
    void eachContenderHasItsResultsTopic() {
        assertThat(pipeline.results("")).isEqualTo("bench-http.results");
        assertThat(pipeline.results("plain")).isEqualTo("bench-http.results.plain");
        assertThat(pipeline.jobs()).isEqualTo("bench-http.jobs.deepseek-flash.normal");
    }
}
