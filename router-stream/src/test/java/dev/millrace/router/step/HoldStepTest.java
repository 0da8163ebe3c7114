package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.WeeklyTime;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.router.topology.RouterDriver;
import dev.millrace.router.topology.TestClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs of a model whose topics are created after the router has started. */
class HoldStepTest {
    private final RouterDriver router = new RouterDriver();
    private ControlState control = ControlState.EMPTY;

    @BeforeEach
    void deleteTopics() {
        router.withoutTopics.add("small");
    }

    @AfterEach
    void close() {
        router.close();
    }

    private void createTopics() {
        router.withoutTopics.clear();
        pass(3);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            router.pass(Duration.ofSeconds(1));
        }
    }

    private static List<String> ids(List<TestRecord<String, byte @Nullable []>> records) {
        return records.stream()
                .map(it -> new String(Objects.requireNonNull(it.value()), UTF_8))
                .map(it -> it.replaceFirst(".*\"custom_id\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    private List<Waiting> waits() {
        return waits(router);
    }

    private List<Waiting> waits(RouterDriver driver) {
        for (TestRecord<String, byte @Nullable []> each : driver.controlRecords()) {
            control = control.with(each.key(), each.value());
        }
        Instant now = driver.clock.instant();
        return control.workers().values().stream()
                .filter(it -> it.isValid(now))
                .flatMap(it -> it.waits().stream())
                .map(it -> it.at(now))
                .toList();
    }

    @Test
    void jobsWaitInsteadOfFailing() {
        router.send(RouterDriver.line("a", "small"));
        router.send(RouterDriver.line("b", "small"));
        pass(60);

        assertThat(router.jobs("small")).isEmpty();
        assertThat(router.results()).isEmpty();
    }

    @Test
    void jobsContinueInTheirOrderWhenTheTopicsExist() {
        router.send(RouterDriver.line("a", "small"));
        router.send(RouterDriver.line("b", "small"));

        createTopics();
        router.send(RouterDriver.line("c", "small"));

        assertThat(ids(router.jobs("small"))).containsExactly("a", "b", "c");
    }

    @Test
    void jobsOfOtherModelsDoNotWait() {
        router.send(RouterDriver.line("a", "small"));
        router.send(RouterDriver.line("b", "second"));

        assertThat(ids(router.jobs("second"))).containsExactly("b");
    }

    @Test
    void jobOfAnUnknownModelStillFails() {
        router.send(RouterDriver.line("a", "none"));
        router.send(RouterDriver.line("b", "unserved"));

        assertThat(router.results())
                .extracting(it -> new String(Objects.requireNonNull(it.value()), UTF_8))
                .hasSize(2)
                .allSatisfy(it -> assertThat(it).contains("unknown_model"));
    }

    @Test
    void controlReportsHowManyJobsWaitUntilTheyContinue() {
        router.send(RouterDriver.line("a", "small"));
        pass(1);
        router.send(RouterDriver.line("b", "small"));
        pass(5);

        assertThat(waits())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.model()).isEqualTo("small");
                            assertThat(it.reason()).isEqualTo(WaitingReason.NO_TOPIC);
                            assertThat(it.value()).isEqualTo("its topic is missing");
                            assertThat(it.jobs()).isEqualTo(2);
                        });
        createTopics();
        assertThat(waits()).isEmpty();
    }

    @Test
    void reportIsRepeatedBeforeItExpires() {
        router.send(RouterDriver.line("a", "small"));
        pass(600);

        assertThat(waits()).hasSize(1);
    }

    @Test
    void jobEndsAtItsDeadline() {
        String deadline = router.clock.instant().plusSeconds(30).toString();
        router.send(
                RouterDriver.line("a", "small")
                        .replaceFirst(
                                "\\}$", ",\"millrace\":{\"deadline\":\"" + deadline + "\"}}"));
        pass(32);

        assertThat(router.results())
                .singleElement()
                .extracting(it -> new String(Objects.requireNonNull(it.value()), UTF_8))
                .asString()
                .contains("deadline_exceeded", "while the job waited for the topics of its model");
    }

    @Test
    void jobOfACancelledBatchEnds() {
        router.send(RouterDriver.line("a", "small"));
        router.pass(Duration.ofSeconds(1));
        var command =
                new OperatorCommand(router.clock.instant(), "someone")
                        .record(new ControlKey.CancelBatch("default", "default"));
        router.control = router.control.with(command.key().text(), command.value());
        pass(3);

        assertThat(router.results())
                .singleElement()
                .extracting(it -> new String(Objects.requireNonNull(it.value()), UTF_8))
                .asString()
                .contains("cancelled");
    }

    @Test
    void repeatOfAWaitingJobIsADuplicate() {
        router.send(RouterDriver.line("a", "small"));
        router.send(RouterDriver.line("a", "small"));

        assertThat(router.deadLetters()).hasSize(1);
        createTopics();
        assertThat(router.jobs("small")).hasSize(1);
    }

    /** The driver's clock starts at 12:00; calls cost twice as much until 13:00. */
    @Nested
    class WhenCallsCostLessLater {
        private final RouterDriver dear =
                new RouterDriver(
                        RouterDriver.TOPICS,
                        List.of(
                                Model.of(
                                        "nights",
                                        "openai",
                                        Price.of("1", "2")
                                                .withHours(
                                                        new PriceHours(
                                                                ZoneOffset.UTC,
                                                                PriceHours.BookedAt.START,
                                                                Set.of(),
                                                                Map.of("peak", peak()))))),
                        new TestClock(),
                        null);

        private static PriceHours.Period peak() {
            return new PriceHours.Period(
                    List.of(WeeklyTime.parse("10:00-13:00")), Price.of("2", "4"));
        }

        private void send(String id, String buy, Duration deadline) {
            dear.send(
                    RouterDriver.line(id, "nights")
                            .replaceFirst(
                                    "\\}$",
                                    ",\"millrace\":{\"buy\":\"%s\",\"deadline\":\"%s\"}}"
                                            .formatted(buy, dear.clock.instant().plus(deadline))));
        }

        @AfterEach
        void close() {
            dear.close();
        }

        @Test
        void jobBoughtAtTheLowestPriceWaitsForTheHour() {
            send("a", "lowest", Duration.ofHours(5));
            send("b", "standard", Duration.ofHours(5));
            assertThat(ids(dear.jobs("nights"))).containsExactly("b");

            dear.pass(Duration.ofMinutes(59));
            assertThat(dear.jobs("nights")).isEmpty();
            dear.pass(Duration.ofMinutes(1));

            assertThat(ids(dear.jobs("nights"))).containsExactly("a");
        }

        @Test
        void reportSaysUntilWhenItWaits() {
            send("a", "lowest", Duration.ofHours(5));
            dear.pass(Duration.ofSeconds(3));

            assertThat(waits(dear))
                    .singleElement()
                    .satisfies(
                            it ->
                                    assertThat(it.text())
                                            .isEqualTo(
                                                    "nights waits: cheaper_hour: calls cost 50 %"
                                                            + " less then; until"
                                                            + " 2026-11-20T13:00:00Z; 1 job"));
        }

        /** Before any job was measured, queue and call are taken to need 20 minutes. */
        @Test
        void jobWithADeadlineBeforeTheHourStartsAtOnce() {
            send("a", "lowest", Duration.ofMinutes(75));
            send("b", "lowest", Duration.ofMinutes(80));

            assertThat(ids(dear.jobs("nights"))).containsExactly("a");
        }

        @Test
        void measuredTimesReplaceTheAssumedOne() {
            for (int i = 0; i < 20; i++) {
                send("measured" + i, "standard", Duration.ofHours(5));
            }
            dear.pass(Duration.ofSeconds(2));
            for (int i = 0; i < 20; i++) {
                dear.end(called("measured" + i));
            }
            assertThat(routed()).isEqualTo(20);

            send("a", "lowest", Duration.ofMinutes(65));

            assertThat(routed()).isZero();
        }

        private int routed() {
            return dear.jobs("nights").size() + dear.jobs("nights", Lane.BULK).size();
        }

        private static CostEvent called(String id) {
            return CostEvent.withoutCall(JobId.of("default", "default", id), "default", "default")
                    .with(
                            new JobEnd(
                                            new Route("catalog", "nights"),
                                            Lane.NORMAL,
                                            null,
                                            1,
                                            BigDecimal.ZERO,
                                            500)
                                    .calledAgo(500));
        }

        @Test
        void waitingJobCanBeCancelled() {
            send("a", "lowest", Duration.ofHours(5));
            var command =
                    new OperatorCommand(dear.clock.instant().plusSeconds(1), "someone")
                            .record(new ControlKey.CancelBatch("default", "default"));
            dear.control = dear.control.with(command.key().text(), command.value());
            dear.pass(Duration.ofSeconds(3));

            assertThat(dear.results()).hasSize(1);
        }
    }

    @Nested
    class WhenManyJobsWait {
        private static final int JOBS = 1_200;

        @Test
        void allContinue() {
            for (int i = 0; i < JOBS; i++) {
                router.send(RouterDriver.line("job" + i, "small"));
            }

            createTopics();

            assertThat(router.jobs("small").size() + router.jobs("small", Lane.BULK).size())
                    .isEqualTo(JOBS);
        }
    }
}
