package dev.millrace.bench.economy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.measurement.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReusedAnswersTest {
    private static final Map<Long, CustomerQuestion> QUESTIONS =
            Map.of(
                    0L, new CustomerQuestion(0, "open", "How do I open it?"),
                    1L, new CustomerQuestion(1, "open", "How can I open it?"),
                    2L, new CustomerQuestion(2, "close", "How do I close it?"),
                    3L, new CustomerQuestion(3, "open", "How do I open it?"));

    @TempDir Path folder;

    private static String result(int number, String cache) {
        return "{\"custom_id\":\"question-%d\",\"millrace\":{\"job_id\":\"j%d\",\"cache\":%s}}"
                .formatted(number, number, cache);
    }

    @Test
    void answersToOtherMeaningsAreWrong() throws IOException {
        Path results = folder.resolve("results.jsonl");
        Files.write(
                results,
                List.of(
                        result(2, "\"semantic\",\"reused_job\":\"j0\""),
                        result(1, "\"semantic\",\"reused_job\":\"j0\""),
                        result(0, "\"miss\""),
                        result(3, "\"collapsed\"")));

        var reused = ReusedAnswers.read(results, QUESTIONS::get);

        assertThat(reused.identical()).isEqualTo(1);
        assertThat(reused.similar()).isEqualTo(2);
        assertThat(reused.wrong())
                .containsExactly(
                        new ReusedAnswers.Wrong("How do I close it?", "How do I open it?"));
        var report = new Report();
        reused.add(report, "cached");
        assertThat(report.text()).contains("WRONG \"How do I close it?\": \"How do I open it?\"");
    }
}
