package dev.millrace.contracts.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void keyIsNamedIfTheClusterHasTooFewBrokers() {
        var refused = new InvalidReplicationFactorException("only 1 broker(s) are registered");

        assertThat(AccessFailure.explain(new ExecutionException(refused)))
                .hasValueSatisfying(
                        it ->
                                assertThat(it)
                                        .contains(
                                                "topics.replication_factor",
                                                "only 1 broker(s) are registered"));
    }

    @Test
    void otherFailureIsNotExplained() {
        assertThat(AccessFailure.explain(new KafkaException(new TimeoutException("late"))))
                .isEmpty();
    }

    @Nested
    class AClientThatCannotBeCreated {
        private static final String KAFKA = "org.apache.kafka.common.KafkaException: ";

        private static boolean isTemporary(Exception cause) {
            return AccessFailure.isTemporary(new KafkaException("Failed to create", cause));
        }

        private static LoginException login(Exception cause) {
            var login = new LoginException("no ticket");
            login.initCause(cause);
            return login;
        }

        @Test
        void unresolvableNameIsTemporaryAndAnInvalidOneIsNot() {
            assertThat(
                            isTemporary(
                                    new ConfigException(
                                            "No resolvable bootstrap urls given in"
                                                    + " bootstrap.servers")))
                    .isTrue();
            assertThat(isTemporary(new ConfigException("Invalid url in bootstrap.servers: x")))
                    .isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "java.io.IOException: The unexpected response code 503 and error message {} was"
                            + " encountered reading the token endpoint response",
                    "java.net.ConnectException: Connection refused",
                    "java.net.UnknownHostException: login.example"
                })
        void tokenServerThatDoesNotAnswerIsTemporary(String cause) {
            assertThat(isTemporary(new LoginException(KAFKA + cause + "\n\tat a.B.c(B.java:1)")))
                    .isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "org.apache.kafka.common.security.oauthbearer.internals.secured.UnretryableException:"
                            + " java.io.IOException: The response code 401",
                    "javax.net.ssl.SSLHandshakeException: PKIX path building failed",
                    "java.lang.IllegalStateException: x\nCaused by: java.io.IOException: y"
                })
        void refusalOfATokenServerIsNotTemporary(String cause) {
            assertThat(isTemporary(new LoginException(KAFKA + cause))).isFalse();
        }

        @Test
        void ticketServerThatIsDownIsTemporary() {
            assertThat(isTemporary(login(new ConnectException("Connection refused")))).isTrue();
            assertThat(isTemporary(login(new SSLHandshakeException("untrusted")))).isFalse();
        }

        @Test
        void refusedLoginIsNotTemporary() {
            assertThat(isTemporary(new SaslAuthenticationException("wrong password"))).isFalse();
        }
    }
}
