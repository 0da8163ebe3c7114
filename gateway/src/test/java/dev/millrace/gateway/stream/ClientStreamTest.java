package dev.millrace.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.chunk.Chunk;
import dev.millrace.contracts.chunk.Chunk.Outcome;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.stream.ClientStream.Ending;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClientStreamTest {
    private static final String FIRST =
            "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"}}]}";
    private static final String SECOND =
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo\"}}]}";
    private static final String LAST =
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
    private static final String BODY =
            "{\"id\":\"1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},"
                    + "\"finish_reason\":\"stop\"}]}";
    private final ApiError error =
            ApiError.of(ErrorKind.OVERLOADED, "server_error", "the provider is down");

    private final StreamTrial trial = new StreamTrial(Endpoint.CHAT_COMPLETIONS, false);

    private static String data(String json) {
        return "data: " + json;
    }

    @Nested
    class WhenAllChunksArrive {
        @Test
        void eventsArePassedOnUnchangedAndTheResultEndsThem() throws Exception {
            trial.events(FIRST, SECOND, LAST, "[DONE]").ended(Outcome.COMPLETE).answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received())
                    .containsExactly(data(FIRST), data(SECOND), data(LAST), data("[DONE]"));
        }

        @Test
        void timeToTheFirstEventIsRecordedOnce() throws Exception {
            trial.slowly(Duration.ofMillis(1))
                    .events(FIRST, SECOND, LAST)
                    .ended(Outcome.COMPLETE)
                    .answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);

            var timer = trial.registry.get("millrace.gateway.first.token").timer();
            assertThat(timer.count()).isEqualTo(1);
            assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isPositive();
        }

        @Test
        void tokensAreSentBeforeTheResultIsThere() throws Exception {
            trial.events(FIRST)
                    .onWrite(
                            () -> {
                                if (!trial.end.isDone()) {
                                    trial.events(SECOND, LAST)
                                            .ended(Outcome.COMPLETE)
                                            .answered(1, BODY);
                                }
                            });

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received())
                    .containsExactly(data(FIRST), data(SECOND), data(LAST), data("[DONE]"));
        }

        @Test
        void dataOfSeveralLinesStaysOneEvent() throws Exception {
            trial.events("{\n}").ended(Outcome.COMPLETE).answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received().getFirst()).isEqualTo("data: {\ndata: }");
        }
    }

    @Nested
    class WhenChunksAreMissing {
        @Test
        void resultHasTheRest() throws Exception {
            trial.events(FIRST).gap().events(LAST).ended(Outcome.COMPLETE).answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.text()).contains("\"content\":\"lo\"").doesNotContain("Hello");
            assertThat(trial.received()).hasSize(4).endsWith(data("[DONE]"));
        }

        @Test
        void resultHasTheRestOfAPreviewThatEndedEarly() throws Exception {
            trial.events(FIRST).ended(Outcome.INCOMPLETE).answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.text()).contains("\"content\":\"lo\"");
        }

        @Test
        void resultIsNotKeptWaitingForLong() throws Exception {
            trial.events(FIRST).answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.text()).contains("\"content\":\"lo\"");
        }

        @Test
        void clientThatComesLateGetsTheWholeAnswer() throws Exception {
            trial.gap().events(SECOND, LAST).ended(Outcome.COMPLETE).answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.text()).contains("\"content\":\"Hello\"");
        }

        @Test
        void cachedAnswerBecomesAStream() throws Exception {
            trial.answered(0, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.text()).contains("\"content\":\"Hello\"");
            assertThat(trial.received()).endsWith(data("[DONE]"));
        }
    }

    @Nested
    class WhenAnAttemptFails {
        @Test
        void clientGetsAnErrorAfterTheTokensThatItHas() throws Exception {
            trial.events(FIRST).ended(Outcome.FAILED);

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.received()).hasSize(2).first().isEqualTo(data(FIRST));
            assertThat(trial.received().getLast())
                    .startsWith("data: {\"error\":{")
                    .contains("stream_interrupted");
        }

        @Test
        void nextAttemptIsNotMixedWithIt() throws Exception {
            trial.events(FIRST).chunk(2, 0, StreamTrial.event("", FIRST));

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
        }

        @Test
        void attemptWithTheSameNumberIsNotMixedWithIt() throws Exception {
            trial.events(FIRST, SECOND).chunk(1, 0, StreamTrial.event("", FIRST));

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
        }

        @Test
        void resultOfALaterAttemptIsNotMixedWithIt() throws Exception {
            trial.events(FIRST, SECOND, LAST).ended(Outcome.COMPLETE).answered(2, BODY);

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.text()).contains("stream_interrupted").doesNotContain("[DONE]");
        }

        @Test
        void clientThatHasNothingGetsTheNextAttempt() throws Exception {
            trial.gap()
                    .events(SECOND)
                    .ended(Outcome.FAILED)
                    .chunk(2, 0, StreamTrial.event("", FIRST))
                    .chunk(2, 1, StreamTrial.event("", SECOND))
                    .chunk(2, 2, StreamTrial.event("", LAST))
                    .chunk(2, 3, new Chunk.End(Outcome.COMPLETE))
                    .answered(2, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received())
                    .containsExactly(data(FIRST), data(SECOND), data(LAST), data("[DONE]"));
        }
    }

    @Nested
    class WhenOnlyACommentWasSent {
        private static final String USAGE = "{\"choices\":[],\"usage\":{\"total_tokens\":3}}";

        /** The client does not ask for the usage, so that the first attempt shows nothing. */
        @Test
        void nextAttemptIsShown() throws Exception {
            trial.slowly(ClientStream.KEEP_ALIVE)
                    .onWrite(
                            () -> {
                                if (!trial.end.isDone()) {
                                    trial.events(USAGE)
                                            .ended(Outcome.FAILED)
                                            .chunk(2, 0, StreamTrial.event("", FIRST))
                                            .chunk(2, 1, StreamTrial.event("", SECOND))
                                            .chunk(2, 2, StreamTrial.event("", LAST))
                                            .chunk(2, 3, new Chunk.End(Outcome.COMPLETE))
                                            .answered(2, BODY);
                                }
                            });

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received())
                    .containsExactly(
                            ": waiting", data(FIRST), data(SECOND), data(LAST), data("[DONE]"));
        }
    }

    @Nested
    class WhenTheJobHasNoAnswer {
        @Test
        void nothingIsSentSoThatTheErrorHasItsStatus() throws Exception {
            trial.unanswered(error);

            assertThat(trial.run()).isEqualTo(Ending.NOT_BEGUN);
            assertThat(trial.text()).isEmpty();
        }

        @Test
        void errorFollowsWhatWasSent() throws Exception {
            trial.events(FIRST).unanswered(error);

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.received().getLast()).contains("the provider is down");
        }

        @Test
        void waitThatWasEndedIsReported() throws Exception {
            trial.events(FIRST).end.completeExceptionally(new CancellationException());

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.received().getLast()).contains("\"code\":\"overloaded\"");
        }
    }

    @Nested
    class WhenTimePasses {
        @Test
        void commentsKeepTheConnectionOpen() throws Exception {
            trial.slowly(ClientStream.KEEP_ALIVE).onWrite(() -> trial.answered(1, BODY));

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.received()).startsWith(": waiting");
        }

        @Test
        void streamWithoutTokensEnds() throws Exception {
            trial.events(FIRST).slowly(StreamTrial.TIMEOUTS.betweenChunks());

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.received().getLast()).contains("no token came for 60 s");
        }

        @Test
        void timeoutSaysWhatTheJobWasWaitingFor() throws Exception {
            trial.slowly(ClientStream.KEEP_ALIVE);

            assertThat(trial.run()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(trial.received().getLast())
                    .contains("the job did not end in time; a reason");
        }

        @Test
        void clientWaitsNoLongerThanItsTimeout() throws Exception {
            trial.slowly(StreamTrial.TIMEOUTS.answer());

            assertThat(trial.run()).isEqualTo(Ending.NOT_BEGUN);
        }
    }

    @Nested
    class WhenTheClientHasGone {
        @Test
        void callerIsTold() {
            trial.events(FIRST).gone();

            assertThatThrownBy(trial::run).isInstanceOf(IOException.class);
        }
    }

    @Nested
    class WhenTheClientReadsSlowly {
        @Test
        void resultHasWhatDidNotFit() throws Exception {
            String long1 = "x".repeat(ChunkInbox.MAX_BYTES - 500);
            trial.events(FIRST, "{\"pad\":\"" + long1 + "\"}", SECOND, SECOND, LAST)
                    .ended(Outcome.COMPLETE)
                    .answered(1, BODY);

            assertThat(trial.run()).isEqualTo(Ending.ANSWERED);
            assertThat(trial.text().split("\"lo\"", -1)).hasSize(2);
        }
    }
}
