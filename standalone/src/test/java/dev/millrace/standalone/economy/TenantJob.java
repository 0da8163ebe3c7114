package dev.millrace.standalone.economy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.JobId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A job that asks for a cached answer.
 *
 * @param number position in the order of submission, from 0
 * @param question jobs of a tenant with equal questions are identical requests
 */
record TenantJob(int number, String tenant, int question) {
    /** Tenant with a budget; gets two of five jobs. */
    static final String LIMITED = "acme";

    static final String UNLIMITED = "globex";

    /** Length of each answer, so that an attempt's highest cost is close to its usual cost. */
    static final int ANSWER_TOKENS = 200;

    /** One of this many questions of the tenant without a budget is asked at the lowest price. */
    private static final int LOWEST_SHARE = 3;

    private static final int REPEATS_PERCENT = 40;

    /** Half of the repeats follow soon enough to arrive while the first job is called. */
    private static final int SOON = 20;

    /** Returns jobs, 40 % of which repeat an earlier request of their tenant. */
    static List<TenantJob> random(int count, RandomGenerator random) {
        Map<String, List<TenantJob>> earlier = new HashMap<>();
        List<TenantJob> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String tenant = i % 5 < 2 ? LIMITED : UNLIMITED;
            List<TenantJob> mine = earlier.computeIfAbsent(tenant, _ -> new ArrayList<>());
            var job = new TenantJob(i, tenant, question(i, mine, random));
            mine.add(job);
            all.add(job);
        }
        return all;
    }

    private static int question(int number, List<TenantJob> earlier, RandomGenerator random) {
        if (earlier.isEmpty() || random.nextInt(100) >= REPEATS_PERCENT) {
            return number;
        }
        int first = random.nextBoolean() ? 0 : Math.max(0, earlier.size() - SOON);
        return earlier.get(random.nextInt(first, earlier.size())).question();
    }

    /**
     * The common part of identical requests. Includes the tenant, because the cache does not serve
     * other tenants.
     */
    record Request(String tenant, int question) {}

    Request request() {
        return new Request(tenant, question);
    }

    String id() {
        return JobId.of(tenant, "default", customId()).value();
    }

    private String customId() {
        return "job-" + number;
    }

    private boolean isLowest() {
        return tenant.equals(UNLIMITED) && question % LOWEST_SHARE == 0;
    }

    /**
     * @param cheaper model of jobs that are bought at the lowest price
     */
    ProducerRecord<byte[], byte[]> record(String topic, String model, String cheaper) {
        String line =
                """
                {"custom_id":"%s","url":"/v1/chat/completions",\
                "millrace":{"tenant":"%s","cache":"exact","fallback":[],"buy":"%s"},\
                "body":{"model":"%s","messages":[{"role":"user","content":"Question %d"}],"max_tokens":%d}}"""
                        .formatted(
                                customId(),
                                tenant,
                                (isLowest() ? Buy.LOWEST : Buy.STANDARD).word(),
                                isLowest() ? cheaper : model,
                                question,
                                ANSWER_TOKENS);
        return new ProducerRecord<>(topic, customId().getBytes(UTF_8), line.getBytes(UTF_8));
    }
}
