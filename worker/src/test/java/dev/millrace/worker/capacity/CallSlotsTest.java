package dev.millrace.worker.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CallSlotsTest {
    static final int MAX_STEP = 9_999;

    /** A step's action on the calls of a model, or on any call. */
    enum Action {
        START,
        FILL,
        FILL_CRITICAL,
        END_ONE,
        END_HALF,
        ABORT_TRANSACTION
    }

    /** The slots of a worker, and its calls in flight. */
    private static final class Worker {
        final SlotBounds bounds;
        final CallSlots slots;
        final List<String> models;
        final List<Slot> calls = new ArrayList<>();

        Worker(int limit, int models) {
            this.models = IntStream.range(0, models).mapToObj(it -> "m" + it).toList();
            slots = new CallSlots(limit, this.models);
            bounds = slots.bounds();
        }

        boolean starts(Slot slot) {
            boolean isFree = slots.isFree(slot);
            if (isFree) {
                slots.take(slot);
                calls.add(slot);
            }
            return isFree;
        }

        void fill(Slot slot) {
            while (starts(slot)) {}
        }

        void end(int index) {
            slots.free(calls.remove(index));
        }

        void endHalf(String model) {
            int left = slots.inFlight(model) / 2;
            for (int i = calls.size() - 1; i >= 0 && left > 0; i--) {
                if (calls.get(i).model().equals(model)) {
                    end(i);
                    left--;
                }
            }
        }

        /** Frees slots and starts calls for a failing transaction, and reverses both. */
        void abortTransaction(String model) {
            var before = List.copyOf(calls);
            endHalf(model);
            var kept = List.copyOf(calls);
            models.forEach(it -> fill(new Slot(it, false)));
            while (calls.size() > kept.size()) {
                end(calls.size() - 1);
            }
            var ended = new ArrayList<>(before);
            kept.forEach(ended::remove);
            ended.forEach(slots::take);
            calls.addAll(ended);
        }

        /** Runs a step; every number is one. */
        void run(int step) {
            Action[] actions = Action.values();
            int rest = step / actions.length;
            String model = models.get(rest % models.size());
            switch (actions[step % actions.length]) {
                case START -> starts(new Slot(model, false));
                case FILL -> fill(new Slot(model, false));
                case FILL_CRITICAL -> fill(new Slot(model, true));
                case END_ONE -> {
                    if (!calls.isEmpty()) {
                        end(rest % calls.size());
                    }
                }
                case END_HALF -> endHalf(model);
                case ABORT_TRANSACTION -> abortTransaction(model);
            }
        }

        long criticalCalls() {
            return calls.stream().filter(Slot::isCritical).count();
        }
    }

    @Group
    @Nested
    class InRandomHistories {
        @Property(tries = 500)
        void callsStayWithinTheHardBoundAndEachModelWithinTheLimit(
                @ForAll @IntRange(min = 1, max = 250) int limit,
                @ForAll @IntRange(min = 1, max = 9) int models,
                @ForAll @Size(max = 80) List<@IntRange(max = MAX_STEP) Integer> steps) {
            var worker = new Worker(limit, models);
            for (int step : steps) {
                worker.run(step);

                assertThat(worker.slots.inFlight())
                        .isEqualTo(worker.calls.size())
                        .isLessThanOrEqualTo(worker.bounds.hardBound());
                assertThat(worker.models)
                        .allSatisfy(
                                it ->
                                        assertThat(worker.slots.inFlight(it))
                                                .isLessThanOrEqualTo(limit));
            }
        }

        @Property(tries = 500)
        void noCallWaitsThatMustNotWait(
                @ForAll @IntRange(min = 1, max = 250) int limit,
                @ForAll @IntRange(min = 1, max = 9) int models,
                @ForAll @Size(max = 80) List<@IntRange(max = MAX_STEP) Integer> steps) {
            var worker = new Worker(limit, models);
            for (int step : steps) {
                worker.run(step);

                for (String model : worker.models) {
                    boolean isWithinGuarantee =
                            worker.slots.inFlight(model) < worker.bounds.guarantee();
                    boolean isBelowLimit =
                            worker.slots.inFlight() < limit - worker.bounds.reserve();
                    assertThat(worker.slots.isFree(new Slot(model, false)))
                            .isEqualTo(isWithinGuarantee || isBelowLimit);
                    if (worker.criticalCalls() < worker.bounds.reserve()) {
                        assertThat(worker.slots.isFree(new Slot(model, true))).isTrue();
                    }
                }
            }
        }
    }

    @Nested
    class OfSevenModels {
        private final Worker worker = new Worker(2_000, 7);
        private final Slot busy = new Slot("m0", false);

        @Test
        void modelAloneAtWorkHasNinetyNinePercentOfTheSlots() {
            worker.fill(busy);

            assertThat(worker.slots.inFlight()).isEqualTo(1_980);
        }

        @Test
        void criticalJobsHaveTheReserve() {
            worker.fill(busy);
            worker.fill(new Slot("m0", true));

            assertThat(worker.slots.inFlight()).isEqualTo(2_000);
        }

        @Test
        void otherModelsStartTheirGuaranteesThoughOneModelHangs() {
            worker.fill(busy);
            worker.models.forEach(it -> worker.fill(new Slot(it, false)));

            assertThat(worker.slots.inFlight("m1")).isEqualTo(141);
            assertThat(worker.slots.inFlight("m6")).isEqualTo(141);
        }

        @Test
        void hardBoundIsReachedAndIsLessThanOneAndAHalfTimesTheLimit() {
            worker.fill(busy);
            worker.fill(new Slot("m0", true));
            worker.models.forEach(it -> worker.fill(new Slot(it, false)));

            assertThat(worker.slots.inFlight()).isEqualTo(worker.bounds.hardBound());
            assertThat(worker.bounds.hardBound()).isEqualTo(2_846);
        }

        @Test
        void overdraftShrinksWithEachCallBeyondAGuarantee() {
            worker.fill(busy);
            worker.models.forEach(it -> worker.fill(new Slot(it, false)));
            int before = worker.slots.inFlight();
            for (int i = 0; i < 10; i++) {
                worker.end(0);
                worker.fill(busy);
            }

            assertThat(worker.slots.inFlight("m0")).isEqualTo(1_970);
            assertThat(worker.slots.inFlight()).isEqualTo(before - 10);
        }
    }

    @Nested
    class OfMoreModelsThanSlots {
        @Test
        void limitIsTheHardBound() {
            var worker = new Worker(3, 5);
            worker.models.forEach(it -> worker.fill(new Slot(it, false)));

            assertThat(worker.slots.inFlight()).isEqualTo(worker.bounds.hardBound()).isEqualTo(3);
        }
    }

    @Nested
    class OfOneModel {
        @Test
        void limitIsTheHardBound() {
            assertThat(new SlotBounds(2_000, 1).hardBound()).isEqualTo(2_000);
        }
    }
}
