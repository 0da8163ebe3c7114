package dev.millrace.router.split;

import dev.millrace.router.split.store.RunningPart;
import dev.millrace.router.split.store.SplitStore;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Finds parts whose records were lost with their topic. After each change of the time before which
 * parts count as lost, visits all running parts, one page each turn.
 */
final class LostParts {
    private static final int PAGE = 256;

    private final SplitServices services;
    private final SplitStore store;
    private long checkedBound = Long.MIN_VALUE;
    private boolean isFinding;
    private @Nullable Bytes next;

    LostParts(SplitServices services, SplitStore store) {
        this.services = services;
        this.store = store;
    }

    /** Returns the lost parts of the next page. */
    List<SplitStore.Running> find() {
        long bound = services.lostBefore().getAsLong();
        if (bound != checkedBound) {
            checkedBound = bound;
            isFinding = true;
            next = null;
        }
        if (!isFinding) {
            return List.of();
        }
        var page = store.running(next, PAGE);
        next = page.next();
        isFinding = next != null;
        List<SplitStore.Running> lost = new ArrayList<>();
        for (SplitStore.RunningEntry entry : page.parts()) {
            RunningPart part = read(entry.value());
            if (part != null && part.sentMillis() < bound) {
                lost.add(new SplitStore.Running(entry.id(), part));
            }
        }
        return lost;
    }

    /** Returns null for an entry that cannot be read; its job fails when its end is reported. */
    private @Nullable RunningPart read(byte[] entry) {
        return services.errors()
                .<@Nullable RunningPart>decide(
                        SplitServices.STEP, null, () -> RunningPart.decode(entry), _ -> null);
    }
}
