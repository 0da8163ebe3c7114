package dev.millrace.router;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {
    private final Time clock = new Time();
    private final ThreadFailures failures = new ThreadFailures(clock);

    private static final class Time implements InstantSource {
        private Instant now = Instant.parse("2026-11-20T12:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Nested
    class WhenAFaultMayPass {
        private final Throwable fault = new StreamsException(new TimeoutException("broker away"));

        @Test
        void theThreadIsReplaced() {
            assertThat(failures.handle(fault)).isEqualTo(REPLACE_THREAD);
            assertThat(failures.reason()).isNull();
        }

        @Test
        void tooManyWithinAMinuteStopTheRouter() {
            for (int i = 0; i < ThreadFailures.MOST_REPLACEMENTS; i++) {
                assertThat(failures.handle(fault)).isEqualTo(REPLACE_THREAD);
            }

            assertThat(failures.handle(fault)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(failures.reason()).contains("broker away");
        }

        @Test
        void thoseOfTheMinuteBeforeDoNotCount() {
            for (int i = 0; i < 5 * ThreadFailures.MOST_REPLACEMENTS; i++) {
                assertThat(failures.handle(fault)).isEqualTo(REPLACE_THREAD);
                clock.now = clock.now.plus(Duration.ofSeconds(7));
            }
        }
    }

    @Nested
    class WhenThereIsABug {
        @Test
        void theRouterStopsAndSaysWhy() {
            var bug = new StreamsException(new IllegalStateException("no such entry"));

            assertThat(failures.handle(bug)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(failures.reason()).isEqualTo("IllegalStateException: no such entry");
        }
    }
}
