package dev.millrace.standalone.pipeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a process can run of the pipeline. */
public enum Part {
    BROKER,
    SIMULATOR,
    ROUTER,
    WORKER,
    SINK;

    /** As it is written on the command line and in health. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Part> of(String word) {
        return Arrays.stream(values()).filter(part -> part.word().equals(word)).findFirst();
    }
}
