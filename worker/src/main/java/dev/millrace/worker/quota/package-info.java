/**
 * The limits of providers. {@code Quota} holds the limits of all models. {@code ModelQuota} holds
 * the limits of one model, whether configured, learned from headers, or found by trying. {@code
 * PermitSource} creates the permits, for one worker or shared by several. State is pure, on the
 * loop's thread, with the time as an argument. The exception is {@code LeasedLimits}, which
 * exchanges the records of the quota topic on a dedicated thread, with the clients in {@code
 * QuotaTopic}. Depends on {@code answer}, {@code job}, {@code wire}, the ports and the module
 * {@code quota}.
 */
@NullMarked
package dev.millrace.worker.quota;

import org.jspecify.annotations.NullMarked;
