package dev.millrace.standalone.catalog;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.PriceSource;
import dev.millrace.contracts.money.Usd;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Writes models as the section {@code models} of a configuration. */
final class CatalogYaml {
    private final StringBuilder yaml = new StringBuilder("models:\n");

    private CatalogYaml() {}

    /** Returns the section; reading it gives equal models. */
    static String of(Collection<Model> models) {
        var writer = new CatalogYaml();
        models.forEach(writer::write);
        return writer.yaml.toString();
    }

    private void write(Model model) {
        line(1, JsonBytes.quoted(model.name()) + ":");
        line(2, "provider: " + JsonBytes.quoted(model.provider()));
        line(2, "upstream_model: " + JsonBytes.quoted(model.upstreamModel()));
        if (!model.capabilities().isEmpty()) {
            line(2, "capabilities: " + words(model.capabilities()));
        }
        if (!model.urls().isEmpty()) {
            line(
                    2,
                    model.urls().stream()
                            .map(Endpoint::url)
                            .collect(Collectors.joining(", ", "urls: [", "]")));
        }
        number("context_window", model.contextWindow());
        number("max_output_tokens", model.maxOutputTokens());
        write(model.price());
    }

    private static String words(Collection<? extends Enum<?>> constants) {
        return constants.stream()
                .map(it -> it.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private void write(Price price) {
        line(2, "price:");
        rates(3, price);
        above(3, price);
        if (!price.tiers().isEmpty()) {
            line(3, "tiers:");
            price.tiers()
                    .forEach(
                            (name, tier) -> {
                                line(4, name + ":");
                                rates(5, tier);
                                above(5, tier);
                            });
        }
        price.hours().ifPresent(this::write);
        if (!price.perCall().isEmpty()) {
            line(
                    3,
                    price.perCall().entrySet().stream()
                            .map(it -> it.getKey() + ": " + Usd.text(it.getValue()))
                            .collect(Collectors.joining(", ", "per_call: { ", " }")));
        }
        price.source().ifPresent(this::write);
    }

    private void write(PriceHours hours) {
        line(3, "hours:");
        line(4, "zone: " + hours.zone());
        line(4, "booked_at: " + hours.bookedAt().name().toLowerCase(Locale.ROOT));
        line(4, "holidays: " + hours.holidays());
        line(4, "periods:");
        hours.periods()
                .forEach(
                        (name, period) -> {
                            line(5, JsonBytes.quoted(name) + ":");
                            line(6, "times: " + period.times());
                            rates(6, period.price());
                            above(6, period.price());
                        });
    }

    private void write(PriceSource source) {
        line(3, "source: " + JsonBytes.quoted(source.location()));
        line(3, "as_of: " + source.date());
        source.until().ifPresent(it -> line(3, "until: " + it));
    }

    private void rates(int depth, Price price) {
        fields(
                        price.input(),
                        price.cachedInput(),
                        price.cacheWrite(),
                        price.cacheWriteHour(),
                        price.output())
                .forEach(it -> line(depth, it));
    }

    private void above(int depth, Price price) {
        List<String> thresholds = price.above().stream().map(CatalogYaml::above).toList();
        if (!thresholds.isEmpty()) {
            line(depth, "above: " + thresholds.getFirst());
        }
        if (thresholds.size() > 1) {
            line(depth, "further_above:");
            thresholds.stream().skip(1).forEach(it -> line(depth + 1, "- " + it));
        }
    }

    private static String above(Price.LongContext it) {
        List<String> fields = new ArrayList<>();
        fields.add("input_tokens: " + it.inputTokens());
        fields.addAll(
                fields(
                        it.input(),
                        it.cachedInput(),
                        it.cacheWrite(),
                        it.cacheWriteHour(),
                        it.output()));
        return "{ " + String.join(", ", fields) + " }";
    }

    private static List<String> fields(
            BigDecimal input,
            BigDecimal cached,
            BigDecimal write,
            BigDecimal hour,
            BigDecimal output) {
        List<String> fields = new ArrayList<>();
        fields.add("input: " + Usd.text(input));
        if (cached.compareTo(input) != 0) {
            fields.add("cached_input: " + Usd.text(cached));
        }
        if (write.compareTo(input) != 0) {
            fields.add("cache_write: " + Usd.text(write));
        }
        if (hour.compareTo(write) != 0) {
            fields.add("cache_write_1h: " + Usd.text(hour));
        }
        fields.add("output: " + Usd.text(output));
        return fields;
    }

    private void number(String key, OptionalLong value) {
        value.ifPresent(it -> line(2, key + ": " + it));
    }

    private void line(int depth, String text) {
        yaml.repeat("  ", depth).append(text).append('\n');
    }
}
