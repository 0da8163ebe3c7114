package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.router.topology.RouterDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DedupeStepTest {
    private static final int A_FEW = 256;

    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private List<DeadLetter> deadLetters() {
        return router.deadLetters().stream().map(it -> DeadLetter.read(it.headers())).toList();
    }

    @Nested
    class WhenAJobIsSubmittedAgain {
        private final String line = RouterDriver.line("a", "small");

        @Test
        void sameBodyIsADuplicate() {
            router.send(line);
            router.send(line.replace("\"method\":\"POST\",", ""));

            assertThat(router.jobs("small")).hasSize(1);
            assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly("duplicate");
        }

        @Test
        void otherBodyIsADuplicateCustomId() {
            router.send(line);
            router.send(line.replace("[]", "[1]"));

            assertThat(router.jobs("small")).hasSize(1);
            assertThat(deadLetters())
                    .extracting(DeadLetter::reason)
                    .containsExactly("duplicate_custom_id");
        }

        @Test
        void otherUrlIsADuplicateCustomId() {
            router.send(line);
            router.send(line.replace("chat/completions", "responses"));

            assertThat(deadLetters())
                    .extracting(DeadLetter::reason)
                    .containsExactly("duplicate_custom_id");
        }

        @Test
        void deadLetterNamesTheJobAndKeepsTheBytes() {
            var submission = new SubmissionHeaders("acme", "b", 1L, null, null);
            router.send(line, submission);
            router.send(line, new SubmissionHeaders("acme", "b", 2L, null, null));

            var letter = router.deadLetters().getFirst();
            assertThat(letter.value()).isEqualTo(line.getBytes(UTF_8));
            assertThat(DeadLetter.read(letter.headers()))
                    .extracting(DeadLetter::line, DeadLetter::jobId)
                    .containsExactly(2L, JobId.of("acme", "b", "a").value());
        }

        @Test
        void invalidJobHasOnlyOneResult() {
            router.send("{\"custom_id\":\"a\"}");
            router.send("{\"custom_id\":\"a\"}");

            assertThat(router.results()).hasSize(1);
            assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly("duplicate");
        }

        @Test
        void requestIsARepeatWhileTheJobIsUnfinished() {
            router.send(line);
            router.clock.advance(RouterDriver.WINDOW.multipliedBy(100));
            router.send(line);

            assertThat(deadLetters()).hasSize(1);
        }

        @Test
        void requestIsARepeatUntilTheLastMillisecondOfTheWindow() {
            router.send(line);
            router.clock.advance(Duration.ofHours(5));
            router.end("a");
            router.clock.advance(RouterDriver.WINDOW.minusMillis(1));
            router.send(line);

            assertThat(deadLetters()).hasSize(1);
        }

        @Test
        void requestIsANewJobAfterTheWindow() {
            router.send(line);
            router.clock.advance(Duration.ofHours(5));
            router.end("a");
            router.clock.advance(RouterDriver.WINDOW);
            router.send(line);

            assertThat(router.jobs("small")).hasSize(2);
            assertThat(deadLetters()).isEmpty();
        }

        @Test
        void rejectedJobEndsAtOnce() {
            String refused = RouterDriver.line("a", "no-such-model");
            router.send(refused);
            router.clock.advance(RouterDriver.WINDOW);
            router.send(refused);

            assertThat(router.results()).hasSize(2);
        }

        @Test
        void repeatsDoNotExtendTheWindow() {
            router.send(line);
            router.end("a");
            router.clock.advance(Duration.ofHours(20));
            router.send(line);
            router.clock.advance(Duration.ofHours(4));
            router.send(line);

            assertThat(router.jobs("small")).hasSize(2);
        }
    }

    @Nested
    class WhenTheEndOfAJobIsLost {
        private final String line = RouterDriver.line("a", "small");

        @Test
        void requestIsARepeatUntilTheJobIsLost() {
            router.send(line);
            router.lostBefore = router.clock.millis();
            router.clock.advance(Duration.ofDays(400));
            router.send(line);

            assertThat(deadLetters()).hasSize(1);
        }

        @Test
        void requestIsANewJobOnceTheJobIsLost() {
            router.send(line);
            router.lostBefore = router.clock.millis() + 1;
            router.clock.advance(Duration.ofDays(8));
            router.send(line);

            assertThat(router.jobs("small")).hasSize(2);
            assertThat(deadLetters()).isEmpty();
        }

        @Test
        void storeDeletesTheLostJob() {
            for (int i = 0; i < A_FEW; i++) {
                router.send(RouterDriver.line("lost-" + i, "small"));
            }
            router.clock.advance(Duration.ofDays(8));
            router.lostBefore = router.clock.millis();
            for (int i = 0; i < 3 * A_FEW; i++) {
                router.send(RouterDriver.line("job-" + i, "small"));
            }

            assertThat(entries()).isEqualTo(3 * A_FEW);
        }
    }

    /**
     * No job was routed during the pause, so the job topics were empty when lost jobs were
     * detected.
     */
    @Nested
    class WhenRequestsWaitedThroughALongPause {
        private final Instant submitted = router.clock.instant();

        @BeforeEach
        void pause() {
            router.clock.advance(Duration.ofDays(8));
            router.lostBefore = router.clock.instant().minus(Duration.ofDays(7)).toEpochMilli();
        }

        @Test
        void repeatsAreStillDetected() {
            String line = RouterDriver.line("a", "small");
            router.send(line, submitted);
            router.send(line, submitted);

            assertThat(router.jobs("small")).hasSize(1);
            assertThat(deadLetters()).hasSize(1);
        }

        @Test
        void storeDeletesNoneOfTheirJobs() {
            int jobs = 1_000;
            for (int i = 0; i < jobs; i++) {
                router.send(RouterDriver.line("job-" + i, "small"), submitted);
            }

            assertThat(entries()).isEqualTo(jobs);
        }
    }

    private int entries() {
        var all = new ArrayList<>();
        try (var entries = router.seenJobs().all()) {
            entries.forEachRemaining(all::add);
        }
        return all.size();
    }

    @Nested
    class WhenTenantBatchOrCustomIdDiffer {
        @Test
        void requestsAreDifferentJobs() {
            String line = RouterDriver.line("a", "small");
            router.send(line, new SubmissionHeaders("t1", "b1", null, null, null));
            router.send(line, new SubmissionHeaders("t2", "b1", null, null, null));
            router.send(line, new SubmissionHeaders("t1", "b2", null, null, null));

            assertThat(router.jobs("small")).hasSize(3);
        }
    }

    @Nested
    class WhenManyJobsExpire {
        @Test
        void storeHoldsAtMostAboutTwiceTheWindow() {
            int perWindow = 1_000;
            for (int i = 0; i < 6 * perWindow; i++) {
                router.clock.advance(RouterDriver.WINDOW.dividedBy(perWindow));
                router.send(RouterDriver.line("job-" + i, "small"));
                router.end("job-" + i);
            }

            assertThat(entries()).isLessThan(2 * perWindow + A_FEW);
        }

        @Test
        void noJobWithinTheWindowIsDeleted() {
            int jobs = 1_000;
            for (int i = 0; i < jobs; i++) {
                router.send(RouterDriver.line("job-" + i, "small"));
            }

            assertThat(entries()).isEqualTo(jobs);
        }
    }
}
