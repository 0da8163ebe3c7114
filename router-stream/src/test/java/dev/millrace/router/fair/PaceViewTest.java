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
        void leadsAreSummed() {
            onRecord(0, PaceEntry.ofModelTime("small", 4));
            onRecord(0, PaceEntry.ofTag("small", "acme", new FinishTag(6, 2)));
            onRecord(1, PaceEntry.ofTag("small", "acme", new FinishTag(3, 1)));

            assertThat(view.ahead()).containsExactly(new AheadTenant("small", "acme", 7));
        }
    }

    @Nested
    class WhenAnEntryHasAnUnknownVersion {
        @Test
        void entryIsSkippedAndThePreviousOneDropped() {
            onRecord(0, PaceEntry.ofTag("small", "a", new FinishTag(1, 1)));
            onRecord(0, PaceEntry.ofTag("small", "b", new FinishTag(2, 1)));

            view.onRecord(0, PaceEntry.key("small", "a"), new byte[] {9});

            assertThat(view.ahead()).containsExactly(new AheadTenant("small", "b", 2));
        }
    }

    @Nested
    class WhenSeveralTenantsAreAhead {
        @Test
        void tenantsAreSortedByModelAndLead() {
            onRecord(0, PaceEntry.ofTag("small", "a", new FinishTag(1, 1)));
            onRecord(0, PaceEntry.ofTag("small", "b", new FinishTag(2, 1)));
            onRecord(0, PaceEntry.ofTag("large", "a", new FinishTag(1, 1)));

            assertThat(view.ahead())
                    .containsExactly(
                            new AheadTenant("large", "a", 1),
                            new AheadTenant("small", "b", 2),
                            new AheadTenant("small", "a", 1));
        }
    }

    @Nested
    class WhenFurtherTenantsShareATag {
        @Test
        void sharedTagIsListedOnce() {
            onRecord(0, PaceEntry.ofTag("small", ModelPace.FURTHER_TENANTS, new FinishTag(1, 1)));
            onRecord(1, PaceEntry.ofTag("small", ModelPace.FURTHER_TENANTS, new FinishTag(2, 1)));

            assertThat(view.ahead())
                    .containsExactly(new AheadTenant("small", "(further tenants)", 3));
            assertThat(Names.isTenant(ModelPace.FURTHER_TENANTS)).isFalse();
        }
    }

    @Nested
    class WhenAnEntryIsDeleted {
        @Test
        void deletedTenantIsNotListed() {
            var entry = PaceEntry.ofTag("small", "a", new FinishTag(1, 1));
            onRecord(0, entry);
            view.onRecord(0, entry.key(), null);

            assertThat(view.ahead()).isEmpty();
        }
    }

    @Nested
    class WhenAnEntryIsMalformed {
        @Test
        void readReturnsEmpty() {
            assertThat(PaceEntry.read("small\na", new byte[] {9})).isEmpty();
            assertThat(PaceEntry.read("a", PaceEntry.ofModelTime("small", 1).value())).isEmpty();
        }
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().excludeChars('\n').ofMaxLength(20);
    }

    @Property
    void decodesWhatWasEncoded(
            @ForAll("names") String model,
            @ForAll("names") String tenant,
            @ForAll double virtualTime,
            @ForAll int weight) {
        var entry = new PaceEntry(model, tenant, virtualTime, weight);

        assertThat(PaceEntry.read(entry.key(), entry.value())).contains(entry);
    }
}
