package dev.millrace.simulator.ledger;

import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A block of {@link #SIZE} entries stored by column, about 60 bytes each. Guarded by the lock of
 * its {@link Ledger}.
 */
final class EntryBlock {
    static final int SIZE = 4_096;

    private static final int ID_DIGITS = 32;

    private final long[] times = new long[SIZE];
    private final int[] durations = new int[SIZE];
    private final long[] idHigh = new long[SIZE];
    private final long[] idLow = new long[SIZE];
    private final char[] keys = new char[SIZE];
    private final char[] models = new char[SIZE];
    private final Operation[] operations = new Operation[SIZE];
    private final short[] statuses = new short[SIZE];
    private final int[] inputs = new int[SIZE];
    private final int[] cached = new int[SIZE];
    private final int[] written = new int[SIZE];
    private final int[] outputs = new int[SIZE];
    private final boolean[] billed = new boolean[SIZE];
    private final CallOutcome[] outcomes = new CallOutcome[SIZE];

    /** Idempotency keys other than 32 hexadecimal digits; hexadecimal keys fill two columns. */
    private @Nullable String @Nullable [] otherIds;

    void set(int i, LedgerEntry entry, NameTable names) {
        times[i] = entry.time().toEpochMilli();
        durations[i] = (int) Math.min(Integer.MAX_VALUE, entry.duration().toMillis());
        keys[i] = names.indexOf(entry.caller().key());
        models[i] = names.indexOf(entry.model());
        operations[i] = entry.operation();
        statuses[i] = (short) entry.status();
        inputs[i] = entry.usage().input();
        cached[i] = entry.usage().cachedInput();
        written[i] = entry.usage().cacheWrite();
        outputs[i] = entry.usage().output();
        billed[i] = entry.billed();
        outcomes[i] = entry.outcome();
        setId(i, entry.caller().idempotencyKey());
    }

    void setOutcome(int i, CallOutcome outcome) {
        outcomes[i] = outcome;
    }

    LedgerEntry get(int i, long sequence, NameTable names) {
        return new LedgerEntry(
                sequence,
                Instant.ofEpochMilli(times[i]),
                Duration.ofMillis(durations[i]),
                new LedgerEntry.Caller(names.name(keys[i]), id(i)),
                operations[i],
                names.name(models[i]),
                statuses[i],
                new Usage(inputs[i], cached[i], written[i], outputs[i], 0),
                billed[i],
                outcomes[i]);
    }

    private void setId(int i, @Nullable String id) {
        if (id == null) {
            return;
        }
        if (isHex(id)) {
            idHigh[i] = Long.parseUnsignedLong(id, 0, ID_DIGITS / 2, 16);
            idLow[i] = Long.parseUnsignedLong(id, ID_DIGITS / 2, ID_DIGITS, 16);
            return;
        }
        if (otherIds == null) {
            otherIds = new String[SIZE];
        }
        otherIds[i] = id;
    }

    private @Nullable String id(int i) {
        if (otherIds != null && otherIds[i] != null) {
            return otherIds[i];
        }
        return idHigh[i] == 0 && idLow[i] == 0
                ? null
                : HexFormat.of().toHexDigits(idHigh[i]) + HexFormat.of().toHexDigits(idLow[i]);
    }

    /** Returns true when the two columns can restore the string. All zeros mean no key. */
    private static boolean isHex(String id) {
        if (id.length() != ID_DIGITS) {
            return false;
        }
        boolean zeros = true;
        for (int i = 0; i < ID_DIGITS; i++) {
            char digit = id.charAt(i);
            if (!(digit >= '0' && digit <= '9') && !(digit >= 'a' && digit <= 'f')) {
                return false;
            }
            zeros &= digit == '0';
        }
        return !zeros;
    }
}
