package dev.millrace.bench.router;

import java.util.Locale;

/** Who is compared. */
enum Way {
    /** Kafka Streams under exactly-once: each record to another topic, as it is. */
    PASS("bare Streams pass-through"),

    /** Millrace's router. */
    ROUTER("Millrace");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    /** For a person. */
    String title() {
        return title;
    }

    /** For options and files. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
