package dev.millrace.router.message;

import dev.millrace.router.message.RoutingMessage.Origin;
import java.util.function.LongSupplier;

/**
 * A backlog of a given size.
 *
 * @param requests the polled requests in it
 */
public record FixedBacklog(LongSupplier size, LongSupplier requests) implements ThreadBacklog {
    public static final ThreadBacklog NONE = new FixedBacklog(() -> 0, () -> 0);

    @Override
    public void onRecord(Origin record) {}

    @Override
    public long records() {
        return size.getAsLong();
    }

    @Override
    public long polledUrgent() {
        return requests.getAsLong();
    }

    @Override
    public boolean hasTimeToCommit() {
        return true;
    }

    @Override
    public boolean isCommitDue() {
        return false;
    }
}
