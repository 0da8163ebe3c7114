package dev.millrace.standalone.status;

import dev.millrace.contracts.money.Usd;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.results.batch.BatchStatus;
import dev.millrace.results.batch.ManifestStatus;
import dev.millrace.standalone.console.DurationText;
import dev.millrace.standalone.console.Terminal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Formats the status of a batch as human-readable text. */
final class BatchStatusText {
    private static final int PERCENT = 100;
    private static final int SHOWN_DECIMALS = 4;

    private BatchStatusText() {}

    /** Returns the lines of a status that is printed once. */
    static List<String> lines(BatchView view, Instant now) {
        BatchStatus status = view.status();
        var lines = new ArrayList<String>();
        lines.add("batch %s of tenant %s".formatted(status.key().batch(), status.key().tenant()));
        lines.add("  progress      " + progress(view, now));
        view.waits().forEach(it -> lines.add("  waits         " + it.text()));
        lines.add(line("succeeded", status.succeeded()));
        lines.add(line("failed", status.failed()));
        lines.add(line("dead letters", status.deadLetters()));
        lines.add("  cost          " + Usd.text(view.costs().costUsd()) + " USD" + expected(view));
        if (view.costs().uncertainUsd().signum() > 0) {
            lines.add("  uncertain     " + Usd.text(view.costs().uncertainUsd()) + " USD");
        }
        status.manifest()
                .ifPresent(
                        it -> {
                            lines.add(
                                    "  submitted     %s by %s"
                                            .formatted(it.submittedAt(), it.submittedBy()));
                            it.retryOf().ifPresent(of -> lines.add("  retry of      " + of));
                        });
        return lines;
    }

    private static String expected(BatchView view) {
        return view.expectedUsd().map(it -> ", about " + rounded(it) + " in total").orElse("");
    }

    private static String rounded(BigDecimal usd) {
        return Usd.text(usd.setScale(SHOWN_DECIMALS, RoundingMode.HALF_UP));
    }

    private static String line(String name, long count) {
        return String.format(Locale.ROOT, "  %-12s  %,d", name, count);
    }

    private static String progress(BatchView view, Instant now) {
        Optional<ManifestStatus> manifest = view.status().manifest();
        if (manifest.isEmpty()) {
            return "unknown: the batch has no manifest";
        }
        ManifestStatus known = manifest.get();
        return String.format(
                Locale.ROOT,
                "%,d of %,d lines ended, %d %%%s",
                Math.min(known.ended(), known.lines()),
                known.lines(),
                (int) (known.progress() * PERCENT),
                left(known, view.waits(), now));
    }

    /** Returns the line that is redrawn on a terminal. */
    static String bar(BatchView view, Instant now) {
        double progress = view.status().manifest().map(ManifestStatus::progress).orElse(0.0);
        return String.format(
                Locale.ROOT,
                "%s %s, %,d failed, %,d dead letters, %s USD%s%s",
                Terminal.bar(progress),
                progress(view, now),
                view.status().failed(),
                view.status().deadLetters(),
                rounded(view.costs().costUsd()),
                expected(view),
                view.waits().stream().findFirst().map(it -> ", " + it.text()).orElse(""));
    }

    private static String left(ManifestStatus manifest, List<Waiting> waits, Instant now) {
        return manifest.waiting(waits, now)
                .estimatedEnd()
                .map(it -> ", " + DurationText.of(Duration.between(now, it)) + " left")
                .orElse("");
    }
}
