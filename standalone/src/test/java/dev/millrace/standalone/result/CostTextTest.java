package dev.millrace.standalone.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.figures.CostDimension;
import dev.millrace.gateway.figures.CostGroup;
import dev.millrace.store.rollup.RollupSums;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostTextTest {
    private static CostGroup group(String model, String costUsd, String catalogUsd) {
        var sums = new RollupSums();
        sums.addMoney(
                new BigDecimal(costUsd),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                new BigDecimal(catalogUsd));
        return new CostGroup(List.of("acme", model), sums);
    }

    private static List<String> wrongPrices(CostDimension... dimensions) {
        return CostText.wrongPrices(
                new LinkedHashSet<>(List.of(dimensions)),
                List.of(
                        group("right", "1", "1.01"),
                        group("dearer", "1.0203", "1.01"),
                        group("cheaper", "0.5", "1")));
    }

    @Test
    void modelsWhoseStatedCostsDifferFromTheCatalogAreNamed() {
        assertThat(wrongPrices(CostDimension.TENANT, CostDimension.MODEL))
                .containsExactly(
                        "acme, dearer: the provider stated 1.0203 USD, the catalog has 1.01 USD;"
                                + " correct the price",
                        "acme, cheaper: the provider stated 0.5 USD, the catalog has 1 USD;"
                                + " correct the price");
    }

    @Test
    void otherGroupsMixModels() {
        assertThat(wrongPrices(CostDimension.TENANT, CostDimension.PROVIDER)).isEmpty();
    }
}
