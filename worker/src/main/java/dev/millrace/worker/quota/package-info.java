/**
 * The limits of providers: {@code Quota} holds the limits of all models, {@code ModelQuota} those
 * that apply to one model, configured, learned from headers, or found by trying. {@code
 * PermitSource} creates the permits: for one worker, or shared by several. Pure state on the loop's
 * thread, with the time as an argument, except {@code LeasedLimits}, which exchanges the records of
 * the quota topic on a thread of its own, with the clients in {@code QuotaTopic}. Depends on {@code
 * adaptive}, {@code answer}, {@code job}, {@code wire}, the ports and the module {@code quota}.
 */
@NullMarked
package dev.millrace.worker.quota;

import org.jspecify.annotations.NullMarked;
