package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.contender.Contender;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WorkerFiguresTest {
    private static JsonNode json(WorkerFigures figures) {
        return new JsonMapper().readTree(new WorkerJson(figures).toString());
    }

    @Nested
    class WhenMillraceLacksAResult {
        private final WorkerFigures figures =
                TestFigures.of(
                        List.of(
                                TestFigures.throughput(
                                        Contender.MILLRACE, TestFigures.broken("2 of 3 jobs"))));

        @Test
        void figuresAreNotGood() {
            assertThat(figures.isGood()).isFalse();
            assertThat(json(figures).path("good").asBoolean()).isFalse();
        }

        @Test
        void problemIsReported() {
            assertThat(new WorkerText(figures).toString())
                    .contains("PROBLEM 0ms, Millrace: 2 of 3 jobs");
            assertThat(json(figures).path("problems").get(0).asString())
                    .isEqualTo("0ms, Millrace: 2 of 3 jobs");
        }

        @Test
        void figureThatWasNotMeasuredIsNull() {
            assertThat(json(figures).path("throughput").get(0).path("jobs_per_s").isNull())
                    .isTrue();
        }
    }

    @Nested
    class WhenAnotherContenderFails {
        @Test
        void figuresAreGoodAndTheProblemIsReported() {
            WorkerFigures figures =
                    TestFigures.of(
                            List.of(
                                    TestFigures.throughput(
                                            Contender.PLAIN, TestFigures.broken("no result"))));

            assertThat(figures.isGood()).isTrue();
            assertThat(figures.problems()).containsExactly("0ms, one at a time: no result");
        }
    }

    @Nested
    class TextOutput {
        @Test
        void targetsComeLast() {
            assertThat(new WorkerText(TestFigures.all()).toString())
                    .contains("Throughput", "Share of the ideal", "committed reader")
                    .containsPattern("with limits +100,000 +39,200 +12\\.8")
                    .containsPattern("with limits +98\\.00 +≥ 95 +met\n\n$");
        }

        @Test
        void emptySectionsAreOmitted() {
            assertThat(new WorkerText(TestFigures.of(List.of())).toString()).isEmpty();
        }
    }

    @Nested
    class JsonOutput {
        private final JsonNode json = json(TestFigures.all());

        @Test
        void everyRowHasItsFigures() {
            assertThat(json.path("throughput").get(1).toString())
                    .isEqualTo(
                            """
                            {"work":"0ms","contender":"millrace","concurrency":100,"jobs":100000,\
                            "jobs_per_s":90000,"cpu_us_per_job":5.5556,"steady_ms":1000,\
                            "peak_heap_mib":600,"peak_live_heap_mib":300,"peak_rss_mib":700}""");
            assertThat(json.path("ideal").get(0).path("share").decimalValue())
                    .isEqualByComparingTo("0.96");
            assertThat(json.path("latency").get(1).path("p99_ms").asInt()).isEqualTo(30);
        }

        @Test
        void everyTargetStatesWhetherItIsMet() {
            assertThat(json.path("aims").get(1).toString())
                    .isEqualTo(
                            """
                            {"of":"percent of in flight ÷ latency, http, 5000 in flight",\
                            "measured":96,"at_least":97,"reached":false}""");
        }
    }
}
