package dev.millrace.worker.loop;

import dev.millrace.contracts.trace.Traces;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.quota.LimitSearch;

/**
 * The features of a loop.
 *
 * @param prompts finds the prompts that jobs share
 * @param searches searches limits that nobody configured
 * @param traces follows the calls of jobs
 */
public record LoopFeatures(Prompts prompts, LimitSearch.Factory searches, Traces traces) {}
