package dev.millrace.gateway.submission;

import dev.millrace.configuration.RequestTopicConfig;
import java.util.Map;
import java.util.Optional;

/** The topics to which requests are published, by name. */
public record RequestTopics(Map<String, RequestTopicConfig> topics) {
    public RequestTopics {
        topics = Map.copyOf(topics);
    }

    /**
     * Returns the topic of a tenant's requests: its own, or one of all tenants; empty if there is
     * neither.
     */
    public Optional<String> of(String tenant) {
        Optional<String> own = first(Optional.of(tenant));
        return own.isPresent() ? own : first(Optional.empty());
    }

    private Optional<String> first(Optional<String> tenant) {
        return topics.entrySet().stream()
                .filter(it -> it.getValue().tenant().equals(tenant))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
    }
}
