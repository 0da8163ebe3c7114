package dev.millrace.router.fair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Names;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PaceViewTest {
    private final PaceView view = new PaceView();

    private void onRecord(int partition, PaceEntry entry) {
        view.onRecord(partition, entry.key(), entry.value());
    }

    @Nested
    class WhenATenantIsAheadInSeveralPartitions {
        @Test
        void itIsAheadByTheSum() {
            onRecord(0, PaceEntry.time("small", 4));
            onRecord(0, PaceEntry.mark("small", "acme", new Mark(6, 2)));
            onRecord(1, PaceEntry.mark("small", "acme", new Mark(3, 1)));

            assertThat(view.ahead()).containsExactly(new AheadTenant("small", "acme", 7));
        }
    }

    @Nested
    class WhenAnEntryIsOfAnotherVersion {
        @Test
        void itIsPassedOverAndWhatStoodThereHoldsNoMore() {
            onRecord(0, PaceEntry.mark("small", "a", new Mark(1, 1)));
            onRecord(0, PaceEntry.mark("small", "b", new Mark(2, 1)));

            view.onRecord(0, PaceEntry.key("small", "a"), new byte[] {9});

            assertThat(view.ahead()).containsExactly(new AheadTenant("small", "b", 2));
        }
    }

    @Nested
    class WhenSeveralAreAhead {
        @Test
        void theyAreInTheOrderOfModelsAndThenOfJobs() {
            onRecord(0, PaceEntry.mark("small", "a", new Mark(1, 1)));
            onRecord(0, PaceEntry.mark("small", "b", new Mark(2, 1)));
            onRecord(0, PaceEntry.mark("large", "a", new Mark(1, 1)));

            assertThat(view.ahead())
                    .containsExactly(
                            new AheadTenant("large", "a", 1),
                            new AheadTenant("small", "b", 2),
                            new AheadTenant("small", "a", 1));
        }
    }

    @Nested
    class WhenFurtherTenantsShareAMark {
        @Test
        void theyAreShownAsOne() {
            onRecord(0, PaceEntry.mark("small", ModelPace.FURTHER, new Mark(1, 1)));
            onRecord(1, PaceEntry.mark("small", ModelPace.FURTHER, new Mark(2, 1)));

            assertThat(view.ahead())
                    .containsExactly(new AheadTenant("small", "(further tenants)", 3));
            assertThat(Names.isTenant(ModelPace.FURTHER)).isFalse();
        }
    }

    @Nested
    class WhenAnEntryIsDeleted {
        @Test
        void theTenantIsNoLongerAhead() {
            var entry = PaceEntry.mark("small", "a", new Mark(1, 1));
            onRecord(0, entry);
            view.onRecord(0, entry.key(), null);

            assertThat(view.ahead()).isEmpty();
        }
    }

    @Nested
    class WhenTheStoreHoldsSomethingElse {
        @Test
        void itIsPassedOver() {
            assertThat(PaceEntry.read("small\na", new byte[] {9})).isEmpty();
            assertThat(PaceEntry.read("a", PaceEntry.time("small", 1).value())).isEmpty();
        }
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().excludeChars('\n').ofMaxLength(20);
    }

    @Property
    void anEntryIsReadAsItWasWritten(
            @ForAll("names") String model,
            @ForAll("names") String tenant,
            @ForAll double at,
            @ForAll int weight) {
        var entry = new PaceEntry(model, tenant, at, weight);

        assertThat(PaceEntry.read(entry.key(), entry.value())).contains(entry);
    }
}
