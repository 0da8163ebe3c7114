package dev.millrace.router.flow;

import dev.millrace.router.flow.Flow.Origin;
import java.util.function.LongSupplier;

/** A backlog of any given size, whatever is read. */
public record FixedBacklog(LongSupplier size) implements Backlog {
    public static final Backlog NONE = new FixedBacklog(() -> 0);

    @Override
    public void onRecord(Origin record) {}

    @Override
    public long records() {
        return size.getAsLong();
    }
}
