/**
 * The router's rules for a gateway: plans the calls that need no state of the router. Runs on the
 * threads of requests; depends on {@code plan}, {@code policy} and {@code fair}.
 *
 * <p>{@code docs/decisions/030-express-lane.md} has the reasons.
 */
@NullMarked
package dev.millrace.router.express;

import org.jspecify.annotations.NullMarked;
