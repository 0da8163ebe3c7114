package dev.millrace.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import java.net.URI;
import org.junit.jupiter.api.Test;

class BenchPipelineTest {
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
    void eachContenderHasItsResultsTopic() {
        assertThat(pipeline.results("")).isEqualTo("bench-http.results");
        assertThat(pipeline.results("plain")).isEqualTo("bench-http.results.plain");
        assertThat(pipeline.jobs()).isEqualTo("bench-http.jobs.deepseek-v3.2.normal");
    }
}
