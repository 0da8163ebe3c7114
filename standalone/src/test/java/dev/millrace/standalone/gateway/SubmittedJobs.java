package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Submits jobs without awaiting their results. Repeats each until it is accepted. Thread-safe. */
final class SubmittedJobs {
    /** The kind of refused requests with one job. */
    static final String ONE = "job";

    /** The kind of refused lines. */
    static final String LINES = "lines";

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final String JSON_TYPE = "application/json";
    private static final JsonMapper JSON = new JsonMapper();

    private final GatewayClient client;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    SubmittedJobs(GatewayClient client) {
        this.client = client;
    }

    /**
     * Something to submit.
     *
     * @param isValid false if it may not run
     */
    private record Job(String customId, boolean isValid) {
        String line() {
            return """
                   {"custom_id":"%1$s","url":"%2$s","body":{"model":"quick","messages":[{"role":"user","content":"%1$s"}]}}
                   """
                    .formatted(customId, isValid ? "/v1/chat/completions" : "/v1/nothing");
        }
    }

    private Job next(boolean isValid) {
        return new Job("job-" + numbers.incrementAndGet(), isValid);
    }

    /** Submits a valid and an invalid job, each with a separate request. */
    void submitOne() {
        for (Job job : List.of(next(true), next(false))) {
            HttpResponse<String> answer =
                    client.post(
                            ONE,
                            "/jobs",
                            "Content-Type",
                            JSON_TYPE,
                            BodyPublishers.ofString(job.line()));
            assertThat(answer.statusCode())
                    .as(answer::body)
                    .isEqualTo(job.isValid() ? ACCEPTED : BAD_REQUEST);
            note(job, JSON.readTree(answer.body()));
        }
    }

    /** Submits jobs as JSON Lines, the last one wrong. */
    void submitLines(int lines) {
        List<Job> jobs = IntStream.rangeClosed(1, lines).mapToObj(it -> next(it < lines)).toList();
        while (!jobs.isEmpty()) {
            jobs = submit(jobs);
        }
    }

    /** Submits lines with one request, and returns the lines that Kafka did not accept. */
    private List<Job> submit(List<Job> jobs) {
        String body = jobs.stream().map(Job::line).collect(Collectors.joining());
        HttpResponse<String> answer =
                client.post(
                        LINES,
                        "/jobs",
                        "Content-Type",
                        "application/jsonl",
                        BodyPublishers.ofString(body));
        List<JsonNode> outcomes = outcomes(answer, jobs);
        var open = new ArrayList<>(jobs.subList(outcomes.size(), jobs.size()));
        for (JsonNode outcome : outcomes) {
            Job job = jobs.get(outcome.path("line").intValue() - 1);
            if (job.isValid() && outcome.has("error")) {
                client.refusals().onUnavailable(LINES, outcome.path("error"));
                open.add(job);
            } else {
                note(job, outcome);
            }
        }
        return open;
    }

    private static List<JsonNode> outcomes(HttpResponse<String> answer, List<Job> jobs) {
        boolean areRefused = jobs.stream().noneMatch(Job::isValid);
        assertThat(answer.statusCode()).as(answer::body).isEqualTo(areRefused ? BAD_REQUEST : OK);
        return areRefused
                ? JSON.readTree(answer.body()).path("error").path("lines").valueStream().toList()
                : answer.body().lines().map(JSON::readTree).toList();
    }

    private void note(Job job, JsonNode outcome) {
        assertThat(outcome.has("error")).as(outcome::toString).isNotEqualTo(job.isValid());
        if (job.isValid()) {
            String id = outcome.path("id").stringValue();
            assertThat(accepted.put(job.customId(), id)).as(job::toString).isNull();
        } else {
            assertThat(refused.add(job.customId())).as(job::toString).isTrue();
        }
    }

    /** Returns the ids of the accepted jobs by their custom_ids. */
    Map<String, String> accepted() {
        return accepted;
    }

    /** Returns the custom_ids of the jobs that may not run. */
    Set<String> refused() {
        return refused;
    }
}
