package dev.millrace.router.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.IntStream;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class InternalErrorsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InternalErrors errors = new InternalErrors(registry, NOPLogger.NOP_LOGGER);

    /** Overflows any stack. */
    private static int deep(int level) {
        return level == Integer.MAX_VALUE ? 0 : deep(level + 1) + 1;
    }

    @Nested
    class WhenADecisionThrows {
        @Test
        void recordEndsAndTheFailureIsCounted() {
            String end =
                    errors.decide(
                            "plan",
                            null,
                            () -> {
                                throw new IllegalStateException("secret");
                            },
                            message -> message);

            assertThat(end).contains("plan", "IllegalStateException").doesNotContain("secret");
            assertThat(registry.counter(InternalErrors.METER, "step", "plan").count()).isOne();
        }

        @Test
        void stackOverflowEndsTheRecord() {
            assertThat(errors.<Integer>decide("plan", null, () -> deep(0), _ -> -1)).isEqualTo(-1);
        }
    }

    @Nested
    class WhenTheNextRecordWouldFailToo {
        @Test
        void failureIsRethrownAndNotCounted() {
            assertThatThrownBy(
                            () ->
                                    errors.run(
                                            "plan",
                                            null,
                                            () -> {
                                                throw new InvalidStateStoreException("closed");
                                            }))
                    .isInstanceOf(InvalidStateStoreException.class);
            assertThatThrownBy(
                            () ->
                                    errors.run(
                                            "plan",
                                            null,
                                            () -> {
                                                throw new OutOfMemoryError("test");
                                            }))
                    .isInstanceOf(OutOfMemoryError.class);

            assertThat(registry.getMeters()).isEmpty();
        }
    }

    @Nested
    class WhenFailuresRepeat {
        private static RuntimeException at(int line) {
            var failure = new IllegalStateException("test");
            failure.setStackTrace(
                    new StackTraceElement[] {new StackTraceElement("C", "m", "C.java", line)});
            return failure;
        }

        @Test
        void eachKindIsLoggedOnce() {
            assertThat(errors.isFirstOfItsKind("plan", at(1))).isTrue();
            assertThat(errors.isFirstOfItsKind("plan", at(1))).isFalse();
            assertThat(errors.isFirstOfItsKind("plan", at(2))).isTrue();
            assertThat(errors.isFirstOfItsKind("route", at(1))).isTrue();
        }

        @Test
        void stackOverflowsOfAStepAreOneKind() {
            var one = new StackOverflowError();
            one.setStackTrace(at(1).getStackTrace());
            var other = new StackOverflowError();
            other.setStackTrace(at(2).getStackTrace());

            assertThat(errors.isFirstOfItsKind("plan", one)).isTrue();
            assertThat(errors.isFirstOfItsKind("plan", other)).isFalse();
        }

        @Test
        void numberOfLoggedKindsIsBounded() {
            assertThat(
                            IntStream.range(0, 2 * InternalErrors.MAX_LOGGED_KINDS)
                                    .filter(line -> errors.isFirstOfItsKind("plan", at(line)))
                                    .count())
                    .isEqualTo(InternalErrors.MAX_LOGGED_KINDS);
        }
    }
}
