package dev.millrace.bench.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class BenchAnswerTest {
    private static final JobId JOB = JobId.of("acme", "filled", "7");

    @Test
    void answerIsASuccessOfRealisticSize() {
        byte[] line = BenchAnswer.of(JOB, 7);
        var json = new JsonMapper().readTree(line);

        assertThat(line).hasSizeBetween(1_000, 2_000);
        assertThat(json.path("response").path("status_code").asInt()).isEqualTo(200);
        assertThat(json.path("millrace").path("job_id").asString()).isEqualTo(JOB.value());
        assertThat(json.path("millrace").path("cost_usd").asDouble()).isPositive();
    }

    @Test
    void answersDiffer() {
        assertThat(BenchAnswer.of(JOB, 7)).isNotEqualTo(BenchAnswer.of(JOB, 8));
    }
}
