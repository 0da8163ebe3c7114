package dev.millrace.standalone.run;

import org.jspecify.annotations.Nullable;

/** Shows how far a run is from the first time it is asked to. Used by the main thread alone. */
final class LiveProgress {
    private final RunContext context;
    private final Progress progress;
    private @Nullable ProgressDisplay display;
    private long startNanos;

    LiveProgress(RunContext context, Progress progress) {
        this.context = context;
        this.progress = progress;
    }

    /** Shows where things stand, when it is time to. */
    void onTick() {
        long now = context.nanos().getAsLong();
        ProgressDisplay shown = display;
        if (shown == null) {
            shown = new ProgressDisplay(context.terminal(), now);
            display = shown;
            startNanos = now;
        }
        shown.onTick(now, () -> progress.view(startNanos, now));
    }

    /** Makes room for other lines. */
    void end() {
        if (display != null) {
            display.end();
        }
    }
}
