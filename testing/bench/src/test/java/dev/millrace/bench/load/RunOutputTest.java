package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RunOutputTest {
    private static final JsonMapper JSON = new JsonMapper();

    private Path output = Path.of("results.jsonl");

    @BeforeEach
    void useTemporaryFolder(@TempDir Path folder) {
        output = folder.resolve("results.jsonl");
    }

    private RunOutput read(ObjectNode... results) throws IOException {
        Files.write(output, List.of(results).stream().map(ObjectNode::toString).toList());
        return RunOutput.read(output);
    }

    private static ObjectNode result(long number, String text) {
        ObjectNode node = JSON.createObjectNode();
        node.put("custom_id", GeneratedJob.of(number).customId());
        ObjectNode response = node.putObject("response").put("status_code", 200);
        response.putObject("body")
                .putArray("choices")
                .addObject()
                .putObject("message")
                .put("content", text);
        node.putNull("error");
        node.putObject("millrace")
                .put("job_id", String.format(Locale.ROOT, "%032x", number))
                .put("cost_usd", new BigDecimal("0.0000001"));
        return node;
    }

    private static ObjectNode good(long number) {
        return result(number, GeneratedJob.of(number).expectedText());
    }

    @Nested
    class WithCorrectResults {
        @Test
        void noProblemIsReported() throws IOException {
            RunOutput runOutput = read(good(0), good(1));
            assertThat(runOutput.jobs().count()).isEqualTo(2);
            assertThat(runOutput.outOfPlace() + runOutput.wrong()).isZero();
        }

        @Test
        void costsAddUpExactly() throws IOException {
            assertThat(read(good(0), good(1), good(2)).costUsd()).isEqualTo("0.0000003");
        }
    }

    @Nested
    class WhenTwoResultsAreSwapped {
        @Test
        void bothResultsAreOutOfPlace() throws IOException {
            assertThat(read(good(1), good(0)).outOfPlace()).isEqualTo(2);
        }
    }

    @Nested
    class WhenAResultHoldsAnotherJobsAnswer {
        @Test
        void resultIsWrongAndShown() throws IOException {
            RunOutput runOutput = read(good(0), result(1, GeneratedJob.of(0).expectedText()));
            assertThat(runOutput.wrong()).isEqualTo(1);
            assertThat(runOutput.firstWrong()).contains("job-00000001");
        }
    }

    @Nested
    class WhenAResultIsMissing {
        @Test
        void checksumDiffersFromTheBill() throws IOException {
            JobIdChecksum whole = read(good(0), good(1)).jobs();
            assertThat(read(good(0)).jobs().isSameAs(whole)).isFalse();
        }
    }

    @Nested
    class WhenAResultIsRepeated {
        @Test
        void checksumDiffersFromTheBill() throws IOException {
            JobIdChecksum whole = read(good(0), good(1)).jobs();
            assertThat(read(good(0), good(0)).jobs().isSameAs(whole)).isFalse();
        }
    }
}
