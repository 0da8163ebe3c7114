package dev.millrace.contracts.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.jspecify.annotations.Nullable;

/**
 * Explains in one line why a cluster refused a client: certificate, login, missing right, or too
 * few brokers for a topic.
 */
public final class AccessFailure {
    private static final String RIGHTS = "; \"millrace rights\" lists the rights of each service";

    /** Follows the type of each exception in a stack trace. */
    private static final String EXCEPTION = "Exception: ";

    /** Kafka's name for a failed token request that a retry would not change. */
    private static final String UNRETRYABLE = "UnretryableException";

    /** Failures to reach a server, among the exceptions that a line names. */
    private static final Pattern UNREACHABLE =
            Pattern.compile("\\bjava[.](io[.]IOException|net[.]\\w+Exception)\\b");

    private AccessFailure() {}

    /**
     * Returns true if a client temporarily cannot be created: no name of a broker can be resolved,
     * or the server that gives tokens or tickets does not answer or fails.
     */
    public static boolean isTemporary(Throwable failure) {
        return causes(failure).stream().anyMatch(AccessFailure::isTemporaryCause);
    }

    private static boolean isTemporaryCause(Throwable cause) {
        if (cause instanceof ConfigException) {
            return String.valueOf(cause.getMessage())
                    .startsWith(
                            "No resolvable bootstrap urls given in "
                                    + CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        }
        return cause instanceof LoginException login && isUnreachable(login);
    }

    /** Logins report causes either as such or, if they are unchecked, in the message. */
    private static boolean isUnreachable(LoginException login) {
        String first = String.valueOf(login.getMessage()).lines().findFirst().orElse("");
        if (UNREACHABLE.matcher(first).find()) {
            return !first.contains(UNRETRYABLE);
        }
        return causes(login).stream()
                .anyMatch(it -> it instanceof IOException && !(it instanceof SSLException));
    }

    /**
     * Explains a refusal and what to do about it, without secrets; empty if neither the failure nor
     * its causes are a refusal.
     */
    public static Optional<String> explain(Throwable failure) {
        for (Throwable cause : causes(failure)) {
            var explained = explainOne(cause);
            if (explained != null) {
                return Optional.of(explained);
            }
        }
        return Optional.empty();
    }

    private static @Nullable String explainOne(Throwable cause) {
        if (cause instanceof SslAuthenticationException tls) {
            return certificate(tls);
        }
        if (cause instanceof UnsupportedSaslMechanismException) {
            return cause.getMessage() + ". Set sasl.mechanism in the kafka block";
        }
        if (cause instanceof SaslAuthenticationException) {
            return "The brokers refused the login: "
                    + sentence(cause.getMessage())
                    + ". Check sasl.mechanism and sasl.jaas.config in the kafka block";
        }
        if (cause instanceof LoginException) {
            return "The login failed: "
                    + token(String.valueOf(cause.getMessage()))
                    + ". Check the sasl properties in the kafka block";
        }
        if (cause instanceof InvalidReplicationFactorException) {
            return "The cluster has fewer brokers than a topic has replicas ("
                    + sentence(cause.getMessage())
                    + "). Set topics.replication_factor to the number of brokers, or less";
        }
        String right = missingRight(cause);
        return right == null ? null : right + RIGHTS;
    }

    private static @Nullable String missingRight(Throwable cause) {
        if (cause instanceof TopicAuthorizationException topics) {
            return topics.unauthorizedTopics().isEmpty()
                    ? "The user may not use the topic"
                    : "The user may not use the topics "
                            + new TreeSet<>(topics.unauthorizedTopics());
        }
        if (cause instanceof GroupAuthorizationException group) {
            return group.groupId() == null
                    ? "The user may not use the consumer group"
                    : "The user may not use the consumer group " + group.groupId();
        }
        if (cause instanceof TransactionalIdAuthorizationException) {
            return "The user may not use the transactional id";
        }
        return cause instanceof ClusterAuthorizationException
                ? "The user lacks a right on the cluster (" + cause.getMessage() + ")"
                : null;
    }

    /** Returns the innermost message of a failed login, whose message is a whole stack trace. */
    private static String token(String trace) {
        String first = trace.lines().findFirst().orElse("");
        int type = first.lastIndexOf(EXCEPTION);
        return sentence(type < 0 ? first : first.substring(type + EXCEPTION.length()));
    }

    private static String certificate(SslAuthenticationException tls) {
        List<Throwable> causes = causes(tls);
        String reason = sentence(causes.get(causes.size() - 1).getMessage());
        return "TLS with the brokers failed: " + reason + ". " + advice(reason);
    }

    /** Returns advice by the messages of the JDK, which has no types for these cases. */
    private static String advice(String reason) {
        if (reason.contains("NotAfter") || reason.contains("NotBefore")) {
            return "The certificate of the broker is not valid at this time: renew it, or correct"
                    + " the clock";
        }
        if (reason.contains("subject alternative") || reason.startsWith("No name matching")) {
            return "The certificate of the broker is for another host: set bootstrap.servers in the"
                    + " kafka block to a name that it contains";
        }
        if (reason.contains("valid certification path")
                || reason.contains("Signature does not match")) {
            return "No trusted authority has signed the certificate of the broker: set"
                    + " ssl.truststore.location in the kafka block";
        }
        if (reason.contains("unrecognized SSL message")) {
            return "The port does not expect TLS: set security.protocol or bootstrap.servers in the"
                    + " kafka block";
        }
        return "Check the ssl properties in the kafka block";
    }

    /** Returns a message without its last dot. */
    private static String sentence(@Nullable String message) {
        return String.valueOf(message).strip().replaceAll("(?<![.])[.]++$", "");
    }

    /** Returns the failure and its causes, outermost first. */
    private static List<Throwable> causes(Throwable failure) {
        var causes = new ArrayList<Throwable>();
        for (Throwable cause = failure;
                cause != null && !causes.contains(cause);
                cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
