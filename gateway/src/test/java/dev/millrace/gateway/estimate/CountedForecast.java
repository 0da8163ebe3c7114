package dev.millrace.gateway.estimate;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.gateway.submission.LineError;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A forecast in which every line costs 1 USD, 2 USD in the worst case; lines that name the model
 * {@code unknown} are refused. The budget of the batch has 3 USD.
 */
public class CountedForecast implements CostForecast {
    private final Instant end;
    private final Map<String, Cost> byModel = new TreeMap<>();
    private final List<LineError> refused = new ArrayList<>();

    /**
     * @param end earliest end of any batch
     */
    public CountedForecast(Instant end) {
        this.end = end;
    }

    @Override
    public void add(long number, RequestLine request) {
        if (request.model().equals("unknown")) {
            refused.add(
                    new LineError(
                            Optional.of(number),
                            "unknown_model",
                            "no such model",
                            Optional.empty()));
        } else {
            byModel.merge(request.model(), cost(1), CountedForecast::plus);
        }
    }

    private static Cost cost(long jobs) {
        return new Cost(
                jobs,
                10 * jobs,
                20 * jobs,
                BigDecimal.valueOf(jobs),
                BigDecimal.valueOf(2 * jobs),
                0);
    }

    private static Cost plus(Cost one, Cost other) {
        return cost(one.jobs() + other.jobs());
    }

    @Override
    public Sums sums() {
        var three = BigDecimal.valueOf(3);
        return new Sums(
                byModel.values().stream().reduce(cost(0), CountedForecast::plus),
                byModel,
                refused.size(),
                refused,
                List.of(new BudgetLeft("batch", three, three, Optional.empty())),
                end);
    }
}
