package dev.millrace.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.webhook.EventType;
import dev.millrace.store.database.Database;
import dev.millrace.store.database.DatabaseException;
import dev.millrace.store.database.DatabaseWriter;
import dev.millrace.store.erasure.ExpiredRows;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.outbox.DeliveryQueue;
import dev.millrace.webhooks.outbox.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests of events and deliveries, which both databases must pass. */
abstract class WebhookContract extends WebhookFixture {
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
            poster.answer = new ReceiverAnswer.Missing("no connection");
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
            poster.answer =
                    new ReceiverAnswer.Received(429, Optional.of(Duration.ofMinutes(10)), "");
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

            assertThat(queue().resend(id)).containsExactly("https://a.test");
            drain(sender(RECEIVER, poster));
            assertThat(poster.ids()).containsExactly(id, id);
            assertThat(deliveries()).containsExactly("delivered|1|204|null");
            assertThat(queue().resend("msg_unknown")).isEmpty();
        }
    }

    @Nested
    class SeveralSinks {
        @Test
        void doNotSendADeliveryAtTheSameTime() throws Exception {
            recorderWithEvent();
            DeliveryQueue one = queue();
            DeliveryQueue other = queue();

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
            DeliveryQueue dying = queue();
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
