package dev.millrace.similarity.evaluation;

/**
 * The precisions that are compatible with counts of right and wrong hits, at 95 %.
 *
 * @param low least precision, from 0 to 1
 * @param high highest precision, from 0 to 1
 * @see <a href="https://doi.org/10.1080/01621459.1927.10502953">Wilson, 1927</a>
 */
public record WilsonInterval(double low, double high) {
    /** Quantile of the normal distribution for an interval of 95 %. */
    private static final double Z = 1.959964;

    /**
     * Returns the interval for counts, 0 or more each; from 0 to 1 without any counts.
     *
     * <p>With few counts the interval is wide: with 8 right hits and one wrong hit, its upper bound
     * is 98 %.
     */
    public static WilsonInterval of(int right, int wrong) {
        double n = (double) right + wrong;
        if (n == 0) {
            return new WilsonInterval(0, 1);
        }
        double p = right / n;
        double centre = p + Z * Z / (2 * n);
        double margin = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        double whole = 1 + Z * Z / n;
        return new WilsonInterval(
                Math.clamp((centre - margin) / whole, 0, 1),
                Math.clamp((centre + margin) / whole, 0, 1));
    }
}
