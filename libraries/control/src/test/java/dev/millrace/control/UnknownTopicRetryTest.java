package dev.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class UnknownTopicRetryTest {
    private int asked;
    private int pauses;

    /** Returns the answer after a number of unknown-topic failures. */
    private String answerAfter(int unknown) throws ExecutionException {
        if (asked++ < unknown) {
            throw new ExecutionException(new UnknownTopicOrPartitionException("unknown"));
        }
        return "answer";
    }

    @Test
    void retriesUntilTheTopicIsKnown() throws Exception {
        assertThat(UnknownTopicRetry.await(() -> answerAfter(3), () -> pauses++))
                .isEqualTo("answer");
        assertThat(pauses).isEqualTo(3);
    }

    @Test
    void retriesAMissingTopicABoundedNumberOfTimes() {
        assertThatThrownBy(
                        () ->
                                UnknownTopicRetry.await(
                                        () -> answerAfter(Integer.MAX_VALUE), () -> pauses++))
                .hasRootCauseMessage("unknown");
        assertThat(asked).isEqualTo(UnknownTopicRetry.MAX_ATTEMPTS);
    }

    @Test
    void doesNotRetryOtherFailures() {
        assertThatThrownBy(
                        () ->
                                UnknownTopicRetry.await(
                                        () -> {
                                            asked++;
                                            throw new AuthenticationException("no");
                                        },
                                        () -> pauses++))
                .hasMessage("no");
        assertThat(asked).isEqualTo(1);
    }
}
