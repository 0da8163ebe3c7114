package dev.millrace.contracts.config;

import static dev.millrace.contracts.Violation.require;

import java.util.Optional;

/**
 * One entry of {@code request_topics}: a topic that requests are read from.
 *
 * @param tenant whose requests these are, whatever they claim; without it the claim counts, except
 *     for a tenant that another topic is bound to
 */
public record RequestTopicConfig(Optional<String> tenant) {
    /** A topic whose requests say themselves which tenant they are from. */
    public static final RequestTopicConfig OPEN = new RequestTopicConfig(Optional.empty());

    public RequestTopicConfig {
        require(!tenant.map(String::isBlank).orElse(false), "tenant", "must not be blank");
    }
}
