/**
 * The cost of a job at a model: a bound for ceilings, and an estimate to compare models. Pure
 * functions. Depends on {@code classify}.
 */
@NullMarked
package dev.millrace.router.plan.cost;

import org.jspecify.annotations.NullMarked;
