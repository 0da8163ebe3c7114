package dev.millrace.router.message;

import dev.millrace.router.message.RoutingMessage.Origin;
import java.util.function.LongSupplier;

/** A backlog of a given size. */
public record FixedBacklog(LongSupplier size) implements ThreadBacklog {
    public static final ThreadBacklog NONE = new FixedBacklog(() -> 0);

    @Override
    public void onRecord(Origin record) {}

    @Override
    public long records() {
        return size.getAsLong();
    }
}
