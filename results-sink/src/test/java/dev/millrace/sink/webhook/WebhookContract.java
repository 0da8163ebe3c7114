package dev.millrace.sink.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.config.Secret;
import dev.millrace.contracts.config.SinkConfig.Webhook;
import dev.millrace.contracts.webhook.EventType;
import dev.millrace.sink.database.Database;
import dev.millrace.sink.database.DatabaseException;
import dev.millrace.sink.database.DatabaseWriter;
import dev.millrace.sink.erasure.ExpiredRows;
import dev.millrace.sink.erasure.ForgottenRows;
import dev.millrace.sink.fixture.TestDatabase;
import dev.millrace.sink.row.Erasures.Subject;
import dev.millrace.sink.webhook.http.Answer;
import dev.millrace.sink.webhook.outbox.Event;
import dev.millrace.sink.webhook.outbox.Outbox;
import dev.millrace.sink.webhook.outbox.Receiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of events and deliveries, which both databases must pass. The test owns the time. */
abstract class WebhookContract {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Receiver RECEIVER = receiver("https://a.test/x", EventType.values());

    private final FakePoster poster = new FakePoster();
    private final List<Event> inEffect = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Instant now = NOON;
    private final InstantSource clock = () -> now;
    private TestDatabase database = new TestDatabase("");

    /** Returns a new, empty database. */
    abstract TestDatabase newDatabase() throws Exception;

