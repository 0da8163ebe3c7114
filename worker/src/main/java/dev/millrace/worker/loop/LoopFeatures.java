package dev.millrace.worker.loop;

import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.quota.LimitSearch;

/**
 * The features of a loop.
 *
 * @param prompts finds the prompts that jobs share
 * @param searches searches limits that nobody configured
 * @param follower follows the calls of jobs
 */
public record LoopFeatures(Prompts prompts, LimitSearch.Factory searches, CallFollower follower) {}
