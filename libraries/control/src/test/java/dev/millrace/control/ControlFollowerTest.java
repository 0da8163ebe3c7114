package dev.millrace.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.OperatorCommand;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ControlFollowerTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final FakeControlTopic topic = new FakeControlTopic();

    private static ControlRecord pause(String model) {
        return new OperatorCommand(NOON, "test").record(new ControlKey.PauseModel(model));
    }

    private static KafkaException truncated() {
        return new OffsetOutOfRangeException(Map.of(new TopicPartition("control", 0), 7L));
    }

    @Nested
    class WhenTheTopicIsTruncated {
        @Test
        void lastStateRemainsUntilTheTopicIsReadAgain() {
            topic.add(pause("a"));
            try (var follower = ControlFollower.start(topic::reader)) {
                topic.empty();
                topic.failEnds(new TimeoutException("no leader"));
                topic.failPolls(truncated());
                await().until(() -> !follower.health().ready());
                assertThat(follower.health().live()).isTrue();
                assertThat(follower.state().isPaused("a")).isTrue();

                topic.add(pause("b"));
                topic.failEnds(null);
                await().until(() -> follower.health().ready());

                assertThat(follower.state().isPaused("b")).isTrue();
                assertThat(follower.state().isPaused("a")).isFalse();
            }
        }
    }

    @Nested
    class WhenItsThreadEnds {
        @Test
        void healthReportsTheError() {
            var readers = new AtomicInteger();
            Supplier<ControlReader> failingAfterTheFirst =
                    () -> {
                        if (readers.getAndIncrement() > 0) {
                            throw new AssertionError("out of memory");
                        }
                        return topic.reader();
                    };
            try (var follower = ControlFollower.start(failingAfterTheFirst)) {
                assertThat(follower.health().detail()).isEqualTo("following");

                topic.failPolls(truncated());

                await().until(() -> !follower.health().live());
                assertThat(follower.health().detail())
                        .contains("no longer followed", "out of memory");
            }
        }
    }

    @Nested
    class WhenItCannotStart {
        @Test
        void allClientsAreClosed() {
            topic.failEnds(new TimeoutException("no leader"));
            assertThatThrownBy(() -> ControlFollower.start(topic::reader))
                    .isInstanceOf(TimeoutException.class);

            assertThat(topic.isRead()).isFalse();
        }
    }

    @Nested
    class WhenAPolicyVersionIsUnreadable {
        @Test
        void healthNamesTheVersion() {
            topic.add(
                    new ControlRecord(
                            new ControlKey.PolicyVersion("default", 8), "{}".getBytes(UTF_8)));
            try (var follower = ControlFollower.start(topic::reader)) {
                assertThat(follower.health().ready()).isTrue();
                assertThat(follower.health().detail())
                        .isEqualTo(
                                "following; default v8 cannot be read by this version of Millrace");
            }
        }
    }
}
