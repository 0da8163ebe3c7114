package dev.millrace.configuration.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.examples.ExampleFile.Line;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExamplesTest {

    @Nested
    class InTheSupportTickets {
        private final ExampleFile file = ExampleFile.of("support-tickets.jsonl");

        @Test
        void everyLineIsAccepted() {
            assertThat(file.lines())
                    .hasSize(200)
                    .allSatisfy(
                            line ->
                                    assertThat(line.parsed())
                                            .isInstanceOf(ParseResult.Accepted.class));
        }

        @Test
        void customIdsAreLineNumbers() {
            assertThat(accepted(file).map(RequestLine::customId))
                    .containsExactlyElementsOf(
                            file.lines().stream()
                                    .map(line -> "ticket-%04d".formatted(line.number()))
                                    .toList());
        }

        @Test
        void allBodiesDiffer() {
            assertThat(accepted(file).map(ExamplesTest::body)).doesNotHaveDuplicates();
        }

        @Test
        void aboutHalfUseAuto() {
            assertThat(accepted(file).filter(line -> line.model().equals(RequestLine.AUTO)))
                    .hasSizeBetween(90, 110);
        }

        @Test
        void linesWithoutAutoNameShippedModelsOrAliases() {
            assertThat(accepted(file).map(RequestLine::model).distinct())
                    .containsExactlyInAnyOrder(
                            RequestLine.AUTO,
                            "gpt-4.1",
                            "gpt-4.1-turbo",
                            "claude-sonnet-4.5",
                            "claude-opus-5.5",
                            "gemini-2.5-flash",
                            "gemini-3.1-pro",
                            "deepseek-flash",
                            "qwen-turbo");
        }

        @Test
        void allUseChatCompletionsOrResponses() {
            assertThat(accepted(file).map(RequestLine::endpoint).distinct())
                    .containsExactlyInAnyOrder(Endpoint.CHAT_COMPLETIONS, Endpoint.RESPONSES);
        }
    }

    @Nested
    class InTheCostLimits {
        private final ExampleFile file = ExampleFile.of("ceilings.jsonl");

        @Test
        void everyLineUsesAuto() {
            assertThat(accepted(file).map(RequestLine::model))
                    .hasSize(12)
                    .containsOnly(RequestLine.AUTO);
        }

        @Test
        void mostHaveACostLimit() {
            assertThat(accepted(file).filter(line -> line.options().maxCostUsd() != null))
                    .hasSize(10);
        }
    }

    @Nested
    class AmongTheMistakes {
        private final ExampleFile file = ExampleFile.of("mistakes.jsonl");

        @ParameterizedTest(name = "line {0}: {1}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        2  | is not valid JSON
                        3  | is an array, expected a JSON object
                        4  | has no custom_id
                        5  | has a custom_id that is empty
                        6  | has a custom_id that is a number
                        7  | has more than one JSON value
                        """)
        void someHaveNoCustomId(int line, String reason) {
            assertThat(parsed(line))
                    .isInstanceOfSatisfying(
                            ParseResult.Malformed.class,
                            malformed -> assertThat(malformed.reason()).startsWith(reason));
        }

        @ParameterizedTest(name = "line {0}: {1}")
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        13 | no-model      | body.model
                        14 | no-body       | body
                        15 | body-is-text  | body
                        16 | wrong-url     | url
                        17 | wrong-method  | method
                        18 | streamed      | body.stream
                        19 | wrong-options | millrace.priority millrace.deadline millrace.colour
                        """)
        void someHaveACustomIdButAreInvalid(int line, String customId, String keys) {
            assertThat(parsed(line))
                    .isInstanceOfSatisfying(
                            ParseResult.Unacceptable.class,
                            unacceptable -> {
                                assertThat(unacceptable.customId()).isEqualTo(customId);
                                assertThat(unacceptable.problems())
                                        .extracting(ParseResult.Problem::key)
                                        .containsExactlyElementsOf(Arrays.asList(keys.split(" ")));
                            });
        }

        @Test
        void oneLineIsBlank() {
            assertThat(file.lines().stream().filter(line -> line.text().isBlank()))
                    .extracting(Line::number)
                    .containsExactly(8);
        }

        @Test
        void remainingLinesAreValid() {
            assertThat(
                            file.lines().stream()
                                    .filter(line -> line.parsed() instanceof ParseResult.Accepted))
                    .extracting(Line::number)
                    .isEqualTo(List.of(1, 9, 10, 11, 12, 20));
        }

        @Test
        void oneLineIsRepeatedOnceUnchangedAndOnceChanged() {
            assertThat(file.lines().get(9).text()).isEqualTo(file.lines().get(8).text());
            assertThat(file.lines().get(10).text())
                    .contains("\"repeated\"")
                    .isNotEqualTo(file.lines().get(8).text());
        }

        private ParseResult parsed(int line) {
            return file.lines().get(line - 1).parsed();
        }
    }

    private static Stream<RequestLine> accepted(ExampleFile file) {
        return file.lines().stream()
                .map(Line::parsed)
                .map(ParseResult.Accepted.class::cast)
                .map(ParseResult.Accepted::line);
    }

    private static String body(RequestLine line) {
        return new String(line.bytes(), line.body().start(), line.body().length(), UTF_8);
    }
}
