package dev.millrace.router.hold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Buy;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.waiting.PlannedRecord;
import dev.millrace.router.waiting.WaitingJob;
import dev.millrace.router.waiting.WaitingJobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Jobs of one model wait for an hour that begins three hours later. */
class HoldGroupsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T07:00:00Z");
    private static final Instant HOUR = NOW.plus(Duration.ofHours(3));

    private final CheaperHours hours =
            new CheaperHours(_ -> Optional.empty(), _ -> Duration.ofMinutes(5), 1);
    private final WaitingJobStore store =
            new WaitingJobStore(
                    new TreeStore(), HoldKind.RECORD, HoldKind.DEADLINE, HoldKind.TOTALS);
    private final HoldGroups groups = HoldGroups.load(store, (_, _) -> Hold.noTopic(""));

    private static Hold hold(Duration deadline, double seconds) {
        return Hold.cheaperHour("m", "", new Hold.Hour(HOUR, NOW.plus(deadline), seconds));
    }

    private static PlannedRecord record(String id) {
        JobHeaders headers = HeldModel.DEEPSEEK.job(id, Buy.LOWEST, null, NOW);
        var identity = new JobIdentity(headers.jobId(), id, "acme", "b", null, null);
        byte[] line =
                """
                {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"x","messages":[]}}"""
                        .formatted(id)
                        .getBytes(UTF_8);
        var job = new PlannedJob(identity, new Origin("requests", 0, 0), headers, line);
        return new PlannedRecord(job, null, new RecordHeaders(), 0, NOW.toEpochMilli());
    }

    private void add(int count, Duration deadline, double seconds) {
        for (int i = 0; i < count; i++) {
            groups.onAdded(hold(deadline, seconds), record("a" + i));
        }
    }

    private List<HoldGroups.Release> releases(HoldGroups of, Instant now) {
        return of.releases(_ -> true, hours, new ReleasePace(NOW), now);
    }

    @Test
    void largeJobsWithALaterDeadlineReleaseNoSmallOnes() {
        add(5_000, Duration.ofHours(15), 1);
        add(10, Duration.ofHours(16), 100);

        assertThat(releases(groups, NOW)).isEmpty();
    }

    @Test
    void workOfEarlierDeadlinesComesFirst() {
        // The last safe start is 10 minutes before the deadline: 10 hours are left for 10.5.
        add(10, Duration.ofHours(8), 180);
        add(100, Duration.ofMinutes(10 * 60 + 10), 360);

        assertThat(releases(groups, NOW))
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.jobs()).isEqualTo(10);
                            assertThat(it.mustStart()).isTrue();
                            assertThat(it.group().id())
                                    .isEqualTo(hold(Duration.ofHours(8), 180).group());
                        });
    }

    @Test
    void onlyDueJobsMustStart() {
        // One minute of work is released ahead; one job is due.
        add(61, Duration.ofHours(3).plusMinutes(11), 1);

        assertThat(releases(groups, HOUR))
                .extracting(HoldGroups.Release::jobs, HoldGroups.Release::mustStart)
                .containsExactly(tuple(1L, true), tuple(59L, false));
    }

    @Test
    void meanSizeIsKnownAfterARestart() {
        Hold small = hold(Duration.ofHours(15), 1);
        for (int i = 0; i < 2; i++) {
            PlannedRecord job = record("a" + i);
            store.add(
                    WaitingJob.of(small.group(), store.nextSequence(), job.job().headers()),
                    job.encode());
        }

        HoldGroups loaded =
                HoldGroups.load(
                        store,
                        (_, job) ->
                                hold(
                                        Duration.ofHours(15),
                                        job.job().identity().customId().equals("a0") ? 1 : 3));

        assertThat(loaded.all()).extracting(HoldGroups.Group::jobs).containsExactly(2L);
        assertThat(loaded.all())
                .extracting(HoldGroups.Group::hold)
                .containsExactly(hold(Duration.ofHours(15), 2));
    }
}
