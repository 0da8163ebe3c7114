package dev.millrace.standalone.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.CatalogReader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogPrintsTest {
    private final Model gpt = Catalog.shipped().find("gpt-6.2-sol").orElseThrow();

    @Test
    void writtenModelsReadEqual(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("models.yaml");
        Files.writeString(file, CatalogYaml.of(Catalog.shipped().models()));

        Catalog read = CatalogReader.load(file, Map.of());

        for (Model model : Catalog.shipped().models()) {
            assertThat(read.find(model.name()).orElseThrow().price()).isEqualTo(model.price());
        }
    }

    @Test
    void priceOlderThan90DaysIsNamed() {
        assertThat(StalePrices.lines(List.of(gpt), LocalDate.of(2026, 10, 1))).isEmpty();
        assertThat(StalePrices.lines(List.of(gpt), LocalDate.of(2027, 1, 30)))
                .last()
                .isEqualTo(
                        "  gpt-6.2-sol: is of 2026-09-29,"
                                + " https://developers.openai.com/api/docs/models/gpt-6.2-sol");
    }

    @Test
    void priceWithoutASourceIsTheUsersOwn() {
        var own = Model.of("m", "p", Price.of("1", "2"));

        assertThat(StalePrices.lines(List.of(own), LocalDate.of(2030, 1, 1))).isEmpty();
    }

    @Test
    void differencesAreListedByProviderAndUpstreamModel() {
        var catalog = Catalog.of(List.of(Model.of("mine", "p", Price.of("1", "2"))));
        var listed = Model.of("p/mine", "p", Price.of("1", "3")).servedBy("p", "mine");

        var differences = PriceDifferences.of(catalog, List.of(listed));

        assertThat(differences.compared()).isEqualTo(1);
        assertThat(differences.lines()).containsExactly("mine output: 2 here, 3 in the list");
    }
}
