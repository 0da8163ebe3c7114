package dev.millrace.router.fair;

/**
 * Finish tag of a tenant at a model.
 *
 * @param virtualTime virtual time at which the tenant's last job of the normal lane finishes
 * @param weight the tenant's weight when the job was admitted, 1 or more
 */
record FinishTag(double virtualTime, int weight) {

    /** Returns how many jobs the tenant is ahead of the model's virtual time. */
    double ahead(double now) {
        return (virtualTime - now) * weight;
    }
}
