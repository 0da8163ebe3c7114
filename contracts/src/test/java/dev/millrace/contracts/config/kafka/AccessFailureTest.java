package dev.millrace.contracts.config.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class AccessFailureTest {
    @Test
    void refusedTopicsAreNamedInOrder() {
        var refused = new TopicAuthorizationException(Set.of("b", "a"));

        assertThat(AccessFailure.explain(new ExecutionException(refused)))
                .contains(
                        "The user may not use the topics [a, b]; \"millrace rights\" lists the rights"
                                + " of each service");
    }

    @Test
    void refusedGroupIsNamed() {
        assertThat(AccessFailure.explain(GroupAuthorizationException.forGroupId("g")))
                .hasValueSatisfying(it -> assertThat(it).contains("the consumer group g"));
    }

    @Test
    void failedLoginIsExplainedWithoutItsStackTrace() {
        var login =
                new LoginException(
                        "a.B: java.io.IOException: no token\n\tat c.D.e(D.java:1)\nCaused by: f");

        assertThat(AccessFailure.explain(new KafkaException("no client", login)))
                .contains(
                        "The login failed: no token. Check the sasl properties in the kafka block");
    }

    @Test
    void otherFailureIsNotExplained() {
        assertThat(AccessFailure.explain(new KafkaException(new TimeoutException("late"))))
                .isEmpty();
    }
}
