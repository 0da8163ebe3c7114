package dev.millrace.standalone.pipeline;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A part of the pipeline that a process can run. */
public enum PipelinePart {
    BROKER,
    SIMULATOR,
    ROUTER,
    WORKER,
    SINK,
    RETRIEVAL,
    GATEWAY;

    /** Returns the parts that run a batch: all but the gateway, which would have no clients. */
    public static Set<PipelinePart> ofBatchRun() {
        return EnumSet.complementOf(EnumSet.of(GATEWAY));
    }

    /** Returns the name of the part on the command line and in health. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the part with the given name. */
    public static Optional<PipelinePart> of(String word) {
        return Arrays.stream(values()).filter(part -> part.word().equals(word)).findFirst();
    }
}
