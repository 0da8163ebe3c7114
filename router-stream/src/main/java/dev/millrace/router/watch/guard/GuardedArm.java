package dev.millrace.router.watch.guard;

/**
 * What is guarded.
 *
 * @param model the arm by its name in the catalog, whichever of its names the policy writes
 */
public record GuardedArm(String model, GuardRule rule) {}
