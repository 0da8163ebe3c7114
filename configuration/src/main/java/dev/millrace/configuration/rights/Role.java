package dev.millrace.configuration.rights;

import java.util.Locale;

/** A service, or what a person or program does with a pipeline. Each may have a user of its own. */
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
    CONSUME("reads results, costs and dead letters with its own program");

    private final String meaning;

    Role(String meaning) {
        this.meaning = meaning;
    }

    /** Returns the name of the role in commands and documentation. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns what the role does, for people. */
    public String meaning() {
        return meaning;
    }
}
