/**
 * What the core of the router knows of its features: {@link
 * dev.millrace.router.feature.RouterFeature} adds topics, nodes and waits; {@link
 * dev.millrace.router.feature.FeatureOption} is what requests ask of it. {@code
 * dev.millrace.router.RouterTopology} lists the features. No other package of the core may import
 * one; {@code docs/decisions/031-router-features.md} has the reasons.
 *
 * <p>Runs on stream threads. Depends on the messages and records of the router.
 */
@NullMarked
package dev.millrace.router.feature;

import org.jspecify.annotations.NullMarked;
