/**
 * Where core and features of the router meet. What the core knows of a feature: {@link
 * dev.millrace.router.feature.RouterFeature} adds topics, nodes, plans and waits; {@link
 * dev.millrace.router.feature.FeatureOption} is what requests ask of it. What a feature gets from
 * the core: {@link dev.millrace.router.feature.RouterContext}, {@link
 * dev.millrace.router.feature.StepNames}, and {@link dev.millrace.router.feature.TaskStep} with
 * {@link dev.millrace.router.feature.EndForwarder} for steps that let jobs wait and end them.
 * {@code dev.millrace.router.RouterTopology} lists the features. No other package of the core may
 * import one; {@code docs/decisions/031-router-features.md} has the reasons.
 *
 * <p>Runs on stream threads. Depends on the packages of the core below its steps.
 */
@NullMarked
package dev.millrace.router.feature;

import org.jspecify.annotations.NullMarked;
