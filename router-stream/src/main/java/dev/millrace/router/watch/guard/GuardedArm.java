package dev.millrace.router.watch.guard;

/**
 * What is guarded.
 *
 * @param arm as the policy writes it
 * @param model the name in the catalog of that arm
 */
public record GuardedArm(String arm, String model, GuardRule rule) {}
