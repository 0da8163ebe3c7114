package dev.millrace.standalone.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.pipeline.Pipeline;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AsyncPipelineStartTest {
    private static Supplier<Pipeline> failing(Error error) {
        return () -> {
            throw error;
        };
    }

    @Nested
    class WhenTheStartFailsWithAnError {
        private final AsyncPipelineStart start =
                new AsyncPipelineStart(failing(new NoClassDefFoundError("dev/millrace/Lost")));

        @Test
        void getThrowsAUserError() {
            assertThatThrownBy(start::get)
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("dev/millrace/Lost");
        }

        @Test
        void closeReturns() {
            start.begin();

            assertThatCode(start::close).doesNotThrowAnyException();
        }
    }

    @Test
    void exceptionIsRethrownUnchanged() {
        var start =
                new AsyncPipelineStart(
                        () -> {
                            throw new IllegalStateException("no");
                        });

        assertThatThrownBy(start::get).isInstanceOf(IllegalStateException.class).hasMessage("no");
    }
}
