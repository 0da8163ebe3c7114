package dev.millrace.router.guards;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobTimes;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.router.topology.RouterDriver;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests how many unfinished jobs a guarded arm may have before its results are known. */
class CanaryInFlightLimitTest {
    private static final String ROUTED_BY = "default/1@v7";
    private static final int INITIALLY = 10;
    private static final int JOBS = 200;

    /** A rule that sends nearly all jobs to the guarded arm. */
    private static final Rule RULE =
            new Rule(
                    Optional.empty(),
                    List.of(),
                    List.of(new Arm("small", 1_000_000), new Arm("second", 1)),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(
                            new Guard(
                                    "small",
                                    Optional.of(5.0),
                                    Optional.empty(),
                                    Optional.empty(),
                                    INITIALLY)));

    private final RouterDriver router = new RouterDriver();
    private int next;
    private int ended;

    @BeforeEach
    void guard() {
        router.active = ActivePolicy.of("default", "v7", new Policy(List.of(RULE)));
        router.canaries.put(ROUTED_BY, new Canaries.Canary("small", INITIALLY, 0));
    }

    @AfterEach
    void close() {
        router.close();
    }

    /** Returns the jobs on both lanes. */
    private int all(String model) {
        return router.jobs(model).size() + router.jobs(model, Lane.BULK).size();
    }

    private void send(int jobs) {
        for (int i = 0; i < jobs; i++) {
            router.send(RouterDriver.line("job-" + next++, "auto"));
        }
    }

    private void end(int jobs, String errorCode) {
        end(jobs, errorCode, 1);
    }

    private void end(int jobs, String errorCode, int calls) {
        var end =
                new JobEnd(
                        new Route(ROUTED_BY, "small"),
                        Lane.NORMAL,
                        errorCode.isEmpty() ? null : errorCode,
                        calls,
                        BigDecimal.ONE,
                        7);
        for (int i = 0; i < jobs; i++) {
            router.end(nextEnded().with(end));
        }
    }

    private CostEvent nextEnded() {
        var id = JobId.of("default", "default", "job-" + ended++);
        return CostEvent.withoutCall(id, "default", "default");
    }

    @Nested
    class WhenNoJobHasEnded {
        @Test
        void guardedArmGetsItsInitialJobsAndOtherArmsTheRest() {
            send(JOBS);

            assertThat(all("small")).isEqualTo(INITIALLY);
            assertThat(all("second")).isEqualTo(JOBS - INITIALLY);
        }
    }

    @Nested
    class WhenJobsHaveEnded {
        @Test
        void eachSuccessAdmitsTwoMoreJobs() {
            send(JOBS);
            end(5, "");
            send(JOBS);

            assertThat(all("small")).isEqualTo(INITIALLY + 10);
        }

        @Test
        void eachErrorAdmitsOneMoreJob() {
            send(JOBS);
            end(5, "server_error");
            send(JOBS);

            assertThat(all("small")).isEqualTo(INITIALLY + 5);
        }
    }

    @Nested
    class WhenAnotherModelHadToAnswer {
        @Test
        void eachAnswerAdmitsOneMoreJob() {
            send(JOBS);
            var end =
                    new JobEnd(
                            new Route(ROUTED_BY, "small"),
                            Lane.NORMAL,
                            null,
                            1,
                            BigDecimal.ONE,
                            new JobTimes(7, 0, 9L),
                            Provenance.CACHE_MISS);
            for (int i = 0; i < 5; i++) {
                router.end(
                        nextEnded()
                                .with(AttemptCost.uncertain(1, "second", BigDecimal.ONE))
                                .with(end));
            }
            send(JOBS);

            assertThat(all("small")).isEqualTo(INITIALLY + 5);
        }
    }

    @Nested
    class WhenJobsGetTheAnswersOfOthers {
        @Test
        void eachOneAdmitsOneMoreJob() {
            send(JOBS);
            end(5, "", 0);
            send(JOBS);

            assertThat(all("small")).isEqualTo(INITIALLY + 5);
        }
    }

    @Nested
    class WhenTheJobsOfTheArmAreLost {
        @Test
        void guardedArmGetsItsInitialJobsAgain() {
            send(JOBS);
            router.lostBefore = Long.MAX_VALUE;
            send(1);
            router.lostBefore = Long.MIN_VALUE;
            send(JOBS);

            assertThat(all("small")).isEqualTo(2 * INITIALLY);
        }
    }

    @Nested
    class WhenTheRuleHasNoGuard {
        @Test
        void armGetsItsFullShareAtOnce() {
            router.canaries.clear();
            send(JOBS);

            assertThat(all("small")).isGreaterThan(JOBS / 2);
        }
    }
}
