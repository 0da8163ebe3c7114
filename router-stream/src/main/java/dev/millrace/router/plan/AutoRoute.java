package dev.millrace.router.plan;

/**
 * Where jobs go that leave the choice to the router.
 *
 * @param model by its catalog name
 * @param routedBy policy, rule and version, such as {@code default/6@v1}
 */
public record AutoRoute(String model, String routedBy) {}
