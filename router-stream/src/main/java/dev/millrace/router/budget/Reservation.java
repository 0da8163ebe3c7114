package dev.millrace.router.budget;

import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The money reserved for an unfinished job, an equal amount in each of its accounts.
 *
 * @param accounts ids of the accounts; empty for a lost job, which was charged
 * @param leftUsd amount that the job can still spend; of a job that has returned, the amount that
 *     its unread cost events can have
 * @param chargedUsd sum of the job's cost events
 * @param progress when and after which calls the money was reserved
 * @param declaredLimit limit that the job's batch had declared; null for none. The lease that has
 *     it too can be deleted before the job returns
 * @param earlier what other accounts have reserved for the calls up to its attempts, as in an
 *     earlier period; null if the same accounts pay for all calls
 */
public record Reservation(
        List<String> accounts,
        BigDecimal leftUsd,
        BigDecimal chargedUsd,
        Progress progress,
        @Nullable BigDecimal declaredLimit,
        @Nullable Reservation earlier) {
    private static final byte VERSION = 4;
    private static final int TYPICAL_BYTES = 96;

    /**
     * The progress of a job.
     *
     * @param atMillis when the money was reserved, or the job returned for more, in milliseconds
     *     since the epoch
     * @param attempts calls that the job had made when it last returned; 0 before
     * @param returns number of times that the job has returned
     */
    public record Progress(long atMillis, int attempts, int returns) {
        Progress at(long nowMillis) {
            return new Progress(nowMillis, attempts, returns);
        }
    }

    public Reservation {
        accounts = List.copyOf(accounts);
    }

    /** Creates a reservation without calls. */
    public static Reservation first(
            List<String> accounts,
            BigDecimal usd,
            @Nullable BigDecimal declaredLimit,
            Progress progress) {
        return new Reservation(accounts, usd, BigDecimal.ZERO, progress, declaredLimit, null);
    }

    private Reservation with(
            BigDecimal left, BigDecimal charged, Progress now, @Nullable Reservation before) {
        return new Reservation(accounts, left, charged, now, declaredLimit, before);
    }

    /** Returns this reservation and all earlier ones. */
    Stream<Reservation> all() {
        return Stream.iterate(this, it -> it != null, it -> it.earlier);
    }

    /** Returns the amount that the job can still spend in all its accounts. */
    BigDecimal allLeftUsd() {
        return all().map(Reservation::leftUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Returns true if the job was lost and charged: no account pays for its later cost events. */
    boolean isSettled() {
        return accounts.isEmpty();
    }

    /** Returns what is known of the job after its accounts were charged. */
    Reservation settled(long nowMillis) {
        return first(List.of(), BigDecimal.ZERO, declaredLimit, progress.at(nowMillis));
    }

    private boolean isPaidEarlier(int attempt) {
        return earlier != null && attempt <= earlier.progress.attempts();
    }

    /** Returns the reservation that pays for a call. */
    Reservation paying(int attempt) {
        return earlier != null && isPaidEarlier(attempt) ? earlier.paying(attempt) : this;
    }

    /** Returns the reservation after a call, whose cost can exceed the amount left. */
    Reservation charge(int attempt, BigDecimal cost) {
        return earlier != null && isPaidEarlier(attempt)
                ? with(leftUsd, chargedUsd, progress, earlier.charge(attempt, cost))
                : with(
                        leftUsd.subtract(cost).max(BigDecimal.ZERO),
                        chargedUsd.add(cost),
                        progress,
                        earlier);
    }

    /**
     * Returns the reservation of a job that has returned: money is left only for unread cost
     * events.
     *
     * @param spentUsd most that the job has spent
     */
    Reservation onReturned(BigDecimal spentUsd, Progress now) {
        BigDecimal unread = spentUsd.subtract(accountedUsd()).max(BigDecimal.ZERO);
        return with(leftUsd.min(unread), chargedUsd, now, earlier);
    }

    private BigDecimal accountedUsd() {
        return earlier == null
                ? chargedUsd
                : chargedUsd.add(earlier.leftUsd).add(earlier.accountedUsd());
    }

    /**
     * Returns the reservation for another attempt. Accounts that paid before keep what the unread
     * cost events of their calls can have.
     *
     * @param paying ids of the accounts that pay from now on
     * @param usd highest cost of the attempt
     */
    Reservation again(List<String> paying, BigDecimal usd, long nowMillis) {
        Progress now = progress.at(nowMillis);
        return paying.equals(accounts)
                ? with(leftUsd.add(usd), chargedUsd, now, earlier)
                : new Reservation(paying, usd, BigDecimal.ZERO, now, declaredLimit, this);
    }

    /** Returns the reservation of a job that has left a wait, and can be in a job topic now. */
    Reservation at(long nowMillis) {
        return with(leftUsd, chargedUsd, progress.at(nowMillis), earlier);
    }

    byte[] encode() {
        var out = new EntryWriter(VERSION, TYPICAL_BYTES);
        writeTo(out);
        return out.toBytes();
    }

    private void writeTo(EntryWriter out) {
        out.amount(leftUsd).amount(chargedUsd).number(progress.atMillis());
        out.count(progress.attempts()).count(progress.returns()).optionalAmount(declaredLimit);
        out.count(accounts.size());
        accounts.forEach(out::text);
        out.flag(earlier != null);
        if (earlier != null) {
            earlier.writeTo(out);
        }
    }

    static Reservation decode(byte[] entry) {
        return read(new EntryReader(entry, VERSION, "a reservation"));
    }

    private static Reservation read(EntryReader in) {
        BigDecimal leftUsd = in.amount();
        BigDecimal chargedUsd = in.amount();
        var progress = new Progress(in.number(), in.count(), in.count());
        BigDecimal declaredLimit = in.optionalAmount();
        int count = in.count();
        List<String> accounts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            accounts.add(in.text());
        }
        Reservation earlier = in.flag() ? read(in) : null;
        return new Reservation(accounts, leftUsd, chargedUsd, progress, declaredLimit, earlier);
    }
}
