package dev.millrace.configuration;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.Optional;

/**
 * One entry of {@code request_topics}: a topic with requests.
 *
 * @param tenant tenant of all requests in the topic, overriding claims; if absent, the claimed
 *     tenant is used, unless another topic is bound to this tenant
 */
public record RequestTopicConfig(Optional<String> tenant) {
    /** A topic whose requests name their own tenant. */
    public static final RequestTopicConfig OPEN = new RequestTopicConfig(Optional.empty());

    public RequestTopicConfig {
        require(!tenant.map(String::isBlank).orElse(false), "tenant", "must not be blank");
    }
}
