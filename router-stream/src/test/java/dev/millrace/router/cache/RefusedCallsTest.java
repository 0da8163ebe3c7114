package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.waiting.WaitingRecord;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests jobs that must not be called, or that their topic rejects. */
class RefusedCallsTest extends CacheScene {
    @Nested
    class AJobThatItsBudgetDoesNotCover {
        @Test
        void uncoveredJobEndsAndTheNextOneIsCalled() {
            world.lookUpUnpaid(first);
            lookUp(second);

            assertThat(world.resultOf(first)).contains("budget_exceeded", "all 5 USD are spent");
            assertThat(world.releasedNames()).containsExactly("second");
        }

        @Test
        void jobGetsTheAnswerOfAnother() {
            lookUp(first);
            world.lookUpUnpaid(second);
            world.succeed(first);

            assertThat(world.resultOf(second)).contains("\"cache\":\"collapsed\"");
        }

        @Test
        void jobNeverLeads() {
            lookUp(first);
            world.lookUpUnpaid(second);
            lookUp(third);
            world.fail(first, ErrorCode.CANCELLED);

            assertThat(world.resultOf(second)).contains("budget_exceeded");
            assertThat(world.releasedNames()).containsExactly("first", "third");
        }
    }

    @Nested
    class WhenTheFirstJobCannotBeSent {
        @Test
        void jobEndsIfNoTopicTakesIt() {
            world.maxRecordBytes.put("test.jobs.small.high", 0);
            world.maxRecordBytes.put("test.jobs.small.normal", 10);
            lookUp(first);

            assertThat(world.resultOf(first))
                    .contains("validation_error", "max.message.bytes = 10 of")
                    .contains("test.jobs.small.normal");
            assertThat(world.released).isEmpty();
        }

        @Test
        void jobEndsIfItsModelIsOutOfService() {
            world.unavailable.add("small");
            lookUp(first);

            assertThat(world.resultOf(first)).contains("unknown_model", "small is not in service");
            assertThat(world.released).isEmpty();
        }
    }

    @Nested
    class WhenTheNextJobCannotBeSent {
        @Test
        void jobsWhoseModelIsOutOfServiceEndForThatReason() {
            lookUp(first, second, third);
            world.unavailable.add("small");
            world.fail(first, ErrorCode.CANCELLED);
            world.settle();

            for (Job job : List.of(second, third)) {
                assertThat(world.resultOf(job))
                        .contains("unknown_model", "small is not in service")
                        .doesNotContain("validation_error");
            }
        }

        @Test
        void nextJobLeadsIfTheTopicDoesNotTakeTheFirst() {
            lookUp(first);
            var record = world.lookup(second);
            String padded = new String(record.value(), UTF_8) + " ".repeat(5_000);
            world.lookUp(
                    new WaitingRecord(
                            record.headers(), padded.getBytes(UTF_8), record.timestamp()));
            lookUp(third);
            world.maxRecordBytes.put("test.jobs.small.high", 5_000);
            world.maxRecordBytes.put("test.jobs.small.normal", 5_000);
            world.fail(first, ErrorCode.CANCELLED);
            world.settle();

            assertThat(world.resultOf(second)).contains("max.message.bytes = 5,000 of");
            assertThat(world.releasedNames()).containsExactly("first", "third");
        }
    }
}
