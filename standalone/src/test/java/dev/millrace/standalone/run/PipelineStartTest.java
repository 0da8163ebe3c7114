package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.pipeline.Pipeline;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timeouts end tests that would hang. */
class PipelineStartTest {
    private static final long PATIENCE_SECONDS = 60;

    private static Supplier<Pipeline> failing(Error error) {
        return () -> {
            throw error;
        };
    }

    @Nested
    class AnErrorOnTheStartingThread {
        private final PipelineStart start =
                new PipelineStart(failing(new NoClassDefFoundError("dev/millrace/Lost")));

        @Test
        @Timeout(PATIENCE_SECONDS)
        void isReportedByGet() {
            assertThatThrownBy(start::get)
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContaining("dev/millrace/Lost");
        }

        @Test
        @Timeout(PATIENCE_SECONDS)
        void doesNotHoldCloseUp() {
            start.begin();

            start.close();
        }
    }

    @Test
    void anExceptionIsThrownAsItIs() {
        var start =
                new PipelineStart(
                        () -> {
                            throw new IllegalStateException("no");
                        });

        assertThatThrownBy(start::get).isInstanceOf(IllegalStateException.class).hasMessage("no");
    }
}
