package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.router.budget.BudgetWorld.Job;
import dev.millrace.router.waiting.UnreadableJob;
import dev.millrace.router.waiting.WaitingRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tenant acme has spent its money of this hour, and parks two jobs. The first one is damaged. */
class UnreadableParkedJobTest extends BudgetScene {
    private final PartitionWorld partition = world.partitions.get(0);
    private Job unreadable;
    private Job next;

    @BeforeEach
    void park() {
        Instant deadline = world.clock.instant().plus(Duration.ofMinutes(30));
        end(submit(0, "acme", 60), 60);
        unreadable = submit(0, "acme", "batch", null, 1, deadline);
        next = submit(0, "acme", "batch", null, 2, null);
    }

    private void damage(UnaryOperator<byte[]> change) {
        KeyValue<Bytes, byte[]> entry = parkedEntry();
        partition.store.put(entry.key, change.apply(entry.value));
        partition.store.commit();
    }

    private KeyValue<Bytes, byte[]> parkedEntry() {
        return entry('W', "\"" + unreadable.customId() + "\"");
    }

    private void damageDeadline() {
        KeyValue<Bytes, byte[]> entry = entry('D', unreadable.id().value());
        partition.store.put(entry.key, toAnotherVersion(entry.value));
        partition.store.commit();
    }

    private KeyValue<Bytes, byte[]> entry(char kind, String text) {
        try (var entries = partition.store.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                if (entry.key.get()[0] == kind
                        && new String(entry.value, ISO_8859_1).contains(text)) {
                    return entry;
                }
            }
        }
        throw new AssertionError("the job is not parked");
    }

    private static byte[] toAnotherVersion(byte[] entry) {
        byte[] damaged = entry.clone();
        damaged[0] = 99;
        return damaged;
    }

    private static byte[] withoutChain(byte[] entry) {
        String text = new String(entry, ISO_8859_1);
        return text.replace("millrace-chain", "millrace-chian").getBytes(ISO_8859_1);
    }

    @Test
    void jobsAreReleasedAfterTheyWereCountedAgain() {
        KeyValue<Bytes, byte[]> totals = entry('T', "");
        partition.store.put(totals.key, toAnotherVersion(totals.value));
        partition.store.commit();

        restart();
        pass(Duration.ofHours(1));

        assertThat(released()).contains(next);
        assertThat(List.of('W', 'D', 'Q'))
                .allSatisfy(kind -> assertThat(partition.store.count(kind)).isZero());
    }

    private void restart() {
        partition.crash();
        settle();
    }

    private void assertOnlyItIsBuried() {
        assertThat(partition.buried)
                .extracting(it -> Objects.requireNonNull(it.job()).jobId())
                .containsExactly(unreadable.id());
    }

    @Test
    void onlyTheUnreadableJobIsBuried() {
        damage(UnreadableParkedJobTest::toAnotherVersion);

        restart();
        pass(Duration.ofHours(1));

        assertOnlyItIsBuried();
        assertThat(released()).contains(next).doesNotContain(unreadable);
        assertThat(List.of('W', 'D', 'Q'))
                .allSatisfy(kind -> assertThat(partition.store.count(kind)).isZero());
    }

    @Test
    void otherTenantsContinue() {
        Job running = submit(0, "beta", 50);
        Job waiting = submit(0, "beta", 50);
        damage(UnreadableParkedJobTest::toAnotherVersion);

        restart();
        end(running, 0);

        assertThat(released()).contains(waiting);
    }

    @Test
    void failureIsCountedOnce() {
        damage(UnreadableParkedJobTest::toAnotherVersion);

        restart();

        assertThat(world.meters.get("millrace.router.internal.errors").counter().count())
                .isEqualTo(1);
    }

    @Test
    void requestIsKeptIfOnlyThePlanIsDamaged() {
        damage(UnreadableParkedJobTest::withoutChain);

        restart();

        UnreadableJob buried = partition.buried.getFirst();
        assertThat(buried.origin().topic()).isEqualTo("requests");
        assertThat(new String(buried.record().value(), ISO_8859_1))
                .startsWith("{\"custom_id\":\"" + unreadable.customId());
    }

    @Test
    void deadLetterHasTheCallsThatTheEntryNames() {
        damage(
                entry -> {
                    WaitingRecord stored = WaitingRecord.decode(withoutChain(entry));
                    stored.headers()
                            .remove(MillraceHeaders.ATTEMPTS)
                            .add(MillraceHeaders.ATTEMPTS, "2".getBytes(UTF_8));
                    return stored.encode();
                });

        restart();

        var letter = partition.buried.getFirst().toDeadLetter("unreadable", 0).value();
        assertThat(Objects.requireNonNull(letter.ends()).calls().attempts()).isEqualTo(2);
    }

    @Test
    void jobThatIsDamagedAfterTheStartIsBuriedWhenItsTurnComes() {
        damage(UnreadableParkedJobTest::toAnotherVersion);

        world.clock.advance(Duration.ofMinutes(29));
        pass(Duration.ofMinutes(31));

        assertOnlyItIsBuried();
        assertThat(released()).contains(next);
    }

    @Test
    void deadlineOfAnUnreadableJobDoesNotHoldBackOtherDeadlines() {
        Instant later = world.clock.instant().plus(Duration.ofMinutes(40));
        Job expiring = submit(0, "acme", "batch", null, 2, later);
        damage(UnreadableParkedJobTest::toAnotherVersion);

        pass(Duration.ofMinutes(45));

        assertOnlyItIsBuried();
        assertThat(refusalOf(expiring).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    private ParkedJobs opened() {
        return new ParkedJobs(new BudgetStore(partition.store), partition.port());
    }

    @Test
    void queueBelongsToTheTenantOfItsFirstReadableJob() {
        damage(UnreadableParkedJobTest::toAnotherVersion);

        assertThat(opened().tenants()).containsExactly("acme");
    }

    @Test
    void queueWithoutReadableJobsBelongsToTheTenantOfItsNextJob() {
        damage(UnreadableParkedJobTest::toAnotherVersion);
        cancel(next);
        settle();
        ParkedJobs parked = opened();
        assertThat(parked.tenants()).containsExactly("");

        parked.park(world.arrived(world.job("acme", "batch", null, 1, null), 0), group());

        assertThat(parked.tenants()).containsExactly("acme");
    }

    private static String group() {
        return ParkedJobs.group("acme", null, null, false);
    }

    @Test
    void unreadableDeadlineIsReadFromTheRecordOfItsJob() {
        Instant later = world.clock.instant().plus(Duration.ofMinutes(40));
        Job expiring = submit(0, "acme", "batch", null, 2, later);
        damageDeadline();

        pass(Duration.ofMinutes(45));

        assertThat(partition.buried).isEmpty();
        assertThat(refusalOf(unreadable).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(refusalOf(expiring).error()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @Test
    void jobIsBuriedIfItsRecordAndItsDeadlineAreUnreadable() {
        damageDeadline();
        damage(UnreadableParkedJobTest::toAnotherVersion);

        restart();
        pass(Duration.ofHours(1));

        assertThat(partition.buried).hasSize(1);
        assertThat(released()).contains(next);
        assertThat(partition.store.count('D')).isZero();
    }
}
