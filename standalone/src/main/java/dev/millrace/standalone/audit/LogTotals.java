package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.standalone.audit.log.LogEntry;
import dev.millrace.standalone.audit.log.LogLine;
import dev.millrace.standalone.audit.log.LogReader;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the lines of usage logs by the names of their models. The sums do not depend on the order
 * of the lines. Memory is bounded: names beyond the first {@value #MAX_NAMES} share one sum. Used
 * by one thread.
 */
final class LogTotals {
    /** Names of models that are kept apart. */
    static final int MAX_NAMES = 1_000;

    /** Service tiers that are kept apart. */
    private static final int MAX_TIERS = 50;

    /** Collects all service tiers beyond {@link #MAX_TIERS}; no price has this name. */
    private static final String OTHER_TIERS = "(further tiers)";

    /** Collects all names beyond {@link #MAX_NAMES}. */
    static final String OTHER_NAMES = "(further names)";

    private final Bands inputBands;
    private final Bands totalBands;
    private final List<Model> hourly;
    private final Map<String, Map<RequestGroup.Key, RequestGroup>> groupsByName = new HashMap<>();
    private final Set<String> tiers = new HashSet<>();
    private final Map<String, Long> notBilled = new TreeMap<>();
    private final NamedLines unreadable = new NamedLines();
    private final NamedLines unclear = new NamedLines();
    private TokenUsage sum = TokenUsage.NONE;
    private long files;
    private long lines;
    private long understood;
    private long timed;
    private @Nullable Instant first;
    private @Nullable Instant last;

    LogTotals(Bands inputBands, Bands totalBands, Catalog catalog) {
        this.inputBands = inputBands;
        this.totalBands = totalBands;
        hourly = catalog.models().stream().filter(it -> it.price().hours().isPresent()).toList();
    }

    /**
     * Reads a log to its end and closes it.
     *
     * @param name name of the file, for messages
     * @throws UserError if no entry of the file could be interpreted
     */
    void read(String name, InputStream log) throws IOException {
        long linesBefore = lines;
        long understoodBefore = understood;
        long unreadableBefore = unreadable.count();
        int samplesBefore = unreadable.samples().size();
        try (var reader = LogReader.open(name, log)) {
            for (LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
                lines++;
                long number = entry.number();
                entry.content().forEach(it -> add(name, number, it));
            }
        }
        files++;
        boolean isRefused = unreadable.count() > unreadableBefore && understood == understoodBefore;
        if (lines == linesBefore || isRefused) {
            throw UserError.failure(
                    name
                            + (lines == linesBefore
                                    ? " is empty"
                                    : " has no readable line"
                                            + unreadable.samples().stream()
                                                    .skip(samplesBefore)
                                                    .findFirst()
                                                    .map(it -> ": " + it.text())
                                                    .orElse("")));
        }
    }

    private void add(String file, long number, LogLine content) {
        understood += content instanceof LogLine.Unreadable ? 0 : 1;
        switch (content) {
            case LogLine.Billed billed -> add(file, number, billed);
            case LogLine.NotBilled(String reason) -> notBilled.merge(reason, 1L, Long::sum);
            case LogLine.Unreadable(String reason) ->
                    unreadable.add(new LogExtent.Line(file, number, reason));
        }
    }

    private void add(String file, long number, LogLine.Billed billed) {
        try {
            sum = sum.plus(billed.usage());
        } catch (ArithmeticException e) {
            unreadable.add(new LogExtent.Line(file, number, "makes the sums too large"));
            return;
        }
        billed.doubts().forEach(it -> unclear.add(new LogExtent.Line(file, number, it)));
        String name =
                groupsByName.containsKey(billed.model()) || groupsByName.size() < MAX_NAMES
                        ? billed.model()
                        : OTHER_NAMES;
        var key =
                new RequestGroup.Key(
                        inputBands.of(billed.each().inputTokens()),
                        totalBands.of(billed.each().totalTokens()),
                        tier(billed.tier()),
                        billed.spentUsd().isPresent(),
                        prices(billed));
        groupsByName
                .computeIfAbsent(name, _ -> new HashMap<>())
                .computeIfAbsent(key, RequestGroup::new)
                .add(billed);
        billed.period().ifPresent(it -> add(it, billed.requests()));
    }

    /** Returns the prices by the hour at the time of requests. */
    private Map<String, Price> prices(LogLine.Billed billed) {
        var prices = new HashMap<String, Price>();
        for (Model model : hourly) {
            Price price = model.price();
            prices.put(
                    model.name(),
                    billed.period()
                            .map(it -> price.within(it.from(), it.last()))
                            .or(
                                    () ->
                                            billed.pricePeriod()
                                                    .filter(
                                                            _ ->
                                                                    billed.model()
                                                                            .equals(model.name()))
                                                    .map(price::in))
                            .orElse(price));
        }
        return prices;
    }

    private @Nullable String tier(@Nullable String tier) {
        boolean isKept = tier == null || tiers.size() < MAX_TIERS || tiers.contains(tier);
        if (tier != null && isKept) {
            tiers.add(tier);
        }
        return isKept ? tier : OTHER_TIERS;
    }

    private void add(LogLine.Period period, long requests) {
        timed += requests;
        first = first == null || period.from().isBefore(first) ? period.from() : first;
        last = last == null || period.until().isAfter(last) ? period.until() : last;
    }

    Map<String, Collection<RequestGroup>> groups() {
        var groups = new TreeMap<String, Collection<RequestGroup>>();
        groupsByName.forEach((name, byKey) -> groups.put(name, byKey.values()));
        return groups;
    }

    /** Returns the extent of the input read so far. */
    LogExtent extent() {
        return new LogExtent(
                files,
                lines,
                Collections.unmodifiableMap(notBilled),
                unreadable.toSample(),
                unclear.toSample(),
                timed,
                Optional.ofNullable(first),
                Optional.ofNullable(last));
    }
}
