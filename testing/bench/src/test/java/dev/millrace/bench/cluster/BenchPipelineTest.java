package dev.millrace.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import java.net.URI;
import org.junit.jupiter.api.Test;

class BenchPipelineTest {
    private final BenchPipeline pipeline = new BenchPipeline("127.0.0.1:9092", "bench-http.", 12);

    @Test
    void configurationHasOneModelInService() {
        var config =
                BenchPipeline.parse(
                        pipeline.yaml(
                                URI.create("http://127.0.0.1:8089/v1"),
                                "limits: { concurrency: 7 }",
                                "limits: { requests_per_minute: 60 }",
                                "max_in_flight: 5000"));
        Model model = config.modelsInService().getFirst();

        assertThat(config.modelsInService())
                .extracting(Model::name)
                .containsExactly(BenchPipeline.MODEL);
        assertThat(model.limits().requestsPerMinute()).isPresent();
        assertThat(config.providerOf(model))
                .hasValueSatisfying(it -> assertThat(it.limits().concurrency()).isPresent());
        assertThat(config.worker().maxInFlight()).isEqualTo(5_000);
        assertThat(config.topics().partitions()).isEqualTo(12);
    }

    @Test
    void eachContenderHasItsResultsTopic() {
        assertThat(pipeline.results("")).isEqualTo("bench-http.results");
        assertThat(pipeline.results("pass")).isEqualTo("bench-http.results.pass");
        assertThat(pipeline.jobs(Lane.NORMAL)).isEqualTo("bench-http.jobs.deepseek-flash.normal");
    }
}
