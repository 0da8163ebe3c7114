package dev.millrace.router.guards;

/**
 * Guarded arm and its bounds.
 *
 * @param model the arm's name in the catalog, also where the policy uses an alias
 */
public record GuardedArm(String model, GuardRule rule) {}
