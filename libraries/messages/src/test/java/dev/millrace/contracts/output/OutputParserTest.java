package dev.millrace.contracts.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.JobLabels;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.topic.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputParserTest {
    private static final Topics TOPICS = new Topics("millrace.");
    private static final JobId JOB = JobId.of("acme", "b", "a");

    private final OutputParser parser = new OutputParser(TOPICS);

    private Output parse(String topic, byte @Nullable [] value) {
        return parser.parse(new ConsumerRecord<>(topic, 0, 7, JOB.value().getBytes(UTF_8), value));
    }

    private static byte[] result(Outcome outcome) {
        return new JobResult(
                        "a",
                        outcome,
                        new Provenance(
                                JobFacts.of(
                                        new BatchJob(JOB, "acme", "b"),
                                        1L,
                                        Route.NONE,
                                        EndReceivers.ofPartition(null),
                                        null),
                                Calls.NONE,
                                new JobLabels(null, null)))
                .toJson();
    }

    private static byte[] answer(String body) {
        return result(
                new Outcome.Answered(200, "req_1", ProviderBody.of(body.getBytes(UTF_8)), null));
    }

    @Nested
    class ARecordOfTheResults {
        @Test
        void isAResultWithItsLine() {
            byte[] line = answer("{}");

            assertThat(parse(TOPICS.results(), line))
                    .isInstanceOfSatisfying(
                            Output.Result.class,
                            it -> {
                                assertThat(it.view().customId()).isEqualTo("a");
                                assertThat(it.value()).isEqualTo(line);
                                assertThat(it.isSuccess()).isTrue();
                            });
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"choices\":[{\"text\":\"Größe\"}], \"response\":{\"body\":1}}",
                    "[1,\"a\"]",
                    "\"plain\"",
                    "42.50",
                    "null"
                })
        void hasTheBytesOfTheProvidersBody(String body) {
            assertThat(parse(TOPICS.results(), answer(body)))
                    .isInstanceOfSatisfying(
                            Output.Result.class,
                            it -> assertThat(it.responseBody()).asString(UTF_8).isEqualTo(body));
        }

        @Test
        void hasNoBodyWithoutAnAnswer() {
            byte[] line = result(Outcome.rejected(ErrorCode.CANCELLED, "was cancelled"));

            assertThat(parse(TOPICS.results(), line))
                    .isInstanceOfSatisfying(
                            Output.Result.class,
                            it -> {
                                assertThat(it.isSuccess()).isFalse();
                                assertThat(it.responseBody()).isNull();
                            });
        }
    }

    @Nested
    class ARecordOfTheCosts {
        @Test
        void isACostEvent() {
            var event = CostEvent.withoutCall(JOB, "acme", "b");

            assertThat(parse(TOPICS.costs(), CostEventCodec.toJson(event)))
                    .isEqualTo(new Output.Cost(event));
        }
    }

    @Nested
    class ARecordOfTheDeadLetters {
        @Test
        void isALetterWithItsBytes() {
            var letter = new DeadLetter("duplicate", "again", "t", 1, 2, null, null, null, null);
            var record = new ConsumerRecord<byte[], byte[]>(TOPICS.deadLetters(), 0, 7, null, null);
            letter.writeTo(record.headers());

            assertThat(parser.parse(record)).isEqualTo(new Output.Letter(letter, null, null));
        }
    }

    @Nested
    class ARecordOfAnotherProgram {
        @ParameterizedTest
        @ValueSource(strings = {"", "{", "[]", "{\"custom_id\":\"a\"}"})
        void isUnreadableWithAReason(String text) {
            byte[] value = text.getBytes(UTF_8);

            for (String topic : new String[] {TOPICS.results(), TOPICS.costs()}) {
                assertThat(parse(topic, value))
                        .isInstanceOfSatisfying(
                                Output.Unreadable.class,
                                it -> {
                                    assertThat(it.problem()).isNotBlank();
                                    assertThat(it.value()).isEqualTo(value);
                                });
            }
        }

        @Test
        void mayHaveNoValueAndNoHeaders() {
            assertThat(parse(TOPICS.results(), null)).isInstanceOf(Output.Unreadable.class);
            assertThat(parse(TOPICS.costs(), null)).isInstanceOf(Output.Unreadable.class);
            assertThat(parse(TOPICS.deadLetters(), null)).isInstanceOf(Output.Unreadable.class);
        }
    }
}
