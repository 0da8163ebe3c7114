package dev.millrace.standalone.cluster;

import java.util.Locale;

/**
 * A service, or the use of a pipeline by a person or program. Each role can have its own Kafka
 * user.
 */
public enum Role {
    SUBMIT("publishes requests: millrace submit, the producer library"),
    ROUTER("millrace router"),
    WORKER("millrace worker"),
    SINK("millrace sink"),
    GATEWAY("millrace gateway, with usage API and dashboard"),
    RETRIEVAL("millrace retrieval"),
    DOCUMENTS("millrace documents: adds, deletes, lists and searches documents"),
    OPERATE("status, cancel, pause, resume, breaker, cache, budget and policy commands"),
    TOPICS("millrace topics apply"),
    CHECK("millrace topics check"),
    CONSUME("reads results, costs and dead letters with its own program");

    private final String meaning;

    Role(String meaning) {
        this.meaning = meaning;
    }

    /** Returns the name of the role in commands and documentation. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns a human-readable description of the role. */
    public String meaning() {
        return meaning;
    }
}
