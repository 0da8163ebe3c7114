/**
 * A feature: the router's rules for a gateway, which plans the calls that need no state of the
 * router. The router has no part of it. Runs on the threads of requests; depends on the core of the
 * router.
 *
 * <p>{@code docs/decisions/030-express-lane.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.express;

import org.jspecify.annotations.NullMarked;