    @BeforeEach
    void openDatabase() throws Exception {
        database = newDatabase();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static Receiver receiver(String url, EventType... events) {
        return new Receiver(
                new Webhook(
                        URI.create(url),
                        Secret.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        Set.of(events),
                        List.of()));
    }

    private Outbox outbox() {
        var outbox = new Outbox(database.url(), clock);
        opened.add(outbox);
        return outbox;
    }

    private EventRecorder recorder(Receiver... receivers) {
        return new EventRecorder(
                outbox(), List.of(receivers), List.of((_, _) -> List.copyOf(inEffect)), clock);
    }

    private DeliverySender sender(Receiver receiver, FakePoster to) {
        return new DeliverySender(
                receiver,
                outbox(),
                to,
                new RetrySchedule(new SplittableRandom(1)),
                new WebhookMeters(new SimpleMeterRegistry()),
                clock);
    }

    private Event event(String key, String... includes) {
        return new Event(
                key,
                List.of(includes),
                EventType.GUARD_TRIPPED,
                now,
                json -> json.writeStringProperty("policy", "p"));
    }

    private static void drain(DeliverySender sender) throws DatabaseException {
        while (sender.runOnce()) {
            // Sends the next one.
        }
    }

    private List<String> deliveries() throws Exception {
        return database.rows(
                "SELECT state, attempts, status_code, problem FROM webhook_deliveries"
                        + " ORDER BY event_id");
    }

    /** Registers the receiver, then lets an event occur. */
    private EventRecorder recorderWithEvent() throws DatabaseException {
        EventRecorder recorder = recorder(RECEIVER);
        assertThat(recorder.runOnce(false)).isZero();
        inEffect.add(event("one"));
        assertThat(recorder.runOnce(false)).isEqualTo(1);
        return recorder;
    }

    @Nested
    class Events {
        @Test
        void isSentWithItsTypeTimeAndData() throws Exception {
            recorderWithEvent();
            drain(sender(RECEIVER, poster));

            assertThat(poster.bodies())
                    .containsExactly(
                            "{\"type\":\"guard.tripped\",\"timestamp\":\"2026-11-20T12:00:00Z\",\"data\":{\"policy\":\"p\"}}");
            assertThat(deliveries()).containsExactly("delivered|1|200|null");
        }

        @Test
        void isRecordedOnceByAllSinksAndAfterARestart() throws Exception {
            recorderWithEvent();

            assertThat(recorder(RECEIVER).runOnce(false)).isZero();
            now = now.plus(Duration.ofHours(2));
            assertThat(recorder(RECEIVER).runOnce(false)).isZero();
            drain(sender(RECEIVER, poster));
            assertThat(poster.requests).hasSize(1);
        }

        @Test
        void includesOthersWhichAreNotSentAfterIt() throws Exception {
            EventRecorder recorder = recorder(RECEIVER);
            var _ = recorder.runOnce(false);
            inEffect.add(event("100", "80", "50"));
            assertThat(recorder.runOnce(false)).isEqualTo(1);
            inEffect.set(0, event("80", "50"));

            assertThat(recorder(RECEIVER).runOnce(false)).isZero();
        }

        @Test
        void fromBeforeAReceiverWasAddedIsNotSentToIt() throws Exception {
            inEffect.add(event("one"));
            now = now.plusSeconds(1);
            var _ = recorder(RECEIVER).runOnce(false);
            drain(sender(RECEIVER, poster));

            assertThat(poster.requests).isEmpty();
        }

        @Test
        void isSentToSubscribedReceiversOnly() throws Exception {
            Receiver other = receiver("https://b.test/", EventType.BREAKER_OPENED);
            EventRecorder recorder = recorder(RECEIVER, other);
            var _ = recorder.runOnce(false);
            inEffect.add(event("one"));
            var _ = recorder.runOnce(false);
            var otherPoster = new FakePoster();
            drain(sender(other, otherPoster));
            drain(sender(RECEIVER, poster));

            assertThat(otherPoster.requests).isEmpty();
            assertThat(poster.requests).hasSize(1);
        }

        @Test
        void thatLastsLongerThanTheRetentionIsStillSentOnce() throws Exception {
            EventRecorder recorder = recorderWithEvent();
            drain(sender(RECEIVER, poster));
            try (var writer = new DatabaseWriter(Database.of(database.url()), clock)) {
                var expired = new ExpiredRows(writer, Duration.ofDays(1), clock);
                for (int hour = 0; hour < 48; hour++) {
                    now = now.plus(Duration.ofMinutes(61));
                    assertThat(recorder.runOnce(false)).isZero();
                    assertThat(expired.deleteSome()).isFalse();
                }
            }

            assertThat(deliveries()).isEmpty();
            assertThat(recorder(RECEIVER).runOnce(false)).isZero();
        }
    }

    @Nested
    class AReceiverThatFails {
        @Test
        void getsTheSameEventAgainWithTheSameId() throws Exception {
            recorderWithEvent();
            DeliverySender sender = sender(RECEIVER, poster);
            poster.answer = FakePoster.status(500);
            drain(sender);
            now = now.plusSeconds(4);
            drain(sender);
            assertThat(poster.requests).hasSize(1);
            poster.answer = FakePoster.status(200);
            now = now.plusSeconds(2);
            drain(sender);

            assertThat(poster.ids()).hasSize(2).containsOnly(poster.ids().getFirst());
            assertThat(deliveries()).containsExactly("delivered|2|200|null");
        }

        @Test
        void isTriedForAboutADayThenTheDeliveryFails() throws Exception {
            recorderWithEvent();
            DeliverySender sender = sender(RECEIVER, poster);
            poster.answer = new Answer.Missing("no connection");
            while (!deliveries().getFirst().startsWith("failed")) {
                drain(sender);
                now = now.plusSeconds(60);
            }

            assertThat(poster.requests).hasSize(RetrySchedule.MAX_ATTEMPTS);
            assertThat(Duration.between(NOON, now))
                    .isBetween(Duration.ofHours(21), Duration.ofHours(28));
            assertThat(deliveries()).containsExactly("failed|11|null|no connection");
        }

        @Test
        void withStatus410GetsItNoMore() throws Exception {
            recorderWithEvent();
            poster.answer = FakePoster.status(410);
            drain(sender(RECEIVER, poster));

            assertThat(deliveries())
                    .containsExactly("failed|1|410|410: the receiver wants no more events");
        }

        @Test
        void isLeftAloneForAsLongAsItAsks() throws Exception {
            recorderWithEvent();
            DeliverySender sender = sender(RECEIVER, poster);
            poster.answer = new Answer.Received(429, Optional.of(Duration.ofMinutes(10)), "");
            drain(sender);
            now = now.plusSeconds(599);
            drain(sender);
            assertThat(poster.requests).hasSize(1);
            now = now.plusSeconds(1);
            drain(sender);

            assertThat(poster.requests).hasSize(2);
        }

        @Test
        void getsAFailedEventWhenItIsSentAgain() throws Exception {
            recorderWithEvent();
            poster.answer = FakePoster.status(410);
            drain(sender(RECEIVER, poster));
            poster.answer = FakePoster.status(204);
            String id = poster.ids().getFirst();

            assertThat(outbox().resend(id)).containsExactly("https://a.test");
            drain(sender(RECEIVER, poster));
            assertThat(poster.ids()).containsExactly(id, id);
            assertThat(deliveries()).containsExactly("delivered|1|204|null");
            assertThat(outbox().resend("msg_unknown")).isEmpty();
        }
    }

    @Nested
    class Batches {
        private static final String TIME = "'2026-11-20T12:00:09.500Z'";

        private void addManifest(String submission, int lines) throws Exception {
            addManifest("t", "b", submission, lines);
        }

        private void addManifest(String tenant, String batch, String submission, int lines)
                throws Exception {
            database.execute(
                    "INSERT INTO manifests (tenant, batch, submission, line_count, submitted_at,"
                            + " submitted_by, recorded_at) VALUES ('%s', '%s', '%s', %d, %s, 'ada',"
                                    .formatted(tenant, batch, submission, lines, TIME)
                            + " %s)".formatted(TIME));
        }

        private void addCost(int job) throws Exception {
            addCost("t", "b", job, job);
        }

        private void addCost(String tenant, String batch, int event, int job) throws Exception {
            database.execute(
                    "INSERT INTO costs (event_id, recorded_at, is_final, job_id, tenant, batch,"
                            + " attempt, kind, input_tokens, cached_input_tokens,"
                            + " cache_write_tokens, output_tokens, reasoning_tokens, cost_usd,"
                            + " saved_usd, reserved_usd) VALUES ('e%d', %s, TRUE, 'j%d', '%s', '%s',"
                                    .formatted(event, TIME, job, tenant, batch)
                            + " 1, 'billed', 0, 0, 0, 0, 0, '0', '0', '0')");
        }

        private void addResult(int job, String error) throws Exception {
            addResult("t", "b", job, error);
        }

        private void addResult(String tenant, String batch, int job, String error)
                throws Exception {
            database.execute(
                    "INSERT INTO results (job_id, custom_id, tenant, batch, status_code,"
                            + " error_code, attempts, cost_usd, queued_ms, upstream_ms,"
                            + " finished_at, value) VALUES ('j%d', 'c', '%s', '%s', 200, %s, 1, '0',"
                                    .formatted(job, tenant, batch, error)
                            + " 0, 0, %s, '{}')".formatted(TIME));
        }

        private EventRecorder batchRecorder() throws DatabaseException {
            Database.of(database.url()).migrate();
            return new EventRecorder(
                    outbox(),
                    List.of(RECEIVER),
                    List.of(new BatchEvents(database.url(), clock)),
                    clock);
        }

        @Test
        void isReportedOnceWhenAllItsLinesHaveEnded() throws Exception {
            EventRecorder recorder = batchRecorder();
            assertThat(recorder.runOnce(false)).isZero();
            addManifest("s", 2);
            addCost(1);
            addResult(1, "NULL");
            assertThat(recorder.runOnce(false)).isZero();
            addCost(2);
            addResult(2, "'timeout'");
            assertThat(recorder.runOnce(false)).isEqualTo(1);
            assertThat(recorder.runOnce(false)).isZero();
            assertThat(batchRecorder().runOnce(true)).isZero();
            drain(sender(RECEIVER, poster));

            assertThat(poster.bodies())
                    .containsExactly(
                            "{\"type\":\"batch.completed\",\"timestamp\":\"2026-11-20T12:00:09.500Z\",\"data\":{\"tenant\":\"t\",\"batch\":\"b\",\"lines\":2,\"succeeded\":1,\"failed\":1,\"dead_letters\":0,\"submitted_at\":\"2026-11-20T12:00:09.500Z\",\"submitted_by\":\"ada\"}}");
        }

        @Test
        void isReportedAgainWhenFurtherLinesHaveEnded() throws Exception {
            EventRecorder recorder = batchRecorder();
            addManifest("s", 1);
            addCost(1);
            addResult(1, "NULL");
            assertThat(recorder.runOnce(false)).isEqualTo(1);
            addManifest("s2", 1);
            assertThat(recorder.runOnce(false)).isZero();
            addCost(2);
            addResult(2, "NULL");

            assertThat(recorder.runOnce(false)).isEqualTo(1);
        }

        @Test
        void isNotReportedAgainWhenOneOfItsManifestsExpires() throws Exception {
            EventRecorder recorder = batchRecorder();
            addManifest("s1", 2);
            addManifest("s2", 1);
            for (int job = 1; job <= 3; job++) {
                addCost(job);
                addResult(job, "NULL");
            }
            assertThat(recorder.runOnce(false)).isEqualTo(1);
            database.execute("DELETE FROM manifests WHERE submission = 's1'");
            assertThat(recorder.runOnce(false)).isZero();

            assertThat(batchRecorder().runOnce(false)).isZero();
        }

        @Test
        void isKnownAsLongAsOneOfItsManifests() throws Exception {
            EventRecorder recorder = batchRecorder();
            addManifest("s1", 1);
            addManifest("s2", 1);
            for (int job = 1; job <= 2; job++) {
                addCost(job);
                addResult(job, "NULL");
            }
            assertThat(recorder.runOnce(false)).isEqualTo(1);
            database.execute("DELETE FROM manifests WHERE submission = 's1'");
            now = now.plus(Duration.ofDays(1));
            assertThat(recorder.runOnce(false)).isZero();

            assertThat(database.rows("SELECT event_key, found_at FROM webhook_events"))
                    .singleElement()
                    .asString()
                    .startsWith("batch/t/b/2|2026-11-21");
        }

        @Test
        void isNotReportedWithoutLines() throws Exception {
            EventRecorder recorder = batchRecorder();
            addManifest("s", 0);

            assertThat(recorder.runOnce(true)).isZero();
        }

        @Test
        void isNotConfusedWithABatchOfAnotherTenantWhoseNamesHaveSlashes() throws Exception {
            EventRecorder recorder = batchRecorder();
            List<List<String>> names =
                    List.of(List.of("a/b", "c"), List.of("a", "b/c"), List.of("a%2Fb", "c"));
            for (int i = 0; i < names.size(); i++) {
                String tenant = names.get(i).getFirst();
                String batch = names.get(i).getLast();
                addManifest(tenant, batch, "s", 1);
                addCost(tenant, batch, i, i);
                addResult(tenant, batch, i, "NULL");
            }

            assertThat(recorder.runOnce(false)).isEqualTo(3);
        }

        @Test
        void thatCannotBeCountedDelaysNoOther() throws Exception {
            EventRecorder recorder = batchRecorder();
            assertThat(recorder.runOnce(false)).isZero();
            for (int job = 1; job <= 3; job++) {
                addManifest("t", "b" + job, "s", 1);
                addCost("t", "b" + job, job, job);
                addResult("t", "b" + job, job, "NULL");
            }
            database.execute("UPDATE results SET line = -9223372036854775808 WHERE batch = 'b2'");
            database.execute("ALTER TABLE results RENAME TO stored_results");
            database.execute(
                    "CREATE VIEW results AS SELECT job_id, tenant, batch, finished_at, CASE WHEN"
                            + " line IS NULL OR abs(line) > 0 THEN error_code END AS error_code"
                            + " FROM stored_results");
            assertThat(recorder.runOnce(false)).isEqualTo(2);
            database.execute("UPDATE stored_results SET line = 1");
            now = now.plusSeconds(59);
            assertThat(recorder.runOnce(false)).isZero();
            now = now.plusSeconds(1);

            assertThat(recorder.runOnce(false)).isEqualTo(1);
        }

        private void forget(String tenant, String batch) throws DatabaseException {
            try (var writer = new DatabaseWriter(Database.of(database.url()), clock)) {
                var rows = new ForgottenRows(writer, new Subject(tenant, batch));
                while (rows.deleteSome() > 0) {
                    // Deletes the next rows.
                }
            }
        }

        @Test
        void thatIsForgottenLeavesNoEvent() throws Exception {
            EventRecorder recorder = batchRecorder();
            assertThat(recorder.runOnce(false)).isZero();
            List<String> tenants = List.of("t/u", "t/u", "t");
            List<String> batches = List.of("b", "b2", "u/b");
            for (int i = 0; i < tenants.size(); i++) {
                addManifest(tenants.get(i), batches.get(i), "s", 1);
                addCost(tenants.get(i), batches.get(i), i, i);
                addResult(tenants.get(i), batches.get(i), i, "NULL");
            }
            assertThat(recorder.runOnce(false)).isEqualTo(3);
            forget("t/u", "b");
            assertThat(recorder.runOnce(false)).isZero();
            assertThat(database.rows("SELECT event_key FROM webhook_events ORDER BY event_key"))
                    .containsExactly("batch/t%2Fu/b2/1", "batch/t/u%2Fb/1");
            assertThat(deliveries()).hasSize(2);
            forget("t", "");
            assertThat(recorder.runOnce(true)).isZero();

            assertThat(database.rows("SELECT event_key FROM webhook_events"))
                    .containsExactly("batch/t%2Fu/b2/1");
            assertThat(deliveries()).hasSize(1);
        }

        @Test
        void waitsForResultsThatAreStoredAfterTheirCosts() throws Exception {
            EventRecorder recorder = batchRecorder();
            addManifest("s", 2);
            addCost(1);
            addCost(2);
            addResult(1, "NULL");
            assertThat(recorder.runOnce(false)).isZero();
            now = now.plus(Duration.ofMinutes(5));
            assertThat(recorder.runOnce(false)).isZero();
            assertThat(recorder.runOnce(true)).isZero();
            addResult(2, "NULL");

            assertThat(recorder.runOnce(false)).isEqualTo(1);
        }

        @Test
        void withARepeatedJobIsReportedWhenTheJobHasEndedTwice() throws Exception {
            EventRecorder recorder = batchRecorder();
            addManifest("s", 2);
            addCost("t", "b", 1, 1);
            addResult(1, "NULL");
            assertThat(recorder.runOnce(false)).isZero();
            addCost("t", "b", 2, 1);

            assertThat(recorder.runOnce(false)).isEqualTo(1);
        }
    }

    @Nested
    class SeveralSinks {
        @Test
        void doNotSendADeliveryAtTheSameTime() throws Exception {
            recorderWithEvent();
            Outbox one = outbox();
            Outbox other = outbox();

            assertThat(one.claim(RECEIVER, DeliverySender.LEASE)).isPresent();
            assertThat(other.claim(RECEIVER, DeliverySender.LEASE)).isEmpty();
            now = now.plus(DeliverySender.LEASE);
            assertThat(other.claim(RECEIVER, DeliverySender.LEASE).orElseThrow().attempt())
                    .isEqualTo(2);
        }

        @Test
        void shareTheDeliveries() throws Exception {
            EventRecorder recorder = recorder(RECEIVER);
            var _ = recorder.runOnce(false);
            IntStream.range(0, 50).forEach(i -> inEffect.add(event("event" + i)));
            assertThat(recorder.runOnce(false)).isEqualTo(50);
            var otherPoster = new FakePoster();
            var thread =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            drainWhileBusy(sender(RECEIVER, otherPoster));
                                        } catch (DatabaseException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            drainWhileBusy(sender(RECEIVER, poster));
            thread.join();

            var ids = new ArrayList<>(poster.ids());
            ids.addAll(otherPoster.ids());
            assertThat(ids).hasSize(50).doesNotHaveDuplicates();
        }

        /** A claim may lose a race although more is due, so that one empty turn is not the end. */
        private void drainWhileBusy(DeliverySender sender) throws DatabaseException {
            int empty = 0;
            while (empty < 100) {
                try {
                    empty = sender.runOnce() ? 0 : empty + 1;
                } catch (DatabaseException e) {
                    if (!e.kind().allowsStart()) {
                        throw e;
                    }
                }
            }
        }

        @Test
        void giveUpAnEventThatEndsEachOfThem() throws Exception {
            recorderWithEvent();
            Outbox dying = outbox();
            for (int attempt = 1; attempt <= RetrySchedule.MAX_ATTEMPTS; attempt++) {
                assertThat(dying.claim(RECEIVER, DeliverySender.LEASE)).isPresent();
                now = now.plus(DeliverySender.LEASE);
            }
            drain(sender(RECEIVER, poster));

            assertThat(poster.requests).isEmpty();
            assertThat(deliveries())
                    .containsExactly("failed|12|null|the sink ended during the last attempt");
        }
    }
}
