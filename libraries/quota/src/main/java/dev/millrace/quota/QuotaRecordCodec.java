package dev.millrace.quota;

import dev.millrace.quota.QuotaRecord.Claim;
import dev.millrace.quota.QuotaRecord.Demand;
import dev.millrace.quota.QuotaRecord.Grant;
import dev.millrace.quota.QuotaRecord.GrantId;
import dev.millrace.quota.QuotaRecord.Permits;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Encodes quota records: a byte for the version and kind, then numbers of variable length in the
 * order of the record's fields. Seven bits of a number are in each byte, the lowest first; the
 * eighth bit is set in all but the last byte. The sign is in the lowest bit.
 */
public final class QuotaRecordCodec {
    private static final int CLAIM = 0x11;
    private static final int DEMAND = 0x12;
    private static final int GRANT = 0x13;
    private static final int MOST_LEAVING = 64;

    private QuotaRecordCodec() {}

    /** Returns the bytes of a record. */
    public static byte[] encode(QuotaRecord quotaRecord) {
        var out = new ByteArrayOutputStream(48);
        switch (quotaRecord) {
            case Claim(long epoch, long session) -> put(out, CLAIM, epoch, session);
            case Demand demand -> put(out, demand);
            case Grant(long session, GrantId id, long answers, long entitled, Duration valid) ->
                    put(
                            out,
                            GRANT,
                            session,
                            id.epoch(),
                            id.number(),
                            answers,
                            entitled,
                            valid.toMillis());
        }
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, Demand demand) {
        Permits state = demand.state();
        put(
                out,
                DEMAND,
                demand.session(),
                demand.sequence(),
                demand.adopted().epoch(),
                demand.adopted().number(),
                state.entitled(),
                state.taken(),
                state.unsent(),
                state.corrected(),
                state.need(),
                state.isHungry() ? 1 : 0,
                state.limit(),
                demand.leaving().size());
        demand.leaving().forEach(amount -> put(out, amount));
    }

    private static void put(ByteArrayOutputStream out, int kind, long... numbers) {
        out.write(kind);
        for (long number : numbers) {
            put(out, number);
        }
    }

    private static void put(ByteArrayOutputStream out, long number) {
        long bits = (number << 1) ^ (number >> 63);
        for (; (bits & ~0x7fL) != 0; bits >>>= 7) {
            out.write((int) ((bits & 0x7f) | 0x80));
        }
        out.write((int) bits);
    }

    /** Decodes a record; returns empty for an unknown version or foreign bytes. */
    public static Optional<QuotaRecord> decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        try {
            return switch (in.get()) {
                case CLAIM -> Optional.of(new Claim(get(in), get(in)));
                case DEMAND -> Optional.of(demand(in));
                case GRANT -> Optional.of(grant(in));
                default -> Optional.empty();
            };
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Demand demand(ByteBuffer in) {
        long session = get(in);
        long sequence = get(in);
        var adopted = new GrantId(get(in), get(in));
        var state = new Permits(get(in), get(in), get(in), get(in), get(in), get(in) == 1, get(in));
        return new Demand(session, sequence, adopted, state, leaving(in));
    }

    private static List<Long> leaving(ByteBuffer in) {
        long count = get(in);
        if (count < 0 || count > MOST_LEAVING) {
            throw new IllegalArgumentException("too many amounts");
        }
        var leaving = new ArrayList<Long>((int) count);
        for (int i = 0; i < count; i++) {
            leaving.add(get(in));
        }
        return List.copyOf(leaving);
    }

    private static Grant grant(ByteBuffer in) {
        long session = get(in);
        var id = new GrantId(get(in), get(in));
        return new Grant(session, id, get(in), get(in), Duration.ofMillis(get(in)));
    }

    private static long get(ByteBuffer in) {
        long bits = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.get();
            bits |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return (bits >>> 1) ^ -(bits & 1);
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }
}
