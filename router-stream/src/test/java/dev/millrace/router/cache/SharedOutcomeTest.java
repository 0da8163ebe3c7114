package dev.millrace.router.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.result.CostKind;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests which followers get the outcome of their leader, and which follower leads next. */
class SharedOutcomeTest extends CacheScene {
    @Nested
    class WhenTheProviderFails {
        @Test
        void finalErrorGoesToAll() {
            lookUp(first, second);
            world.fail(first, ErrorCode.SERVER_ERROR);

            assertThat(world.resultOf(second))
                    .contains(
                            "\"code\":\"server_error\"",
                            "of the leader",
                            "\"cache\":\"collapsed\"");
            assertThat(world.costOf(second).kind()).isEqualTo(CostKind.NONE);
            assertThat(world.costOf(second).savedUsd()).isZero();
            assertThat(Objects.requireNonNull(world.costOf(second).end()).errorCode())
                    .isEqualTo("server_error");
        }

        @Test
        void errorIsNotKept() {
            lookUp(first);
            world.fail(first, ErrorCode.SERVER_ERROR);
            lookUp(second);

            assertThat(world.releasedNames()).containsExactly("first", "second");
        }

        @Test
        void jobWithAnotherFallbackIsCalled() {
            var patient =
                    new Job("patient", 1, List.of("small", "second"), null, first.submittedAt());
            lookUp(first, second, patient, third);
            world.fail(first, ErrorCode.SERVER_ERROR);
            world.settle();

            assertThat(world.releasedNames()).containsExactly("first", "patient");
            assertThat(world.resultOf(third)).contains("server_error");
        }
    }

    @Nested
    class WhenAFallbackAnswers {
        private final Job leader =
                new Job("leader", 1, List.of("small", "second"), null, first.submittedAt());
        private final Job follower =
                new Job("follower", 1, List.of("small", "second"), null, first.submittedAt());

        @Test
        void answerGoesToJobsThatAllowTheModelAndTheFirstOtherOneIsCalled() {
            lookUp(leader, first, follower, second);
            world.answer(leader, world.success(leader, "second", ""));
            world.settle();

            assertThat(world.releasedNames()).containsExactly("leader", "first");
            assertThat(world.resultOf(follower)).contains("\"model\":\"second\"");
            assertThat(world.endsOf(second)).isEmpty();
            world.succeed(first);
            assertThat(world.resultOf(second)).contains("\"model\":\"small\"");
        }

        @Test
        void answerIsNotKept() {
            lookUp(leader);
            world.answer(leader, world.success(leader, "second", ""));
            lookUp(follower);

            assertThat(world.releasedNames()).containsExactly("leader", "follower");
        }
    }
}
