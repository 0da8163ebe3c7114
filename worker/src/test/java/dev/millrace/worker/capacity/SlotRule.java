package dev.millrace.worker.capacity;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Rules by which calls take slots: the worker's rule, and rules with deliberate faults, which the
 * {@link SlotSimulation} must find.
 */
enum SlotRule {
    /** The rule of the worker. */
    CORRECT,

    /** A model within its guarantee waits while the limit is reached. */
    NO_OVERDRAFT {
        @Override
        boolean isFree(CallSlots slots, Slot slot) {
            return slots.inFlight() < slots.bounds().limit() && slots.isFree(slot);
        }
    },

    /** The first model that asks gets every slot below the hard bound. */
    OVERDRAFT_FOR_ALL {
        @Override
        boolean isFree(CallSlots slots, Slot slot) {
            return slots.inFlight() < slots.bounds().hardBound();
        }
    },

    /** Critical jobs need no slot. */
    UNLIMITED_CRITICAL {
        @Override
        boolean isFree(CallSlots slots, Slot slot) {
            return slot.isCritical() || slots.isFree(slot);
        }
    },

    /** Other jobs take the reserve of critical jobs. */
    NO_RESERVE {
        @Override
        boolean isFree(CallSlots slots, Slot slot) {
            return slots.inFlight() < slots.bounds().limit()
                    || slots.inFlight(slot.model()) < slots.bounds().guarantee();
        }
    },

    /** Half of the slots can be lent; the guarantees of idle models stay empty. */
    IDLE_GUARANTEES {
        @Override
        Slots slots(int limit, List<String> models) {
            var shares =
                    new GuaranteedShares<String>(
                            limit, models.stream().collect(Collectors.toMap(it -> it, _ -> 1)));
            return new Slots() {
                @Override
                public boolean isFree(Slot slot) {
                    return shares.fits(slot.model(), 1);
                }

                @Override
                public void take(Slot slot) {
                    shares.add(slot.model(), 1);
                }

                @Override
                public void free(Slot slot) {
                    shares.add(slot.model(), -1);
                }
            };
        }
    },

    /** One end of a call in fifty frees no slot. */
    LOST_RELEASE {
        @Override
        int releases(int end) {
            return end % RARITY == 0 ? 0 : 1;
        }
    },

    /** One end of a call in fifty frees two slots. */
    DOUBLE_RELEASE {
        @Override
        int releases(int end) {
            return end % RARITY == 0 ? 2 : 1;
        }
    };

    private static final int RARITY = 50;

    /** The slots of a worker. */
    interface Slots {
        boolean isFree(Slot slot);

        void take(Slot slot);

        void free(Slot slot);
    }

    boolean isFree(CallSlots slots, Slot slot) {
        return slots.isFree(slot);
    }

    /**
     * Returns how often the end of a call frees its slot.
     *
     * @param end number of the end, from 1
     */
    int releases(int end) {
        return 1;
    }

    Slots slots(int limit, List<String> models) {
        var slots = new CallSlots(limit, models);
        return new Slots() {
            private int ends;

            @Override
            public boolean isFree(Slot slot) {
                return SlotRule.this.isFree(slots, slot);
            }

            @Override
            public void take(Slot slot) {
                slots.take(slot);
            }

            @Override
            public void free(Slot slot) {
                ends++;
                for (int i = 0; i < releases(ends); i++) {
                    slots.free(slot);
                }
            }
        };
    }
}
